"""Prompts on still pictures: any folder of `<id>.jpg` with `<id>.png` label maps (0 background, 255 ignore).

For each instance of at least 0.3 % of the picture, at most six a picture (the largest first): the figures of `npm run bench:prompts`, by
the same rules. IoU is taken at the picture's own resolution, pixels labelled 255 left out. The whole view is the picture on an input of
its own shape, as in the app, or in a square with margins (`pad`), as in older tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..data.archive import IGNORE, Image, decode
from ..data.prompts import Mask, deepest
from ..data.views import bounds
from .app import Click, Reading, answer_box, answer_tap, best_reading, correct, readings
from .predictor import Box, Predictor, Segmenter, Viewport

SMALLEST = 0.003
MOST = 6
NOC_CLICKS = 20


@dataclass(frozen=True)
class Instance:
    """One object of one picture."""

    name: str
    image: Image
    mask: Mask
    known: Mask

    @property
    def share(self) -> float:
        return float(self.mask.mean())

    def iou(self, mask: Mask) -> float:
        a, b = mask & self.known, self.mask & self.known
        return float((a & b).sum() / max(int((a | b).sum()), 1))


def instances(folder: Path) -> Iterator[Instance]:
    """All instances that count, picture by picture."""
    photos = sorted(folder.glob("*.jpg"))
    if not photos:
        raise FileNotFoundError(f"no <id>.jpg in {folder}")
    for photo in photos:
        image = decode(photo.read_bytes(), cv2.IMREAD_COLOR)
        labels = decode(photo.with_suffix(".png").read_bytes(), cv2.IMREAD_UNCHANGED)
        counts = np.bincount(labels.ravel(), minlength=256)
        ids = [i for i in range(1, IGNORE) if counts[i] >= SMALLEST * labels.size]
        for i in sorted(ids, key=lambda i: -counts[i])[:MOST]:
            yield Instance(photo.stem, image, labels == i, labels != IGNORE)


def evaluate(model: Segmenter, folder: Path, size: int, noc: bool = False, pad: bool = False) -> dict[str, float]:
    """Mean figures over the folder, and box and tap figures for small, medium and large objects."""
    rows: list[dict[str, float]] = []
    whole, zoomed = Predictor(model, size), Predictor(model, size)
    name = ""
    for it in instances(folder):
        if it.name != name:
            whole.look(it.image, Viewport.whole(it.image.shape, size, pad))
            name = it.name
        rows.append(_figures(it, whole, zoomed, noc))
    means = {k: float(np.mean([r[k] for r in rows])) for k in rows[0] if k != "share"}
    for label, low, high in (("small", 0.0, 0.02), ("medium", 0.02, 0.1), ("large", 0.1, 1.01)):
        part = [r for r in rows if low <= r["share"] < high]
        means |= {f"{k} {label}": float(np.mean([r[k] for r in part])) for k in ("boxIoU", "tapIoU", "tapAppIoU") if part}
    return means | {"instances": len(rows)}


def _figures(it: Instance, whole: Predictor, zoomed: Predictor, noc: bool) -> dict[str, float]:
    box = cast(Box, tuple(map(float, bounds(it.mask))))
    tap = (*deepest(it.mask), 1)
    boxed = readings(whole, whole.ask(box=box))
    tapped = readings(whole, whole.ask(points=[tap]))
    answered = answer_tap(whole, zoomed, it.image, tap)
    figures = {
        "share": it.share,
        "boxIoU": it.iou(best_reading(boxed, box).solid),
        "boxBestIoU": max(it.iou(r.solid) for r in boxed),
        "boxZoomIoU": it.iou(answer_box(zoomed, it.image, box).solid),
        "tapIoU": it.iou(max(tapped, key=lambda r: r.score).solid),
        "tapBestIoU": max(it.iou(r.solid) for r in tapped),
        "tapAppIoU": it.iou(answered.solid),
    }
    if noc:
        figures |= dict(zip(("noc85", "noc90"), clicks_needed(it, zoomed, answered, tap, (0.85, 0.90)), strict=True))
    return figures


def clicks_needed(it: Instance, p: Predictor, answered: Reading, tap: Click, goals: tuple[float, ...]) -> list[float]:
    """Clicks, the tap included, until the IoU reaches each goal, each next one at the deepest point of the largest error; at most 20."""
    clicks, mask = [tap], answered
    needed: dict[float, float] = {}
    while True:
        iou = it.iou(mask.solid)
        for goal in goals:
            if iou >= goal:
                needed.setdefault(goal, float(len(clicks)))
        wrong = largest_part((mask.solid != it.mask) & it.known)
        if len(needed) == len(goals) or len(clicks) == NOC_CLICKS or not wrong.any():
            return [needed.get(goal, float(NOC_CLICKS)) for goal in goals]
        x, y = deepest(wrong)
        clicks.append((x, y, int(it.mask[int(y), int(x)])))
        mask = correct(p, it.image, clicks, mask)


def largest_part(mask: NDArray[np.bool_]) -> Mask:
    """The largest connected part of a mask; an empty mask stays empty."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count < 2:
        return mask
    return parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
