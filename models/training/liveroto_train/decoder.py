"""The decoder: masks and scores for N prompts on one embedding, cheap enough to run once for every object and frame."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .config import ModelConfig
from .layers import ConvBn, DenseBlock, DepthwiseBlock, silent, upsample2
from .prompt_maps import CHANNELS


class Decoder(nn.Module):
    """A small U over strides 8, 16 and 32, narrow where it is wide; edges come from the shared features at stride 4.

    Depthwise convolutions at high resolution are what costs in WebAssembly, so there is none at stride 4 at all.
    The refining blocks say nothing until they have learned: weights of a network without them go on as they were.
    """

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        c8, c16 = cfg.c8, cfg.c16
        self.pin = nn.Sequential(ConvBn(CHANNELS, 32, 3), ConvBn(32, c8, act=False))
        self.a8 = DepthwiseBlock(c8, 3, 1)
        self.down16 = ConvBn(c8, c8, 3, 2, c8)
        self.d16 = ConvBn(c8, c16, act=False)
        self.b16 = nn.Sequential(*(DepthwiseBlock(c16) for _ in range(cfg.blocks16)))
        self.d32 = ConvBn(c16, c16, 3, 2, c16)
        self.b32 = nn.Sequential(*(DepthwiseBlock(c16, 7) for _ in range(cfg.blocks32)))
        self.g = nn.Sequential(nn.Linear(c16, c16), nn.ReLU(), nn.Linear(c16, c16))
        self.u8 = ConvBn(c16, c8, act=False)
        self.c8 = DepthwiseBlock(c8, cfg.kernel8, cfg.expand8)
        self.r8 = nn.Sequential(*(DepthwiseBlock(c8) for _ in range(cfg.refine8)))
        self.o8 = ConvBn(c8, cfg.c4, act=False)
        self.r4 = nn.Sequential(*(DenseBlock(cfg.c4) for _ in range(cfg.refine4)))
        for last in (*(block.b[-1] for block in self.r8), *(block.b for block in self.r4)):
            silent(last)
        self.m = nn.Conv2d(cfg.c4, cfg.masks, 3, 1, 1)
        self.score = ScoreHead(c16, cfg.masks)

    def forward(self, p4: Tensor, p8: Tensor, p16: Tensor, maps: Tensor) -> tuple[Tensor, Tensor]:
        """`maps` [N,8,S/8,S/8]; features [1 or N,...] -> mask logits [N,3,S/4,S/4], score logits [N,3]."""
        x = self.a8(F.relu(p8 + self.pin(maps)))
        y = self.b16(F.relu(p16 + self.d16(self.down16(x))))
        z = self.b32(self.d32(y))
        pooled = z.mean((2, 3))
        y = y + upsample2(z) + self.g(pooled)[:, :, None, None]
        x = self.r8(self.c8(F.relu(x + upsample2(self.u8(y)))))
        masks = self.m(self.r4(F.relu(p4 + upsample2(self.o8(x)))))
        return masks, self.score(masks, y, pooled)


class ScoreHead(nn.Module):
    """Predicts each mask's IoU from what lies under it, how sure and how large it is, and the picture as a whole."""

    def __init__(self, c: int, masks: int, hidden: int = 64) -> None:
        super().__init__()
        self.under = nn.Linear(c, hidden)
        self.whole = nn.Linear(c, hidden)
        self.stats = nn.Linear(2, hidden, bias=False)
        self.out = nn.Parameter(torch.randn(masks, hidden) * hidden**-0.5)
        self.bias = nn.Parameter(torch.zeros(masks))

    def forward(self, masks: Tensor, y: Tensor, pooled: Tensor) -> Tensor:
        m = F.avg_pool2d(masks.detach().float().sigmoid(), 4).flatten(2)
        area = m.mean(2, keepdim=True)
        sure = m.square().mean(2, keepdim=True) / (area + 1e-4)
        under = torch.matmul(m, y.float().flatten(2).transpose(1, 2)) / (m.sum(2, keepdim=True) + 1e-2)
        h = self.under(under) + self.whole(pooled)[:, None] + self.stats(torch.cat([area.sqrt(), sure], 2))
        return (F.relu(h) * self.out).sum(2) + self.bias
