"""Ways to run the model for an evaluation: a checkpoint in PyTorch, or the very files that ship."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from torch import Tensor

from ..checkpoint import load_model, read
from ..contract import ENCODER_OUTPUTS, PROMPT_INPUTS
from ..model import Model
from ..prompt_maps import prompt_maps
from ..teacher import Bootstrap
from .predictor import Features, Segmenter


class TorchSegmenter:
    """A model of this package, or the bootstrap."""

    def __init__(self, model: Model | Bootstrap) -> None:
        self.model = model.to(memory_format=torch.channels_last)

    def encode(self, image: Tensor) -> Features:
        return self.model.encoder(image.contiguous(memory_format=torch.channels_last))

    def decode(self, features: Features, prompts: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        p4, p8, p16, appearance = features
        masks, scores = self.model.decoder(p4, p8, p16, prompt_maps(appearance, *prompts))
        return masks.float(), scores.float().sigmoid()


class OnnxSegmenter:
    """encoder.onnx and decoder.onnx of a folder."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.encoder, self.decoder = (
            ort.InferenceSession(folder / f"{part}.onnx", options, ["CPUExecutionProvider"]) for part in ("encoder", "decoder")
        )

    def encode(self, image: Tensor) -> Features:
        p4, p8, p16, appearance = self.encoder.run(list(ENCODER_OUTPUTS), {"image": image.numpy()})
        return torch.from_numpy(p4), torch.from_numpy(p8), torch.from_numpy(p16), torch.from_numpy(appearance)

    def decode(self, features: Features, prompts: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        names = (*ENCODER_OUTPUTS, *PROMPT_INPUTS)
        feeds = {n: np.ascontiguousarray(t.numpy()) for n, t in zip(names, (*features, *prompts), strict=True)}
        masks, scores = self.decoder.run(["masks", "scores"], feeds)
        return torch.from_numpy(masks), torch.from_numpy(scores)


def open_segmenter(path: Path, weights: str = "ema", threads: int = 0) -> Segmenter:
    """A folder with both ONNX files, a checkpoint of this package, or the bootstrap's."""
    if path.is_dir():
        return OnnxSegmenter(path, threads)
    return TorchSegmenter(Bootstrap(path) if "e" in read(path) else load_model(path, weights)[0])
