"""One picture, one viewport, prompts in picture pixels: what the app does with the model, in a few lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..data.archive import Image
from ..data.views import PAD_BGR
from ..prompt_maps import prototypes

Array = NDArray[np.float32]
Features = tuple[Tensor, Tensor, Tensor, Tensor]
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in picture pixels."""


class Segmenter(Protocol):
    """The two halves of the contract, whatever runs them (`segmenters.py`)."""

    def encode(self, image: Tensor) -> Features:
        """[1,3,H,W], RGB 0..255 -> p4, p8, p16, appearance."""
        ...

    def decode(self, features: Features, prompts: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        """Prompts in the order of the contract -> mask logits [N,K,H/4,W/4], predicted IoU [N,K] 0..1."""
        ...


@dataclass(frozen=True)
class Viewport:
    """A rectangle of the picture, centre and sides in picture pixels. It may reach beyond the picture."""

    x: float
    y: float
    width: float
    height: float

    @staticmethod
    def square(x: float, y: float, side: float) -> Viewport:
        return Viewport(x, y, side, side)

    @staticmethod
    def whole(shape: tuple[int, ...], size: int, pad: bool) -> Viewport:
        """The whole picture: in a square with empty margins (`pad`), or grown to the next input whose sides are multiples of 32."""
        h, w = shape[:2]
        long = max(h, w)
        if pad:
            return Viewport.square(w / 2, h / 2, long)
        rows, columns = (max(32, 32 * math.ceil(side / long * size / 32 - 0.01)) for side in (h, w))
        scale = max(h / rows, w / columns)
        return Viewport(w / 2, h / 2, columns * scale, rows * scale)

    @staticmethod
    def within(x: float, y: float, side: float, shape: tuple[int, ...]) -> Viewport:
        """A square around a point, moved (not shrunk) to lie inside the picture where it fits."""
        place = lambda c, extent: extent / 2 if side >= extent else min(extent - side / 2, max(side / 2, c))  # noqa: E731
        return Viewport.square(place(x, shape[1]), place(y, shape[0]), side)

    @staticmethod
    def on(box: Box, factor: float, shape: tuple[int, ...]) -> Viewport:
        """A square of `factor` times the box's longer side as the app looks at it: never tiny, never wider than the picture."""
        x0, y0, x1, y1 = box
        side = min(max(factor * max(x1 - x0, y1 - y0), 48), max(shape[:2]))
        return Viewport.within((x0 + x1) / 2, (y0 + y1) / 2, side, shape)

    @staticmethod
    def around(box: Box, factor: float, smallest: float = 32) -> Viewport:
        """A square of `factor` times the box's longer side."""
        x0, y0, x1, y1 = box
        return Viewport.square((x0 + x1) / 2, (y0 + y1) / 2, max(factor * max(x1 - x0, y1 - y0), smallest))

    def input_shape(self, size: int) -> tuple[int, int]:
        """Height and width of the network's input: the longer is `size`, the other the nearest multiple of 32."""
        longest = max(self.width, self.height)
        return tuple(max(32, 32 * round(side / longest * size / 32)) for side in (self.height, self.width))  # type: ignore[return-value]

    def matrix(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Picture pixels -> pixels of a map of `shape` (height, width) that covers the viewport."""
        sx, sy = shape[1] / self.width, shape[0] / self.height
        return np.array([[sx, 0, shape[1] / 2 - sx * self.x], [0, sy, shape[0] / 2 - sy * self.y]])

    def grid(self, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """The same for `warpAffine`, whose coordinates are those of pixel centres."""
        m = self.matrix(shape)
        m[:, 2] += m[:, :2] @ [0.5, 0.5] - 0.5
        return m


@dataclass
class Answer:
    """Mask probabilities [K,S/4,S/4] and predicted IoU [K]."""

    masks: Array
    scores: Array

    @property
    def best(self) -> int:
        return int(self.scores.argmax())


class Predictor:
    """Holds the embedding of one viewport of one picture."""

    def __init__(self, model: Segmenter, size: int) -> None:
        self.model, self.size = model, size

    @torch.no_grad()
    def look(self, image: Image, viewport: Viewport) -> None:
        """Encodes the viewport; `image` is BGR."""
        self.viewport, self.picture = viewport, image.shape[:2]
        self.input = h, w = viewport.input_shape(self.size)
        m = viewport.grid(self.input)
        if m[0, 0] < 0.6:
            # warpAffine cannot average areas, and a big picture would alias.
            small = (max(1, round(image.shape[1] * m[0, 0])), max(1, round(image.shape[0] * m[1, 1])))
            ratio = np.array([small[0] / image.shape[1], small[1] / image.shape[0]])
            image = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
            v = viewport
            m = Viewport(v.x * ratio[0], v.y * ratio[1], v.width * ratio[0], v.height * ratio[1]).grid(self.input)
        crop = cv2.warpAffine(image, m, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=PAD_BGR)
        tensor = torch.from_numpy(np.ascontiguousarray(crop[:, :, ::-1].transpose(2, 0, 1)))[None].float()
        self.features = self.model.encode(tensor)

    @torch.no_grad()
    def ask(
        self, *, points: list[tuple[float, float, int]] | None = None, box: Box | None = None,
        mask: Array | None = None, prototypes: tuple[Tensor, Tensor] | None = None,
    ) -> Answer:
        """`points` (x, y, inside) and `box` in picture pixels; `mask` at stride 8 of this viewport, 0..1."""
        m = torch.from_numpy(self.viewport.matrix(self.input)).float()
        p = torch.tensor([list(q[:2]) for q in points] if points else [[0.0, 0.0]])
        labels = torch.tensor([[float(q[2]) for q in points] if points else [-1.0]])
        xy = (p @ m[:, :2].T + m[:, 2])[None]
        b = torch.zeros(1, 4) if box is None else (torch.tensor(box).float().view(2, 2) @ m[:, :2].T + m[:, 2]).view(1, 4)
        cells = self.cells(8)
        carried = torch.zeros(1, 1, *cells) if mask is None else torch.from_numpy(mask).view(1, 1, *cells)
        zero = torch.zeros(1, self.features[3].shape[1])
        target, distractor = prototypes or (zero, zero)
        given = lambda v: torch.tensor([0.0 if v is None else 1.0])  # noqa: E731
        masks, scores = self.model.decode(self.features, (xy, labels, b, given(box), carried, given(mask), target, distractor))
        return Answer(masks[0].sigmoid().numpy(), scores[0].numpy())

    def prototypes(self, mask: Array) -> tuple[Tensor, Tensor]:
        """Target and distractor from a mask at stride 8."""
        return prototypes(self.features[3], torch.from_numpy(mask)[None, None])

    def cells(self, stride: int) -> tuple[int, int]:
        """Height and width of this viewport's maps at a stride."""
        return self.input[0] // stride, self.input[1] // stride

    def to_picture(self, mask: Array) -> Array:
        """A mask of this viewport, of any resolution, in the picture's own pixels; 0 outside the viewport."""
        h, w = self.picture
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(mask, self.viewport.grid(mask.shape), (w, h), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=0)

    def to_view(self, mask: NDArray[np.bool_] | Array) -> Array:
        """A mask in picture pixels as a mask prompt: area-averaged to stride 8 of this viewport."""
        h, w = self.input
        fine = cv2.warpAffine(mask.astype(np.float32), self.viewport.grid(self.input), (w, h), flags=cv2.INTER_LINEAR)
        return cv2.resize(fine, self.cells(8)[::-1], interpolation=cv2.INTER_AREA)
