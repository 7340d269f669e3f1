"""Training, evaluation and export of LiveRoto's embedded segmentation model."""
