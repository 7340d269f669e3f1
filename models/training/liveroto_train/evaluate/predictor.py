"""One picture, one viewport, prompts in picture pixels: what the app does with the model, in a few lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..data.archive import Image
from ..data.views import PAD_BGR
from ..prompt_maps import prompt_maps, prototypes

Array = NDArray[np.float32]


class Segmenter(Protocol):
    """`Model` and `Bootstrap` both are one."""

    def encoder(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]: ...

    def decoder(self, p4: Tensor, p8: Tensor, p16: Tensor, maps: Tensor) -> tuple[Tensor, Tensor]: ...


@dataclass(frozen=True)
class Viewport:
    """A square of the picture: centre and side in picture pixels."""

    x: float
    y: float
    side: float

    @staticmethod
    def whole(shape: tuple[int, ...]) -> Viewport:
        return Viewport(shape[1] / 2, shape[0] / 2, max(shape[:2]))

    @staticmethod
    def around(box: tuple[float, float, float, float], factor: float, smallest: float = 32) -> Viewport:
        x0, y0, x1, y1 = box
        return Viewport((x0 + x1) / 2, (y0 + y1) / 2, max(factor * max(x1 - x0, y1 - y0), smallest))

    def matrix(self, size: int) -> NDArray[np.float64]:
        """Picture pixels -> input pixels."""
        s = size / self.side
        return np.array([[s, 0, size / 2 - s * self.x], [0, s, size / 2 - s * self.y]])


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
        self.viewport, self.shape = viewport, image.shape[:2]
        m = viewport.matrix(self.size)
        flags = cv2.INTER_LINEAR if m[0, 0] > 0.6 else cv2.INTER_AREA
        if flags == cv2.INTER_AREA:
            # warpAffine knows no area average, and a big picture would alias.
            image = cv2.resize(image, None, fx=m[0, 0], fy=m[0, 0], interpolation=cv2.INTER_AREA)
            m = m.copy()
            m[:, :2] = np.eye(2)
        crop = cv2.warpAffine(image, m, (self.size, self.size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=PAD_BGR)
        tensor = torch.from_numpy(np.ascontiguousarray(crop[:, :, ::-1].transpose(2, 0, 1)))[None].float()
        self.features = self.model.encoder(tensor.contiguous(memory_format=torch.channels_last))

    @torch.no_grad()
    def ask(
        self, *, points: list[tuple[float, float, int]] | None = None, box: tuple[float, float, float, float] | None = None,
        mask: Array | None = None, prototypes: tuple[Tensor, Tensor] | None = None,
    ) -> Answer:
        """`points` (x, y, inside) and `box` in picture pixels; `mask` at stride 8 of this viewport, 0..1."""
        m = torch.from_numpy(self.viewport.matrix(self.size)).float()
        p4, p8, p16, appearance = self.features
        p = torch.tensor([list(q[:2]) for q in points] if points else [[0.0, 0.0]])
        labels = torch.tensor([[float(q[2]) for q in points] if points else [-1.0]])
        xy = (p @ m[:, :2].T + m[:, 2])[None]
        b = torch.zeros(1, 4) if box is None else (torch.tensor(box).float().view(2, 2) @ m[:, :2].T + m[:, 2]).view(1, 4)
        h = self.size // 8
        carried = torch.zeros(1, 1, h, h) if mask is None else torch.from_numpy(mask).view(1, 1, h, h)
        zero = torch.zeros(1, appearance.shape[1])
        target, distractor = prototypes or (zero, zero)
        given = lambda v: torch.tensor([0.0 if v is None else 1.0])  # noqa: E731
        maps = prompt_maps(appearance, xy, labels, b, given(box), carried, given(mask), target, distractor)
        masks, scores = self.model.decoder(p4, p8, p16, maps)
        return Answer(masks[0].float().sigmoid().numpy(), scores[0].float().sigmoid().numpy())

    def prototypes(self, mask: Array) -> tuple[Tensor, Tensor]:
        """Target and distractor from a mask at stride 8."""
        return prototypes(self.features[3], torch.from_numpy(mask)[None, None])

    def to_picture(self, mask: Array) -> Array:
        """A mask of this viewport, of any resolution, in the picture's own pixels; 0 outside the viewport."""
        m = self.viewport.matrix(mask.shape[0])
        # Sample positions are pixel centres: index i covers [i, i + 1).
        m[:, 2] += m[:, :2] @ [0.5, 0.5] - 0.5
        h, w = self.shape
        return cv2.warpAffine(mask, m, (w, h), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT, borderValue=0)

    def to_view(self, mask: Array, size: int) -> Array:
        """A mask in picture pixels, area-averaged to `size` cells of this viewport."""
        fine = self.size
        m = self.viewport.matrix(fine)
        m[:, 2] += m[:, :2] @ [0.5, 0.5] - 0.5
        out = cv2.warpAffine(mask.astype(np.float32), m, (fine, fine), flags=cv2.INTER_LINEAR)
        return cv2.resize(out, (size, size), interpolation=cv2.INTER_AREA)
