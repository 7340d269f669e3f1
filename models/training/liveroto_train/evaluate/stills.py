"""Prompts on still pictures: any folder of `<id>.jpg` with `<id>.png` label maps (0 background, 255 ignore).

For each instance of at least 0.3 % of the picture, at most six a picture (the largest first). IoU is taken at the
picture's own resolution, pixels labelled 255 left out. The whole view is the picture in a square with margins (`pad`),
or the picture as it is, on an input that is not square: the contract allows both, and the second costs less.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ..data.archive import IGNORE, Image, decode
from ..data.prompts import Mask, deepest
from ..data.views import bounds
from .predictor import Answer, Array, Predictor, Segmenter, Viewport

SMALLEST = 0.003
MOST = 6
NOC_CLICKS = 20
ZOOM = 2.0
"""Side of the zoomed viewport, in longer sides of the box."""


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


def evaluate(model: Segmenter, folder: Path, size: int, noc: bool = False, pad: bool = True) -> dict[str, float]:
    """Mean figures over the folder, and box and tap figures for small, medium and large objects."""
    rows: list[dict[str, float]] = []
    whole, zoomed = Predictor(model, size), Predictor(model, size)
    name = ""
    for it in instances(folder):
        if it.name != name:
            whole.look(it.image, Viewport.whole(it.image.shape, pad))
            name = it.name
        rows.append(_figures(it, whole, zoomed, noc))
    means = {k: float(np.mean([r[k] for r in rows])) for k in rows[0] if k != "share"}
    for label, low, high in (("small", 0.0, 0.02), ("medium", 0.02, 0.1), ("large", 0.1, 1.01)):
        part = [r for r in rows if low <= r["share"] < high]
        means |= {f"{k} {label}": float(np.mean([r[k] for r in part])) for k in ("boxIoU", "tapIoU") if part}
    return means | {"instances": len(rows)}


def _figures(it: Instance, whole: Predictor, zoomed: Predictor, noc: bool) -> dict[str, float]:
    x0, y0, x1, y1 = bounds(it.mask)
    box = (float(x0), float(y0), float(x1), float(y1))
    tap = [(*deepest(it.mask), 1)]
    from_box, from_tap = whole.ask(box=box), whole.ask(points=tap)
    zoomed.look(it.image, Viewport.around(box, ZOOM))
    figures = {
        "share": it.share,
        "boxIoU": _iou(it, whole, from_box, from_box.best),
        "boxBestIoU": _best(it, whole, from_box),
        "boxZoomIoU": _own(it, zoomed, zoomed.ask(box=box)),
        "tapIoU": _own(it, whole, from_tap),
        "tapBestIoU": _best(it, whole, from_tap),
        "tapViewsIoU": tap_through_views(it, whole, zoomed, tap),
    }
    if noc:
        figures |= dict(zip(("noc85", "noc90"), clicks_needed(it, whole, (0.85, 0.90)), strict=True))
    return figures


def solid(p: Predictor, answer: Answer, k: int) -> Mask:
    """Mask k in the picture's pixels."""
    return p.to_picture(answer.masks[k]) > 0.5


def _iou(it: Instance, p: Predictor, answer: Answer, k: int) -> float:
    return it.iou(solid(p, answer, k))


def _own(it: Instance, p: Predictor, answer: Answer) -> float:
    return _iou(it, p, answer, answer.best)


def _best(it: Instance, p: Predictor, answer: Answer) -> float:
    return max(_iou(it, p, answer, k) for k in range(len(answer.scores)))


def tap_through_views(it: Instance, whole: Predictor, zoomed: Predictor, tap: list[tuple[float, float, int]]) -> float:
    """One tap, seen whole and through two zooms around the finger; the best score wins and is looked at once more."""
    h, w = it.image.shape[:2]
    x, y, _ = tap[0]
    best_score, best_mask = -1.0, np.zeros((h, w), bool)
    for side in (None, 0.6, 0.35):
        if side is None:
            p = whole
        else:
            p = zoomed
            p.look(it.image, Viewport.square(x, y, side * max(h, w)))
        answer = p.ask(points=tap)
        if answer.scores.max() > best_score:
            best_score, best_mask = float(answer.scores.max()), solid(p, answer, answer.best)
    if not best_mask.any():
        return it.iou(best_mask)
    x0, y0, x1, y1 = bounds(best_mask)
    zoomed.look(it.image, Viewport.around((x0, y0, x1, y1), ZOOM))
    again = zoomed.ask(points=tap, mask=zoomed.to_view(best_mask))
    return _own(it, zoomed, again)


def clicks_needed(it: Instance, p: Predictor, goals: tuple[float, ...]) -> list[float]:
    """Clicks until the IoU reaches each goal, each next one at the deepest point of the largest error; at most 20."""
    clicks: list[tuple[float, float, int]] = [(*deepest(it.mask), 1)]
    needed: dict[float, float] = {}
    carried: Array | None = None
    for n in range(1, NOC_CLICKS + 1):
        answer = p.ask(points=clicks, mask=carried)
        mask = solid(p, answer, answer.best)
        iou = it.iou(mask)
        for goal in goals:
            if iou >= goal:
                needed.setdefault(goal, float(n))
        wrong = largest_part((mask != it.mask) & it.known)
        if len(needed) == len(goals) or not wrong.any():
            break
        x, y = deepest(wrong)
        clicks.append((x, y, int(it.mask[int(y), int(x)])))
        carried = cv2.resize(answer.masks[answer.best], p.cells(8)[::-1], interpolation=cv2.INTER_AREA)
    return [needed.get(goal, float(NOC_CLICKS)) for goal in goals]


def largest_part(mask: NDArray[np.bool_]) -> Mask:
    """The largest connected part of a mask; an empty mask stays empty."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    if count < 2:
        return mask
    return parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
