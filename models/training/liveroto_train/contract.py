"""Names of the exported graphs' inputs and outputs, in order. Shapes: models/manifest.json."""

ENCODER_OUTPUTS = ("p4", "p8", "p16", "appearance")
PROMPT_INPUTS = ("points", "labels", "boxes", "has_box", "mask_prompt", "has_mask", "target", "distractor")
DECODER_OUTPUTS = ("masks", "scores")
