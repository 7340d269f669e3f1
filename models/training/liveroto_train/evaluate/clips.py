"""Tracking on clips: a folder per clip, frames `*.jpg` with truth `*.png` (more than 0 = object), first frame given.

The plain tracker of the model's recipe: the viewport follows the last mask, which is also the prompt (box, centroid and
mask), and the first frame's appearance tells the object from its surroundings. No second looks, no memory.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..data.archive import decode
from ..data.prompts import Mask
from ..data.views import bounds
from .predictor import Predictor, Segmenter, Viewport

ZOOM = 2.2


def evaluate(model: Segmenter, folder: Path, size: int, every: int = 1) -> dict[str, float]:
    """J (mean IoU over the frames after the first) of each clip, and their mean as `J`."""
    clips = sorted(p for p in folder.iterdir() if p.is_dir())
    figures = {clip.name: track(model, clip, size, every) for clip in clips}
    return {"J": float(np.mean(list(figures.values()))), **figures}


def track(model: Segmenter, clip: Path, size: int, every: int = 1) -> float:
    """J of one clip."""
    frames = sorted(clip.rglob("*.jpg"))[::every]
    truths = [_truth(f) for f in frames]
    p = Predictor(model, size)
    mask = truths[0]
    image = decode(frames[0].read_bytes(), cv2.IMREAD_COLOR)
    p.look(image, _viewport(mask))
    prototypes = p.prototypes(p.to_view(mask))
    ious: list[float] = []
    for path, truth in zip(frames[1:], truths[1:], strict=True):
        image = decode(path.read_bytes(), cv2.IMREAD_COLOR)
        x0, y0, x1, y1 = bounds(mask)
        p.look(image, _viewport(mask))
        ys, xs = np.nonzero(mask)
        answer = p.ask(
            points=[(float(xs.mean()) + 0.5, float(ys.mean()) + 0.5, 1)], box=(x0, y0, x1, y1),
            mask=p.to_view(mask), prototypes=prototypes,
        )
        found = p.to_picture(answer.masks[answer.best]) > 0.5
        ious.append(float((found & truth).sum() / max(int((found | truth).sum()), 1)))
        if found.sum() > 20:
            mask = found
    return float(np.mean(ious))


def _viewport(mask: Mask) -> Viewport:
    x0, y0, x1, y1 = bounds(mask)
    return Viewport.around((x0, y0, x1, y1), ZOOM)


def _truth(frame: Path) -> Mask:
    beside = frame.with_suffix(".png")
    return decode(beside.read_bytes(), cv2.IMREAD_GRAYSCALE) > 0
