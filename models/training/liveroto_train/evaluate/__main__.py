"""`python -m liveroto_train.evaluate --model runs/a/last.pt --stills coco-val-100 --clips davis …`"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import torch
import tyro

from . import clips, stills
from .segmenters import open_segmenter


@dataclass(frozen=True)
class Options:
    model: Path
    """A checkpoint, or a folder with encoder.onnx and decoder.onnx."""
    stills: Path | None = None
    """Folder of `<id>.jpg` + `<id>.png`."""
    clips: Path | None = None
    """Folder of clips with truth."""
    size: int = 256
    pad: bool = False
    """Show whole pictures in a square with margins, not on an input of their own shape."""
    noc: bool = False
    """Also count clicks (slow)."""
    every: int = 1
    """Take only every n-th frame of the clips."""
    weights: str = "ema"
    threads: int = 0
    json: Path | None = None


def main() -> None:
    options = tyro.cli(Options)
    if options.threads:
        torch.set_num_threads(options.threads)
    model = open_segmenter(options.model, options.weights, options.threads)
    results: dict[str, float] = {}
    if options.stills:
        results |= stills.evaluate(model, options.stills, options.size, options.noc, options.pad)
    if options.clips:
        results |= clips.evaluate(model, options.clips, options.size, options.every)
    for name, value in results.items():
        print(f"{name:20} {value:.3f}")
    if options.json:
        options.json.write_text(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
