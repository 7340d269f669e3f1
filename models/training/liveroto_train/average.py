"""`python -m liveroto_train.average --checkpoints a.pt b.pt --shares 3 1 --out c.pt`: one model from several runs that began alike.

Weights of runs that were fine-tuned from the same start can be averaged; the mean is often better than each of them and costs nothing
(model soups, https://arxiv.org/abs/2203.05482).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import tyro
from torch import Tensor

from .checkpoint import load_model, save_small


@dataclass(frozen=True)
class Options:
    checkpoints: tuple[Path, ...]
    """Checkpoints of models of one shape, or of the first one's and more blocks; their averaged weights (`ema`) are taken."""
    out: Path
    """Where the small checkpoint goes (weights only, half precision)."""
    shares: tuple[float, ...] = ()
    """How much each of them counts; all the same if left out. Their sum does not matter."""


def mean_weights(weights: list[dict[str, Tensor]], shares: list[float]) -> dict[str, Tensor]:
    """The weighted mean of every floating-point tensor of the first; its others (counters) stay.

    The other models may have more tensors: those of blocks that the first does without.
    """
    total = sum(shares)
    if not weights or len(weights) != len(shares) or total <= 0 or min(shares) < 0:
        raise ValueError(f"{len(weights)} checkpoints need as many shares, none below zero and not all zero: {shares}")
    for other in weights[1:]:
        if any(k not in other or other[k].shape != v.shape for k, v in weights[0].items()):
            raise ValueError("the checkpoints are not of one shape")
    parts = [share / total for share in shares]
    return {
        k: torch.stack([w[k] * part for w, part in zip(weights, parts, strict=True)]).sum(0) if v.is_floating_point() else v
        for k, v in weights[0].items()
    }


def main() -> None:
    options = tyro.cli(Options)
    models = [load_model(path) for path in options.checkpoints]
    model, cfg = models[0]
    shares = list(options.shares or [1.0] * len(models))
    model.load_state_dict(mean_weights([m.state_dict() for m, _ in models], shares))
    save_small(options.out, model, cfg)


if __name__ == "__main__":
    main()
