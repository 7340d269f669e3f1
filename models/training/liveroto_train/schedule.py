"""Learning rate: warm-up, a constant stretch, a cosine to nearly nothing."""

from __future__ import annotations

import math

from .config import TrainConfig

FLOOR = 0.02


def rate(cfg: TrainConfig, step: int, minutes: float) -> float:
    """Factor on the learning rate at `step`, `minutes` into the run.

    Counted in steps, or by the wall clock when the run has a deadline (then a resumed run is exact but for the rate).
    """
    warm = min(1.0, (step + 1) / max(cfg.warmup_steps, 1))
    if cfg.deadline_minutes is None:
        into = (step - (cfg.steps - cfg.decay_steps)) / max(cfg.decay_steps, 1)
    else:
        into = (minutes / cfg.deadline_minutes - (1 - cfg.decay_share)) / cfg.decay_share
    into = min(max(into, 0.0), 1.0)
    return warm * (FLOOR + (1 - FLOOR) * 0.5 * (1 + math.cos(math.pi * into)))


def finished(cfg: TrainConfig, step: int, minutes: float) -> bool:
    """True when no step is left."""
    return step >= cfg.steps or (cfg.deadline_minutes is not None and minutes >= cfg.deadline_minutes)
