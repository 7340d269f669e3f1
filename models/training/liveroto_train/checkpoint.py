"""Checkpoints: everything that a run needs to go on as if it had never stopped."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from .config import ModelConfig
from .model import Model

BEFORE_REFINING = {"refine8": 0, "refine4": 0, "detail": False}
"""What a configuration from before these choices existed meant."""


@dataclass
class Progress:
    """How far a run is. Batches are made by step number, so the step is all that the data needs."""

    step: int = 0
    started: float = 0.0
    """Unix time of the run's first step."""
    images: int = 0


def save(path: Path, model: Model, ema: Model, optimizer: torch.optim.Optimizer, cfg: ModelConfig, progress: Progress) -> None:
    """Writes a checkpoint; a crash while writing leaves the old one."""
    state = {
        "model": model.state_dict(), "ema": ema.state_dict(), "optimizer": optimizer.state_dict(),
        "config": asdict(cfg), "progress": asdict(progress), "rng": torch.get_rng_state(),
    }
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


def save_small(path: Path, model: Model, cfg: ModelConfig) -> None:
    """Writes the weights alone in half precision: enough to start another run from (`--init`), small enough to keep."""
    weights = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    torch.save({"ema": weights, "model": weights, "config": asdict(cfg)}, path)


def read(path: Path) -> dict[str, Any]:
    """The raw contents of a checkpoint."""
    return torch.load(path, map_location="cpu", weights_only=True)


def load_model(path: Path, which: str = "ema") -> tuple[Model, ModelConfig]:
    """The averaged (`ema`) or the last (`model`) weights of a checkpoint, ready for inference."""
    state = read(path)
    cfg = ModelConfig(**(BEFORE_REFINING | state["config"]))
    model = Model(cfg)
    model.load_state_dict(state[which])
    return model.eval().requires_grad_(False), cfg
