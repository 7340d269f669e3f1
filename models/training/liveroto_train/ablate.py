"""`python -m liveroto_train.ablate --stills coco-val-100 --seeds 3 --train.teacher t.pt --train.out runs/ablation …`

What a teacher is worth: the same run with and without it, for several seeds. A pair of runs sees the same batches.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import tyro

from .checkpoint import load_model
from .config import TrainConfig
from .evaluate import stills
from .evaluate.segmenters import TorchSegmenter
from .train import Trainer

FIGURES = ("boxIoU", "boxZoomIoU", "tapIoU", "tapBestIoU", "tapAppIoU")
Figures = dict[str, float]


@dataclass(frozen=True)
class Options:
    train: TrainConfig
    """The run with the teacher; without it, all else is the same."""
    stills: Path
    """Folder of `<id>.jpg` + `<id>.png`."""
    seeds: int = 3
    size: int = 256


def run(cfg: TrainConfig, folder: Path, size: int) -> Figures:
    """Trains, or goes on where it stopped, and evaluates the average."""
    kept = cfg.out / "figures.json"
    if kept.exists():
        return json.loads(kept.read_text())
    Trainer(cfg).run()
    figures = stills.evaluate(TorchSegmenter(load_model(cfg.out / "last.pt")[0]), folder, size)
    kept.write_text(json.dumps(figures, indent=2))
    return figures


def table(plain: list[Figures], taught: list[Figures]) -> str:
    """Mean and standard deviation over the seeds, and of the difference within each pair."""
    both = [{k: t[k] - p[k] for k in FIGURES} for p, t in zip(plain, taught, strict=True)]
    cell = lambda rows, k: f"{np.mean([r[k] for r in rows]):+.4f} ± {np.std([r[k] for r in rows], ddof=1):.4f}"  # noqa: E731
    lines = ["| | " + " | ".join(FIGURES) + " |", "|---" * (len(FIGURES) + 1) + "|"]
    for name, rows in (("without", plain), ("with", taught), ("difference of each pair", both)):
        lines.append(f"| {name} | " + " | ".join(cell(rows, k) for k in FIGURES) + " |")
    return "\n".join(lines)


def main() -> None:
    options = tyro.cli(Options)
    if options.train.teacher is None or options.seeds < 2:
        raise SystemExit("An ablation needs --train.teacher and at least two seeds.")
    plain, taught = [], []
    for seed in range(options.seeds):
        cfg = replace(options.train, seed=seed, distil_steps=options.train.steps)
        for name, one, rows in (("without", replace(cfg, teacher=None), plain), ("with", cfg, taught)):
            rows.append(run(replace(one, out=cfg.out / f"{name}-{seed}"), options.stills, options.size))
    print(table(plain, taught))


if __name__ == "__main__":
    main()
