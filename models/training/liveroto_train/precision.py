"""bfloat16 is an enormous win where the processor has it, and ten times slower where it has not: so it is timed."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

import torch

from .encoder import Encoder


def autocast(device: torch.device, bf16: bool) -> AbstractContextManager[None]:
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16)


def prefers_bf16(encoder: Encoder, device: torch.device) -> bool:
    """Forward and backward of a small batch in both; CUDA is taken to have it."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return _seconds(encoder, True) < _seconds(encoder, False)


def _seconds(encoder: Encoder, bf16: bool) -> float:
    image = torch.rand(8, 3, 192, 192).mul(255).contiguous(memory_format=torch.channels_last)
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        with autocast(image.device, bf16):
            outs = encoder(image)
        sum(o.float().square().mean() for o in outs).backward()
        best = min(best, time.perf_counter() - start)
    encoder.zero_grad(set_to_none=True)
    return best
