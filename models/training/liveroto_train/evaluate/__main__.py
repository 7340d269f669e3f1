"""`python -m liveroto_train.evaluate --checkpoint runs/a/last.pt --stills coco-val-100 --clips davis …`"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import tyro

from ..checkpoint import load_model, read
from ..teacher import Bootstrap
from . import clips, stills
from .predictor import Segmenter


@dataclass(frozen=True)
class Options:
    checkpoint: Path
    """A checkpoint of this package, or the bootstrap's."""
    stills: Path | None = None
    """Folder of `<id>.jpg` + `<id>.png`."""
    clips: Path | None = None
    """Folder of clips with truth."""
    size: int = 256
    noc: bool = False
    """Also count clicks (slow)."""
    every: int = 1
    """Take only every n-th frame of the clips."""
    weights: str = "ema"
    threads: int = 0
    json: Path | None = None


def segmenter(path: Path, weights: str) -> Segmenter:
    """The model of any checkpoint."""
    if "e" in read(path):
        return Bootstrap(path).to(memory_format=torch.channels_last)
    return load_model(path, weights)[0].to(memory_format=torch.channels_last)


def main() -> None:
    options = tyro.cli(Options)
    if options.threads:
        torch.set_num_threads(options.threads)
    model = segmenter(options.checkpoint, options.weights)
    results: dict[str, float] = {}
    if options.stills:
        results |= stills.evaluate(model, options.stills, options.size, options.noc)
    if options.clips:
        results |= clips.evaluate(model, options.clips, options.size, options.every)
    for name, value in results.items():
        print(f"{name:20} {value:.3f}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
