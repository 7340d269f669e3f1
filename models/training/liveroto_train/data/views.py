"""Two views of one scene: viewports, motion between them, pasted objects, light."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ..config import DataConfig
from .archive import IGNORE, Image, Library, decode

Affine = NDArray[np.float64]
Rng = np.random.Generator
OCCLUDER = 251
PAD_BGR = (104, 116, 124)
"""The mean colour, which is zero to the network: what lies beyond the picture."""
MIN_PIXELS = 60
"""Objects smaller than this in a view of the network's size are not asked for."""


@dataclass
class View:
    """What the network sees (BGR) and the label map of the same size."""

    image: Image
    labels: Image


@dataclass
class Pair:
    """The same scene twice, and the object that the viewport was chosen for."""

    first: View
    second: View
    focus: int


def instance_ids(labels: Image, smallest: float = 0.002, largest: float = 0.85) -> list[int]:
    """Instances whose share of the picture lies within the limits."""
    share = np.bincount(labels.ravel(), minlength=256) / labels.size
    return [i for i in range(1, IGNORE) if smallest < share[i] < largest]


def bounds(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """x0, y0, x1, y1 of a mask that is not empty; the far edges are exclusive."""
    x, y, w, h = cv2.boundingRect(mask.view(np.uint8))
    return x, y, x + w, y + h


def similarity(scale: float, degrees: float, src: tuple[float, float], dst: tuple[float, float], flip: bool) -> Affine:
    """Scales, turns and mirrors around `src`, which lands on `dst`: a 2x3 matrix."""
    a = np.deg2rad(degrees)
    c, s = np.cos(a) * scale, np.sin(a) * scale
    r = np.array([[-c if flip else c, -s], [-s if flip else s, c]])
    return np.column_stack([r, np.array(dst) - r @ np.array(src)])


def compose(second: Affine, first: Affine) -> Affine:
    """The map that applies `first`, then `second`."""
    square = lambda m: np.vstack([m, [0, 0, 1]])  # noqa: E731
    return (square(second) @ square(first))[:2]


def wide_viewport(shape: tuple[int, int], box: tuple[int, int, int, int], size: int, rng: Rng) -> Affine:
    """A view of most of the picture, with the object in `box` somewhere in it."""
    longest = max(shape)
    x0, y0, x1, y1 = box
    extent = max(x1 - x0, y1 - y0, 8)
    side = longest * rng.uniform(0.45, 1.0)
    side = min(max(side, extent * rng.uniform(0.9, 1.3)), longest * 1.15)
    if rng.random() < 0.7:
        side = min(side, extent * rng.uniform(5, 14))
    side = max(side, 40)
    slack = 0.4 * max(0.0, side - extent)
    centre = ((x0 + x1) / 2 + rng.uniform(-slack, slack), (y0 + y1) / 2 + rng.uniform(-slack, slack))
    m = similarity(size / side, rng.uniform(-10, 10), centre, (size / 2, size / 2), rng.random() < 0.5)
    stretch = np.exp(rng.uniform(-0.2, 0.2))
    m[0] = m[0] * stretch + [0, 0, size / 2 * (1 - stretch)]
    return m


def zoomed_viewport(box: tuple[int, int, int, int], size: int, rng: Rng) -> Affine:
    """A view 1.1 to 3.2 times the object's longer side: what the tracker looks through."""
    x0, y0, x1, y1 = box
    extent = max(x1 - x0, y1 - y0)
    side = max(extent * rng.uniform(1.1, 3.2), 32)
    slack = 0.3 * max(side - extent, 0)
    centre = ((x0 + x1) / 2 + rng.uniform(-slack, slack), (y0 + y1) / 2 + rng.uniform(-slack, slack))
    return similarity(size / side, rng.normal(0, 8), centre, (size / 2, size / 2), rng.random() < 0.5)


def whole_viewport(shape: tuple[int, int], size: int, rng: Rng) -> Affine:
    """The whole picture in a square, as the app shows it to the network when nothing is tracked yet."""
    h, w = shape
    return similarity(size / max(h, w), 0.0, (w / 2, h / 2), (size / 2, size / 2), rng.random() < 0.5)


def camera_motion(size: int, amount: float, rng: Rng) -> Affine:
    """Small turn, zoom and shift of the whole view."""
    c = size / 2
    shift = rng.uniform(-amount, amount, 2) * size
    return similarity(np.exp(rng.uniform(-amount, amount)), rng.uniform(-8, 8), (c, c), (c + shift[0], c + shift[1]), False)


def later_motion(size: int, centre: tuple[float, float], rng: Rng) -> Affine:
    """From one view to a much later one: the object at `centre` nearer or farther, turned, stretched or mirrored."""
    m = similarity(np.exp(rng.uniform(-0.6, 0.6)), rng.normal(0, 15), centre, (0, 0), rng.random() < 0.35)
    m = compose(np.array([[np.exp(rng.uniform(-0.3, 0.3)), 0, 0], [0, np.exp(rng.uniform(-0.3, 0.3)), 0]]), m)
    m[:, 2] += rng.uniform(0.3, 0.7, 2) * size
    return m


def other_light(image: Image, rng: Rng) -> Image:
    """Another time of the day: brightness, contrast and the colour of the light."""
    gamma = np.exp(rng.uniform(-0.5, 0.5))
    gains = rng.uniform(0.75, 1.2) * rng.uniform(0.85, 1.15, 3)
    table = np.clip(255 * gains * (np.arange(256)[:, None] / 255) ** gamma, 0, 255).astype(np.uint8)
    return cv2.LUT(image, table[None])


@dataclass
class Placed:
    """A cut-out with a pose in the view."""

    rgb: Image
    alpha: Image
    scale: float
    degrees: float
    at: tuple[float, float]
    flip: bool

    def moved(self, size: int, rng: Rng) -> Placed:
        """The same object a moment later, on its own way."""
        reach = 0.05 * size
        return Placed(
            self.rgb, self.alpha, self.scale * np.exp(rng.uniform(-0.12, 0.12)), self.degrees + rng.uniform(-10, 10),
            (self.at[0] + rng.uniform(-reach, reach), self.at[1] + rng.uniform(-reach, reach)), self.flip,
        )

    def paste(self, view: View, label: int, soft: bool) -> None:
        """Draws the object into the view, in place."""
        size = view.labels.shape[0]
        h, w = self.alpha.shape
        m = similarity(self.scale, self.degrees, (w / 2, h / 2), self.at, self.flip)
        flags = cv2.INTER_AREA if self.scale < 0.7 else cv2.INTER_LINEAR
        rgb = cv2.warpAffine(self.rgb, m, (size, size), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        alpha = cv2.warpAffine(self.alpha, m, (size, size))
        if soft:
            alpha = cv2.GaussianBlur(alpha, (3, 3), 0)
        f = alpha.astype(np.float32)[..., None] * np.float32(1 / 255)
        view.image[:] = view.image + (rgb.astype(np.float32) - view.image) * f
        view.labels[alpha > 127] = label


class SceneMaker:
    """Draws pairs of views from a library."""

    def __init__(self, library: Library, cfg: DataConfig) -> None:
        self.library, self.cfg = library, cfg
        self.cumulative = np.cumsum(library.weights(cfg.emphasis))

    def pair(self, size: int, rng: Rng) -> Pair:
        """A pair whose focus is visible in both views."""
        while True:
            composite = bool(self.library.cutouts) and rng.random() < self.cfg.composite
            pair = self._composite(size, rng) if composite else self._real(size, rng)
            if pair and all((v.labels == pair.focus).sum() >= MIN_PIXELS for v in (pair.first, pair.second)):
                return pair

    def _scene(self, rng: Rng) -> tuple[Image, Image]:
        k = int(np.searchsorted(self.cumulative, rng.random()))
        return self.library.scenes[min(k, len(self.library.scenes) - 1)].decode()

    def _cutout(self, rng: Rng) -> tuple[Image, Image] | None:
        """BGR and alpha: a ready cut-out, or an instance of a photo."""
        if self.library.cutouts and rng.random() < 0.65:
            rgba = decode(self.library.cutouts[rng.integers(len(self.library.cutouts))], cv2.IMREAD_UNCHANGED)
            if rgba.ndim != 3 or rgba.shape[2] != 4 or (rgba[..., 3] > 127).mean() < 0.05:
                return None
            bgr, alpha = np.ascontiguousarray(rgba[..., :3]), np.ascontiguousarray(rgba[..., 3])
        else:
            image, labels = self._scene(rng)
            ids = instance_ids(labels, 0.01, 0.6)
            if not ids:
                return None
            mask = labels == rng.choice(ids)
            x0, y0, x1, y1 = bounds(mask)
            if min(x1 - x0, y1 - y0) < 16:
                return None
            bgr, alpha = image[y0:y1, x0:x1].copy(), mask[y0:y1, x0:x1].astype(np.uint8) * 255
        if rng.random() < 0.7:
            gain, bias = rng.uniform(0.6, 1.25) * rng.uniform(0.85, 1.15, 3), rng.uniform(-20, 20)
            bgr = cv2.transform(bgr, np.column_stack([np.diag(gain), [bias] * 3]))
        return bgr, alpha

    def _placed(self, size: int, smallest: float, largest: float, rng: Rng) -> Placed | None:
        cut = self._cutout(rng)
        if cut is None:
            return None
        extent = size * np.exp(rng.uniform(np.log(smallest), np.log(largest)))
        x, y = rng.uniform(0.05, 0.95, 2) * size
        return Placed(*cut, extent / max(cut[1].shape), rng.normal(0, 20), (x, y), rng.random() < 0.5)

    def _composite(self, size: int, rng: Rng) -> Pair | None:
        backgrounds = self.library.backgrounds
        if backgrounds and rng.random() < 0.7:
            photo = decode(backgrounds[rng.integers(len(backgrounds))], cv2.IMREAD_COLOR)
        else:
            photo, _ = self._scene(rng)
        h, w = photo.shape[:2]
        side = min(h, w) * rng.uniform(0.5, 1)
        centre = (rng.uniform(side / 2, w - side / 2), rng.uniform(side / 2, h - side / 2))
        m = similarity(size / side, rng.normal(0, 5), centre, (size / 2, size / 2), rng.random() < 0.5)
        views = [
            View(cv2.warpAffine(photo, a, (size, size), borderMode=cv2.BORDER_REFLECT), np.zeros((size, size), np.uint8))
            for a in (m, compose(camera_motion(size, 0.05, rng), m))
        ]
        for label in range(1, int(rng.integers(2, 7))):
            placed = self._placed(size, 0.12, 0.6, rng)
            if placed is not None:
                soft = rng.random() < 0.5
                placed.paste(views[0], label, soft)
                placed.moved(size, rng).paste(views[1], label, soft)
        ids = instance_ids(views[0].labels, 0.004, 0.7)
        return Pair(views[0], views[1], int(rng.choice(ids))) if ids else None

    def _real(self, size: int, rng: Rng) -> Pair | None:
        image, labels = self._scene(rng)
        ids = instance_ids(labels)
        if not ids:
            return None
        focus = int(rng.choice(ids))
        box = bounds(labels == focus)
        if rng.random() < self.cfg.zoom:
            m = zoomed_viewport(box, size, rng)
        elif rng.random() < 0.4:
            m = whole_viewport(labels.shape, size, rng)
        else:
            m = wide_viewport(labels.shape, box, size, rng)
        later = rng.random() < self.cfg.later
        x0, y0, x1, y1 = box
        x, y = m @ [(x0 + x1) / 2, (y0 + y1) / 2, 1]
        motion = later_motion(size, (x, y), rng) if later else camera_motion(size, 0.15, rng)
        first = _warp(image, labels, m, size)
        second = _warp(other_light(image, rng) if later else image, labels, compose(motion, m), size)
        if rng.random() < self.cfg.occluder and (placed := self._placed(size, 0.15, 0.6, rng)):
            placed.paste(first, OCCLUDER, True)
            placed.moved(size, rng).paste(second, OCCLUDER, True)
            if rng.random() < 0.4:
                focus = OCCLUDER
        return Pair(first, second, focus)


def _warp(image: Image, labels: Image, m: Affine, size: int) -> View:
    return View(
        cv2.warpAffine(image, m, (size, size), borderMode=cv2.BORDER_CONSTANT, borderValue=PAD_BGR),
        cv2.warpAffine(labels, m, (size, size), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=0),
    )


def relight(image: Image, rng: Rng) -> Image:
    """Exposure, saturation, tint, blur, noise and compression of a cheap camera."""
    if rng.random() < 0.8:
        saturation = rng.uniform(0.5, 1.4)
        mix = np.eye(3) * saturation + (1 - saturation) / 3
        gain = rng.uniform(0.7, 1.3) * rng.uniform(0.9, 1.1, 3)
        image = cv2.transform(image, np.column_stack([mix * gain[:, None], [rng.uniform(-25, 25)] * 3]))
    if rng.random() < 0.2:
        k = int(rng.choice([3, 5]))
        image = cv2.GaussianBlur(image, (k, k), 0)
    if rng.random() < 0.2:
        noise = rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(2, 10))
        image = np.clip(image + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.1:
        ok, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(20, 70))])
        image = decode(data.tobytes(), cv2.IMREAD_COLOR) if ok else image
    return image
