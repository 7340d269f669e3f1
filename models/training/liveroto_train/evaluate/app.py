"""A tap, a box and a correction as the app answers them: its views, its choice among the readings, its second look.

The same rules and constants as `src/tracking/tap.ts` and `src/tracking/readings.ts`, which say why; here at the picture's own resolution.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..data.archive import Image
from ..data.prompts import Mask
from ..data.views import bounds
from .predictor import Answer, Array, Box, Predictor, Viewport

Click = tuple[float, float, int]

NEAR, NEARER = 0.6, 0.35
ZOOM, CORRECTION_MARGIN = 2.0, 1.6
STEEPNESS, CUT_OFF, BOX_FIT, SAME_IOU = 5.0, 1.5, 0.4, 0.8
PART_REACH = 0.12


@dataclass(frozen=True, eq=False)
class Reading:
    """One mask that was answered, in the picture's pixels."""

    soft: Array
    score: float
    cut_off: float
    """Share of its view's edge inside the picture that it covers."""
    seen: Array | float = 1.0
    """How far its view shows each pixel, 0..1."""

    @property
    def solid(self) -> Mask:
        return self.soft > 0.5


def readings(p: Predictor, answer: Answer) -> list[Reading]:
    """All masks of an answer."""
    seen = p.to_picture(np.ones_like(answer.masks[0]))
    return [
        Reading(p.to_picture(mask), float(score), _cut_off(p, mask), seen)
        for mask, score in zip(answer.masks, answer.scores, strict=True)
    ]


def best_reading(all_readings: list[Reading], box: Box | None = None, leading: int = 0) -> Reading:
    """The reading that comes first in the app, of those from `leading` on: by the box if there is one, else by expected overlap."""
    if box is not None:
        return max(all_readings, key=lambda r: r.score + BOX_FIT * box_iou(main_box(r.solid), box))
    trust, overlap = _trust(all_readings), _overlaps(all_readings)
    odds = np.exp(STEEPNESS * trust)
    may_lead = np.arange(len(trust)) >= leading
    first = int(np.where(may_lead, overlap @ odds, -np.inf).argmax())
    return all_readings[int(np.where(may_lead & (overlap[first] >= SAME_IOU), trust, -np.inf).argmax())]


def agreed_reading(reading: Reading, all_readings: list[Reading]) -> Reading:
    """A reading as all that mean the same see it: the mean of the probabilities where their views show a pixel."""
    same = _overlaps(all_readings)[all_readings.index(reading)] >= SAME_IOU
    odds = np.where(same, np.exp(STEEPNESS * _trust(all_readings)), 0)
    said = sum(w * r.soft for w, r in zip(odds, all_readings, strict=True))
    say = sum(w * r.seen for w, r in zip(odds, all_readings, strict=True))
    return replace(reading, soft=np.asarray(said / np.maximum(say, 1e-6), np.float32))


def _trust(all_readings: list[Reading]) -> Array:
    return np.array([r.score - CUT_OFF * r.cut_off for r in all_readings], np.float32)


def _overlaps(all_readings: list[Reading]) -> Array:
    """IoU of each with each."""
    flat = np.array([r.solid.ravel() for r in all_readings]).astype(np.float32)
    shared = flat @ flat.T
    area = np.diag(shared)
    overlap = shared / np.maximum(area[:, None] + area - shared, 1)
    np.fill_diagonal(overlap, 1)
    return overlap


def answer_box(p: Predictor, image: Image, box: Box) -> Reading:
    """A box, in a view of twice its longer side."""
    p.look(image, Viewport.on(box, ZOOM, image.shape))
    return best_reading(readings(p, p.ask(box=box)), box)


def answer_tap(whole: Predictor, p: Predictor, image: Image, click: Click) -> Reading:
    """One tap: from near, whole (`whole` has looked already) and from nearer, then zoomed on the best with its mask; all have their say."""
    x, y, _ = click
    seen = readings(whole, whole.ask(points=[click]))
    for share in (NEAR, NEARER):
        p.look(image, Viewport.within(x, y, share * max(image.shape[:2]), image.shape))
        seen += readings(p, p.ask(points=[click]))
    best = best_reading(seen)
    box = main_box(best.solid)
    if box is None:
        return best
    p.look(image, Viewport.on(box, ZOOM, image.shape))
    zoomed = readings(p, p.ask(points=[click], mask=p.to_view(best.soft)))
    return agreed_reading(best_reading(seen + zoomed, leading=len(seen)), seen + zoomed)


def correct(p: Predictor, image: Image, clicks: list[Click], mask: Reading) -> Reading:
    """One more click on a mask: a view on both, asked with every click and the mask so far."""
    own = main_box(mask.solid)
    boxes = [(x - 1, y - 1, x + 1, y + 1) for x, y, _ in clicks] + ([] if own is None else [own])
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    p.look(image, Viewport.on((min(x0), min(y0), max(x1), max(y1)), CORRECTION_MARGIN, image.shape))
    return best_reading(readings(p, p.ask(points=clicks, mask=p.to_view(mask.soft))))


def main_box(mask: Mask) -> Box | None:
    """Box of the largest part and of those close to it; None for an empty mask."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    if count < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    reach = PART_REACH * np.sqrt(stats[largest, cv2.CC_STAT_AREA])
    away = cv2.distanceTransform((parts != largest).astype(np.uint8), cv2.DIST_L2, 5)
    near = np.unique(parts[(away <= reach) & mask])
    x0, y0, x1, y1 = bounds(np.isin(parts, near) & mask)
    return float(x0), float(y0), float(x1), float(y1)


def box_iou(a: Box | None, b: Box) -> float:
    """Intersection over union of two boxes; 0 without the first."""
    if a is None:
        return 0.0
    shared = max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = lambda box: (box[2] - box[0]) * (box[3] - box[1])  # noqa: E731
    return float(shared / (area(a) + area(b) - shared))


def _cut_off(p: Predictor, mask: Array) -> float:
    v, (h, w) = p.viewport, p.picture
    inside: NDArray[np.bool_] = mask > 0.5
    sides = [
        (v.x - v.width / 2 > 1, inside[:, 0]), (v.y - v.height / 2 > 1, inside[0]),
        (v.x + v.width / 2 < w - 1, inside[:, -1]), (v.y + v.height / 2 < h - 1, inside[-1]),
    ]
    covered = [side for is_open, side in sides if is_open]
    return float(np.concatenate(covered).mean()) if covered else 0.0
