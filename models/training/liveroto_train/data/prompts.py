"""What a person or the tracker would say about an object: taps, clicks, boxes, the mask of a moment ago."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from .views import Rng, bounds, similarity

Mask = NDArray[np.bool_]
KINDS = ("tap", "clicks", "box", "boxtap", "track", "slip")
SHARES = (0.31, 0.07, 0.22, 0.04, 0.28, 0.08)
CARRIED = ("track", "slip")
"""Kinds that bring the mask of a moment ago along: nearly right, or gone wrong."""
BOX_JITTER = (0.0, 0.0, 0.02, 0.08)
"""Half of the boxes are exact, the others careful or drawn in a hurry: the most by which an edge is off, as a share of its side."""
POINTS = 5
"""Most clicks of one prompt while training; the decoder itself takes any number."""


@dataclass
class Prompt:
    """One prompt in pixels of the network's input; the mask is at stride 8."""

    kind: str
    points: list[tuple[float, float, int]] = field(default_factory=list)
    """x, y and 1 inside or 0 outside."""
    box: tuple[float, float, float, float] | None = None
    mask: NDArray[np.float32] | None = None


def click(mask: Mask, rng: Rng) -> tuple[float, float]:
    """A pixel of a mask that is not empty, anywhere in it or towards its middle."""
    x0, y0, x1, y1 = bounds(mask)
    part = np.pad(mask[y0:y1, x0:x1].view(np.uint8), 1)
    depth = cv2.distanceTransform(part, cv2.DIST_L2, 3)[1:-1, 1:-1]
    inside = np.flatnonzero(depth > depth.max() * rng.choice([0.0, 0.3, 0.6, 0.9]))
    y, x = divmod(int(inside[rng.integers(len(inside))]), depth.shape[1])
    return float(x + x0) + 0.5, float(y + y0) + 0.5


def deepest(mask: Mask) -> tuple[float, float]:
    """The pixel of a mask farthest from its edge and from the picture's: where people tap."""
    depth = cv2.distanceTransform(np.pad(mask.view(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = divmod(int(depth.argmax()), depth.shape[1])
    return float(x) + 0.5, float(y) + 0.5


def jittered_box(mask: Mask, amount: float, rng: Rng) -> tuple[float, float, float, float]:
    """The mask's box with every edge moved by up to `amount` of its side."""
    x0, y0, x1, y1 = bounds(mask)
    d = rng.uniform(-amount, amount, 4) * [x1 - x0, y1 - y0, x1 - x0, y1 - y0]
    return x0 + d[0], y0 + d[1], x1 + d[2], y1 + d[3]


def propagated(mask: Mask, rng: Rng) -> NDArray[np.float32]:
    """The mask as a tracker would bring it along: moved, grown or shrunk, with a hole or a blob; 0..1."""
    size = mask.shape[0]
    x0, y0, x1, y1 = bounds(mask)
    extent = max(x1 - x0, y1 - y0)
    c = ((x0 + x1) / 2, (y0 + y1) / 2)
    to = (c[0] + rng.uniform(-0.12, 0.12) * extent, c[1] + rng.uniform(-0.12, 0.12) * extent)
    m = similarity(np.exp(rng.uniform(-0.1, 0.1)), rng.uniform(-8, 8), c, to, False)
    out = cv2.warpAffine(mask.astype(np.uint8) * 255, m, (size, size))
    k = int(rng.choice([1, 3, 5, 7, 9]))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (k, k))
    out = cv2.dilate(out, kernel) if rng.random() < 0.5 else cv2.erode(out, kernel)
    if rng.random() < 0.3:
        x, y = click(mask, rng)
        cv2.circle(out, (int(x), int(y)), int(extent * rng.uniform(0.05, 0.2)), 0 if rng.random() < 0.6 else 255, -1)
    if rng.random() < 0.3:
        at = (int(rng.uniform(x0 - 0.2 * extent, x1 + 0.2 * extent)), int(rng.uniform(y0 - 0.2 * extent, y1 + 0.2 * extent)))
        cv2.circle(out, at, int(extent * rng.uniform(0.05, 0.15)), 255, -1)
    return cv2.GaussianBlur(out, (5, 5), 0).astype(np.float32) / 255


def slipped(mask: Mask, others: Mask, rng: Rng) -> NDArray[np.float32]:
    """The mask of a tracker that has gone wrong: a part only, slid off to a side, or with what lies beside it; 0..1.

    Something of the object is always left in it.
    """
    way = rng.choice(["part", "slid", "leak"])
    if way == "part":
        wrong = _part(mask, rng)
    elif way == "slid":
        wrong = _slid(mask, rng)
    else:
        wrong = mask | _leak(mask, others, rng)
        wrong = _part(wrong, rng) if rng.random() < 0.3 else wrong
    return propagated(wrong if (wrong & mask).sum() > 0.1 * mask.sum() else mask, rng)


def _part(mask: Mask, rng: Rng) -> Mask:
    """What lies on one side of a line through a random pixel of the mask."""
    (x, y), angle = click(mask, rng), rng.uniform(0, 2 * np.pi)
    ys, xs = np.indices(mask.shape)
    return mask & ((xs - x) * np.cos(angle) + (ys - y) * np.sin(angle) >= 0)


def _slid(mask: Mask, rng: Rng) -> Mask:
    """The mask moved by 0.12 to 0.5 of its extent, up to a third larger or smaller."""
    x0, y0, x1, y1 = bounds(mask)
    reach, angle = rng.uniform(0.12, 0.5) * max(x1 - x0, y1 - y0), rng.uniform(0, 2 * np.pi)
    c = ((x0 + x1) / 2, (y0 + y1) / 2)
    to = (c[0] + reach * np.cos(angle), c[1] + reach * np.sin(angle))
    m = similarity(np.exp(rng.uniform(-0.3, 0.3)), 0.0, c, to, False)
    return cv2.warpAffine(mask.view(np.uint8), m, mask.shape[::-1], flags=cv2.INTER_NEAREST) > 0


def _leak(mask: Mask, others: Mask, rng: Rng) -> Mask:
    """A round piece of the surroundings at the mask's edge; where other objects lie in it, often only them."""
    x0, y0, x1, y1 = bounds(mask)
    extent = max(x1 - x0, y1 - y0)
    edge = mask & ~(cv2.erode(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    x, y = click(edge, rng)
    axes = tuple(int(v) for v in extent * rng.uniform(0.15, 0.6, 2))
    around = np.zeros(mask.shape, np.uint8)
    cv2.ellipse(around, (int(x), int(y)), axes, rng.uniform(0, 180), 0, 360, 1, -1)
    piece = (around > 0) & ~mask
    return piece & others if (piece & others).any() and rng.random() < 0.7 else piece


def sample(mask: Mask, others: Mask, rng: Rng) -> Prompt:
    """A prompt for the object in `mask`; `others` are the pixels of other objects."""
    kind = str(rng.choice(KINDS, p=SHARES))
    prompt = Prompt(kind)
    if kind in ("tap", "boxtap"):
        prompt.points.append((*click(mask, rng), 1))
    if kind in ("box", "boxtap"):
        prompt.box = jittered_box(mask, float(rng.choice(BOX_JITTER)), rng)
    if kind == "clicks":
        prompt.points += [(*click(mask, rng), 1) for _ in range(int(rng.integers(1, 4)))]
        prompt.points += [(*click(n, rng), 0) for _ in range(int(rng.integers(0, 3))) if (n := _outside(mask, others, rng)).any()]
    if kind in CARRIED:
        carried = slipped(mask, others, rng) if kind == "slip" else propagated(mask, rng)
        solid = carried > 0.5
        solid = solid if solid.any() else mask
        prompt.box = jittered_box(solid, 0.04, rng)
        ys, xs = np.nonzero(solid)
        prompt.points.append((float(xs.mean()) + 0.5, float(ys.mean()) + 0.5, 1))
        if rng.random() < 0.9:
            h = mask.shape[0] // 8
            prompt.mask = cv2.resize(carried, (h, h), interpolation=cv2.INTER_AREA)
    return prompt


def _outside(mask: Mask, others: Mask, rng: Rng) -> Mask:
    if others.any() and rng.random() < 0.5:
        return others
    if rng.random() < 0.4:
        return ~mask
    return (cv2.dilate(mask.view(np.uint8), np.ones((25, 25), np.uint8)) > 0) & ~mask
