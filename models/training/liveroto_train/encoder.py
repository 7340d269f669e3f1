"""The encoder: EfficientNet-Lite trunk, a small feature pyramid, and all that does not depend on a prompt."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import ModelConfig
from .layers import ConvBn, DepthwiseBlock, fold, silent, upsample2

MEAN = (123.675, 116.28, 103.53)
STD = (58.395, 57.12, 57.375)
# The trunk was trained on (x - 127) / 128; these two numbers lead from ImageNet's normalisation to about that.
TRUNK_SCALE, TRUNK_SHIFT = 58 / 128, -0.05

# kernel, stride of the first block, expansion, channels, blocks: EfficientNet-Lite0
STAGES = ((3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4))
TAPPED_STAGES = (0, 1, 2, 4, 5)
SCALING = {"lite0": (1.0, 1.0), "lite1": (1.0, 1.1), "lite2": (1.1, 1.2)}
"""Factors on width and depth of the larger siblings."""


def stages(trunk: str) -> list[tuple[int, int, int, int, int]]:
    """The stages of a trunk. Widths are rounded to eights, depths up; the first stage stays one block deep."""
    width, depth = SCALING[trunk]
    widen = lambda c: 8 * int(c * width / 8 + 0.5)  # noqa: E731
    return [(k, s, e, widen(o), n if n == 1 else math.ceil(n * depth)) for k, s, e, o, n in STAGES]


class InvertedResidual(nn.Module):
    """MobileNetV2 block with ReLU6 and without squeeze-excite, as EfficientNet-Lite has it."""

    def __init__(self, i: int, o: int, k: int, stride: int, expand: int) -> None:
        super().__init__()
        h = i * expand
        self.residual = stride == 1 and i == o
        layers = [ConvBn(i, h, relu6=True, eps=1e-3)] if expand > 1 else []
        layers.append(ConvBn(h, h, k, stride, h, relu6=True, eps=1e-3))
        layers.append(ConvBn(h, o, act=False, eps=1e-3))
        self.b = nn.Sequential(*layers)

    def forward(self, x: Tensor) -> Tensor:
        y = self.b(x)
        return x + y if self.residual else y


class Encoder(nn.Module):
    """`image` [B,3,S,S], RGB 0..255 -> p4 [B,c4,S/4,S/4], p8 [B,c8,S/8,S/8], p16 [B,c16,S/16,S/16], appearance [B,48,S/8,S/8].

    The appearance has unit length at every position. S is a multiple of 32.
    """

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        d = cfg.fpn
        plan = stages(cfg.trunk)
        c2, c4, c8, c16, c32 = (plan[k][3] for k in TAPPED_STAGES)
        self.stem = ConvBn(3, 32, 3, 2, relu6=True, eps=1e-3)
        blocks: list[nn.Module] = []
        self.taps: list[int] = []
        i = 32
        for stage, (k, stride, expand, o, n) in enumerate(plan):
            for j in range(n):
                blocks.append(InvertedResidual(i, o, k, stride if j == 0 else 1, expand))
                i = o
            if stage in TAPPED_STAGES:
                self.taps.append(len(blocks) - 1)
        for k in cfg.dropped_blocks:
            if not (isinstance(blocks[k], InvertedResidual) and blocks[k].residual):
                raise ValueError(f"block {k} of {cfg.trunk} changes shape: without it the next one does not fit")
            blocks[k] = nn.Identity()
        self.blocks = nn.ModuleList(blocks)
        self.l8 = ConvBn(c8, d, act=False)
        self.l16 = ConvBn(c16, d, act=False)
        self.l32 = ConvBn(c32, d, act=False)
        self.f8, self.f16, self.f32 = DepthwiseBlock(d), DepthwiseBlock(d), DepthwiseBlock(d, 7)
        self.neck = Neck(cfg, c2, c4)
        scale = torch.tensor(STD).reciprocal() * TRUNK_SCALE
        self.register_buffer("scale", scale.view(1, 3, 1, 1), persistent=False)
        self.register_buffer("shift", (TRUNK_SHIFT - torch.tensor(MEAN) * scale).view(1, 3, 1, 1), persistent=False)
        self.frozen = 0

    def freeze(self, blocks: int) -> None:
        """Fix the trunk's BatchNorm statistics, and the weights of the stem and of the first `blocks` blocks."""
        self.frozen = blocks
        for module in self.trunk():
            fold(module)
        for module in [self.stem, *self.blocks[:blocks]] if blocks else []:
            module.requires_grad_(False)

    def trunk(self) -> list[nn.Module]:
        return [self.stem, *self.blocks]

    def features(self, image: Tensor) -> list[Tensor]:
        """The trunk's maps at strides 2, 4, 8, 16 and 32."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and self.frozen == 0):
            x = self.stem(self.normalised(image))
        outs: list[Tensor] = []
        for k, block in enumerate(self.blocks):
            with torch.set_grad_enabled(torch.is_grad_enabled() and k >= self.frozen):
                x = block(x)
            if k in self.taps:
                outs.append(x)
        return outs

    def normalised(self, image: Tensor) -> Tensor:
        return image * self.scale + self.shift

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        o2, o4, o8, o16, o32 = self.features(image)
        p32 = self.f32(self.l32(o32))
        p16 = self.f16(self.l16(o16) + upsample2(p32))
        p8 = self.f8(self.l8(o8) + upsample2(p16))
        return self.neck(o2, o4, p8, p16)


class Neck(nn.Module):
    """What the decoder needs of the pyramid, projected once for all objects."""

    def __init__(self, cfg: ModelConfig, trunk2: int, trunk4: int) -> None:
        super().__init__()
        d = cfg.fpn
        self.lateral4 = ConvBn(trunk4, cfg.c4, act=False)
        self.top4 = ConvBn(d, cfg.c4, act=False)
        self.detail = silent(ConvBn(trunk2, cfg.c4, 3, 2, act=False)) if cfg.detail else None
        self.k4 = ConvBn(cfg.c4, cfg.c4, 3, act=False)
        self.k8 = nn.Conv2d(d, cfg.c8, 1)
        self.k16 = nn.Conv2d(d, cfg.c16, 1)
        self.proj = nn.Conv2d(d, cfg.appearance, 1)

    def forward(self, o2: Tensor, o4: Tensor, p8: Tensor, p16: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        x = self.lateral4(o4) + upsample2(self.top4(p8))
        k4 = self.k4(F.relu(x if self.detail is None else x + self.detail(o2)))
        a = self.proj(p8).float()
        a = a * torch.rsqrt((a * a).sum(1, keepdim=True) + 1e-12)
        return k4, self.k8(p8), self.k16(p16), a
