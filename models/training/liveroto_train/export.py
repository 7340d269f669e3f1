"""Writes encoder.onnx and decoder.onnx: normalisation inside, BatchNorm folded, weights stored small."""

from __future__ import annotations

import copy
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch
import torch.nn.functional as F
import tyro
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from .checkpoint import load_model, save_small
from .config import ModelConfig
from .contract import DECODER_OUTPUTS, ENCODER_OUTPUTS, PROMPT_INPUTS
from .encoder import MEAN, STD, TRUNK_SCALE, TRUNK_SHIFT, Encoder
from .evaluate.segmenters import OnnxSegmenter, TorchSegmenter
from .layers import ConvBn
from .model import Model
from .prompt_maps import prompt_maps

OPSET = 17
Storage = Literal["float16", "int8"]


class FusedConv(nn.Module):
    """The one convolution that a ConvBn is at inference."""

    def __init__(self, block: ConvBn) -> None:
        super().__init__()
        old: nn.Conv2d = block[0]
        weight, bias = block.folded()
        self.conv = nn.Conv2d(
            old.in_channels, old.out_channels, old.kernel_size, old.stride, old.padding, groups=old.groups
        )
        self.conv.load_state_dict({"weight": weight.detach(), "bias": bias.detach()})
        self.act, self.relu6 = block.act, block.relu6

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if not self.act:
            return x
        return F.hardtanh(x, 0.0, 6.0) if self.relu6 else F.relu(x)


def fuse(module: nn.Module) -> None:
    """Replaces every ConvBn under `module` by its one convolution."""
    for name, child in list(module.named_children()):
        if isinstance(child, ConvBn):
            setattr(module, name, FusedConv(child))
        else:
            fuse(child)


class EncoderGraph(nn.Module):
    """The encoder with its normalisation folded into the stem, but for one subtraction.

    The subtraction stays so that the zero padding of the stem keeps meaning "the mean colour".
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = copy.deepcopy(encoder).eval()
        fuse(self.encoder)
        scale = TRUNK_SCALE / torch.tensor(STD).view(1, 3, 1, 1)
        self.register_buffer("zero", torch.tensor(MEAN).view(1, 3, 1, 1) - TRUNK_SHIFT / scale)
        with torch.no_grad():
            self.encoder.stem.conv.weight.mul_(scale)
        self.encoder.normalised = self._centred

    def _centred(self, image: Tensor) -> Tensor:
        return image - self.zero

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        return self.encoder(image)


class DecoderGraph(nn.Module):
    """The decoder behind its contract: raw prompts in, logits and predicted IoU out."""

    def __init__(self, decoder: nn.Module) -> None:
        super().__init__()
        self.decoder = copy.deepcopy(decoder).eval()
        fuse(self.decoder)

    def forward(self, p4: Tensor, p8: Tensor, p16: Tensor, appearance: Tensor, *prompts: Tensor) -> tuple[Tensor, Tensor]:
        masks, scores = self.decoder(p4, p8, p16, prompt_maps(appearance, *prompts))
        return masks, scores.sigmoid()


def example_prompts(shape: tuple[int, int], n: int, p: int, appearance: int, seed: int = 0) -> tuple[Tensor, ...]:
    """Prompts of every kind, in the order of `PROMPT_INPUTS`."""
    g = torch.Generator().manual_seed(seed)
    rand = lambda *shape: torch.rand(*shape, generator=g)  # noqa: E731
    h, w = shape
    corner = rand(n, 2) * min(shape) * 0.5
    proto = lambda: F.normalize(rand(n, appearance) - 0.5, dim=1)  # noqa: E731
    return (
        rand(n, p, 2) * torch.tensor([float(w), float(h)]), torch.randint(-1, 2, (n, p), generator=g).float(),
        torch.cat([corner, corner + min(shape) * 0.4], 1), (rand(n) > 0.5).float(),
        rand(n, 1, h // 8, w // 8), (rand(n) > 0.5).float(), proto(), proto(),
    )


def export(model: Model, cfg: ModelConfig, folder: Path, storage: Storage = "float16", size: int = 256) -> dict[str, int]:
    """Writes both graphs into `folder` and returns their sizes in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    spatial = {name: {2: f"h{s}", 3: f"w{s}"} for name, s in zip(ENCODER_OUTPUTS, (4, 8, 16, 8), strict=True)}
    image = torch.rand(1, 3, size, size) * 255
    encoder, decoder = EncoderGraph(model.encoder), DecoderGraph(model.decoder)
    with torch.no_grad():
        features = encoder(image)
    _write(encoder, (image,), folder / "encoder.onnx", ["image"], list(ENCODER_OUTPUTS), {"image": {2: "h", 3: "w"}, **spatial}, storage)
    axes: dict[str, dict[int, str]] = {name: {0: "n"} for name in PROMPT_INPUTS}
    axes |= {"points": {0: "n", 1: "p"}, "labels": {0: "n", 1: "p"}, "mask_prompt": {0: "n", 2: "h8", 3: "w8"}}
    axes |= {"masks": {0: "n", 2: "h4", 3: "w4"}, "scores": {0: "n"}, **spatial}
    # Two objects, not one: an example of one would let the exporter mistake N for the embedding's own 1.
    prompts = example_prompts((size, size), 2, 3, cfg.appearance)
    inputs, outputs = [*ENCODER_OUTPUTS, *PROMPT_INPUTS], list(DECODER_OUTPUTS)
    _write(decoder, (*features, *prompts), folder / "decoder.onnx", inputs, outputs, axes, storage)
    return {name: (folder / name).stat().st_size for name in ("encoder.onnx", "decoder.onnx")}


def _write(
    module: nn.Module, args: tuple[Tensor, ...], path: Path,
    inputs: list[str], outputs: list[str], axes: dict[str, dict[int, str]], storage: Storage,
) -> None:
    with tempfile.TemporaryDirectory() as tmp, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(tmp) / "raw.onnx"
        torch.onnx.export(
            module, args, str(raw), opset_version=OPSET, dynamo=False,
            input_names=inputs, output_names=outputs, dynamic_axes=axes,
        )
        onnx.save(store_small(onnx.load(raw), storage), path)


def store_small(file: onnx.ModelProto, storage: Storage, smallest: int = 256) -> onnx.ModelProto:
    """Stores big float32 weights as float16 or int8, followed by what makes them float32 again.

    ONNX Runtime folds those nodes when it loads the file: fewer bytes at the same speed and the same arithmetic.
    int8 weights have a scale for every output channel. Small tensors (biases) stay as they are.
    """
    graph, restore = file.graph, list[onnx.NodeProto]()
    kept, small = list[onnx.TensorProto](), list[onnx.TensorProto]()
    for tensor in graph.initializer:
        if tensor.data_type != TensorProto.FLOAT or int(np.prod(tensor.dims)) < smallest:
            kept.append(tensor)
            continue
        weight, name = numpy_helper.to_array(tensor), tensor.name
        if storage == "float16":
            small.append(numpy_helper.from_array(weight.astype(np.float16), f"{name}_half"))
            restore.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT, name=f"cast_{name}"))
        else:
            scale = np.abs(weight).max(axis=tuple(range(1, weight.ndim)), keepdims=True).clip(1e-12) / 127
            small.append(numpy_helper.from_array(np.rint(weight / scale).astype(np.int8), f"{name}_byte"))
            small.append(numpy_helper.from_array(scale.astype(np.float32), f"{name}_scale"))
            restore.append(helper.make_node("Cast", [f"{name}_byte"], [f"{name}_unit"], to=TensorProto.FLOAT, name=f"cast_{name}"))
            restore.append(helper.make_node("Mul", [f"{name}_unit", f"{name}_scale"], [name], name=f"scale_{name}"))
    nodes = list(graph.node)
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend([*kept, *small])
    graph.node.extend([*restore, *nodes])
    onnx.checker.check_model(file)
    return file


@dataclass(frozen=True)
class Parity:
    """How far the files are from PyTorch, over several sizes and numbers of objects."""

    worst_logit: float
    agreement: float
    """Share of mask pixels on the same side of zero."""


@torch.no_grad()
def parity(model: Model, cfg: ModelConfig, folder: Path) -> Parity:
    """Runs both on noise with every kind of prompt."""
    files, own = OnnxSegmenter(folder), TorchSegmenter(copy.deepcopy(model).eval())
    worst, same, count = 0.0, 0, 0
    for seed, (h, w, n, p) in enumerate(((256, 256, 1, 1), (192, 256, 4, 6), (128, 128, 8, 2))):
        noise = torch.rand(1, 3, h // 16, w // 16, generator=torch.Generator().manual_seed(seed)) * 255
        image = F.interpolate(noise, size=(h, w), mode="bicubic")
        prompts = example_prompts((h, w), n, p, cfg.appearance, seed)
        a, b = files.decode(files.encode(image), prompts)[0], own.decode(own.encode(image), prompts)[0]
        worst = max(worst, float((a - b).abs().max()))
        same, count = same + int(((a > 0) == (b > 0)).sum()), count + a.numel()
    return Parity(worst, same / count)


@dataclass(frozen=True)
class Options:
    checkpoint: Path
    out: Path
    weights: str = "ema"
    storage: Storage = "float16"
    small_checkpoint: Path | None = None
    """Also write the weights in half precision, to start another run from."""


def main() -> None:
    options = tyro.cli(Options)
    model, cfg = load_model(options.checkpoint, options.weights)
    print(export(model, cfg, options.out, options.storage))
    print(parity(model, cfg, options.out))
    if options.small_checkpoint:
        save_small(options.small_checkpoint, model, cfg)


if __name__ == "__main__":
    main()
