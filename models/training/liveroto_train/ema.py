"""Exponential moving average of a model: what is evaluated and shipped."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Ema:
    """Average of all parameters and buffers; young averages forget faster."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.decay = decay

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        keep = min(self.decay, (1 + step) / (10 + step))
        own, new = self.model.state_dict(), model.state_dict()
        floats = [k for k, v in own.items() if v.is_floating_point()]
        torch._foreach_lerp_([own[k] for k in floats], [new[k] for k in floats], 1 - keep)
        for k in own.keys() - set(floats):
            own[k].copy_(new[k])
