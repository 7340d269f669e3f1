"""Teachers: soft masks and scores for the student's own pictures and prompts.

Any model will do: the bootstrap, a larger trunk trained by this package, or an earlier average of the student itself,
looking at enlarged and mirrored pictures.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .checkpoint import load_model, read
from .config import ModelConfig
from .data.batches import Batch
from .encoder import Encoder
from .layers import ConvBn, DepthwiseBlock, upsample2
from .model import Model
from .prompt_maps import prompt_maps, prototypes


class BootstrapEncoder(Encoder):
    """The first encoder: the same trunk and pyramid, without the neck."""

    def __init__(self) -> None:
        super().__init__(ModelConfig())
        del self.neck
        self.l4 = ConvBn(24, 32, act=False)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        _, o4, o8, o16, o32 = self.features(image)
        p32 = self.f32(self.l32(o32))
        p16 = self.f16(self.l16(o16) + upsample2(p32))
        return self.l4(o4), self.f8(self.l8(o8) + upsample2(p16)), p16


class BootstrapDecoder(nn.Module):
    """The first decoder, as its checkpoint names it: 96 channels at stride 8, 32 at stride 4."""

    def __init__(self) -> None:
        super().__init__()
        d, d4 = 96, 32
        self.pin = nn.Sequential(ConvBn(8, 32, 3), ConvBn(32, d, act=False))
        self.proj = nn.Conv2d(d, 48, 1)
        self.a8 = DepthwiseBlock(d, 5, 1)
        self.d16, self.down = ConvBn(2 * d, d), ConvBn(d, d, 3, 2, d)
        self.b16 = nn.Sequential(DepthwiseBlock(d), DepthwiseBlock(d))
        self.d32 = ConvBn(d, d, 3, 2, d)
        self.b32 = nn.Sequential(DepthwiseBlock(d, 7), DepthwiseBlock(d, 7))
        self.g = nn.Sequential(nn.Linear(d, d), nn.ReLU(), nn.Linear(d, d))
        self.c8 = nn.Sequential(ConvBn(2 * d, d), DepthwiseBlock(d))
        self.o8 = ConvBn(d, d4, act=False)
        self.o4 = nn.Sequential(*(_Separable(d4) for _ in range(2)))
        self.m = nn.Conv2d(d4, 3, 3, 1, 1)
        self.iou = nn.Sequential(nn.Linear(d, 64), nn.ReLU(), nn.Linear(64, 3))

    def forward(self, p4: Tensor, p8: Tensor, p16: Tensor, maps: Tensor) -> tuple[Tensor, Tensor]:
        n = maps.shape[0]
        x = self.a8(p8 + self.pin(maps))
        y = self.b16(self.d16(torch.cat([self.down(x), p16.expand(n, -1, -1, -1)], 1)))
        z = self.b32(self.d32(y))
        pooled = z.mean((2, 3))
        y = y + upsample2(z) + self.g(pooled)[:, :, None, None]
        x = self.c8(torch.cat([x, upsample2(y)], 1))
        return self.m(self.o4(F.relu(p4 + upsample2(self.o8(x))))), self.iou(pooled)


class _Separable(nn.Module):
    def __init__(self, c: int) -> None:
        super().__init__()
        self.b = nn.Sequential(ConvBn(c, c, 5, groups=c, act=False), ConvBn(c, c))

    def forward(self, x: Tensor) -> Tensor:
        return self.b(x)


class Bootstrap(nn.Module):
    """The whole first model behind the interface of `Model`: encoder outputs in, masks and scores out."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
        full = {part: {k: v.float() for k, v in checkpoint[part].items() if v.is_floating_point()} for part in ("e", "d")}
        self.core, self.decoder = BootstrapEncoder(), BootstrapDecoder()
        for module, weights in ((self.core, full["e"]), (self.decoder, full["d"])):
            missing = [k for k in module.load_state_dict(weights, strict=False).missing_keys if "num_batches" not in k]
            if missing:
                raise ValueError(f"{path} is not the bootstrap checkpoint: it lacks {missing[:3]}")
        self.eval().requires_grad_(False)

    def encoder(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        p4, p8, p16 = self.core(image)
        return p4, p8, p16, F.normalize(self.decoder.proj(p8).float(), dim=1)


class Lesson(NamedTuple):
    """What a teacher says about a batch."""

    masks: Tensor
    """Logits [N,K,S/4,S/4]."""
    scores: Tensor
    """Logits [N,K]."""
    appearance: Tensor
    """[B,48,S/8,S/8] of its views, unit length per position."""


class Teacher:
    """A model and how it looks at the student's pictures."""

    def __init__(self, model: Model | Bootstrap, device: torch.device, scale: float = 1.0, flip: bool = False) -> None:
        self.model = model.to(device, memory_format=torch.channels_last).eval()
        self.scale, self.flip = scale, flip

    @torch.no_grad()
    def __call__(self, batch: Batch) -> Lesson:
        """Its answers, averaged over the ways it looks."""
        plain = self._answer(batch)
        if not self.flip:
            return plain
        mirrored = self._answer(_mirrored(batch))
        return Lesson(
            (plain.masks + mirrored.masks.flip(3)) / 2,
            (plain.scores + mirrored.scores) / 2,
            F.normalize(plain.appearance + mirrored.appearance.flip(3), dim=1),
        )

    def _answer(self, batch: Batch) -> Lesson:
        image, size = batch["image"].float(), batch["image"].shape[-1]
        larger = 32 * round(size * self.scale / 32)
        grow = larger / size
        cells = (larger // 8, larger // 8)
        if larger != size:
            image = F.interpolate(image, size=(larger, larger), mode="bicubic", align_corners=False).clamp(0, 255)
        resize = lambda m: F.interpolate(m, size=cells, mode="bilinear", align_corners=False)  # noqa: E731
        p4, p8, p16, appearance = self.model.encoder(image.contiguous(memory_format=torch.channels_last))
        v, use = batch["view"], batch["use_ref"][:, None]
        target, distractor = prototypes(appearance[batch["ref_view"]], resize(batch["ref_mask"]))
        maps = prompt_maps(
            appearance[v], batch["points"] * grow, batch["labels"], batch["boxes"] * grow, batch["has_box"],
            resize(batch["mask_prompt"]), batch["has_mask"], target * use, distractor * use,
        )
        masks, scores = self.model.decoder(p4[v], p8[v], p16[v], maps)
        fit = lambda m, stride: F.interpolate(m.float(), size=(size // stride, size // stride), mode="bilinear", align_corners=False)  # noqa: E731
        return Lesson(fit(masks, 4), scores.float(), F.normalize(fit(appearance, 8), dim=1))


def _mirrored(batch: Batch) -> Batch:
    """The same batch, left and right exchanged."""
    size = batch["image"].shape[-1]
    points, boxes = batch["points"].clone(), batch["boxes"].clone()
    points[..., 0] = size - points[..., 0]
    boxes[:, [0, 2]] = size - boxes[:, [2, 0]]
    turned = {k: batch[k].flip(3) for k in ("image", "ref_mask", "mask_prompt")}  # type: ignore[literal-required]
    return {**batch, **turned, "points": points, "boxes": boxes}  # type: ignore[typeddict-item]


def load_teacher(path: Path, device: torch.device, scale: float, flip: bool) -> Teacher:
    """The teacher in a checkpoint of this package (its average), or the bootstrap."""
    return Teacher(Bootstrap(path) if "e" in read(path) else load_model(path)[0], device, scale, flip)
