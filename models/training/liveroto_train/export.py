"""Writes encoder.onnx and decoder.onnx: normalisation inside, BatchNorm folded, weights stored as float16."""

from __future__ import annotations

import copy
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from .config import ModelConfig
from .encoder import MEAN, STD, TRUNK_SCALE, TRUNK_SHIFT, Encoder
from .layers import ConvBn
from .model import Model
from .prompt_maps import prompt_maps

OPSET = 17
ENCODER_OUTPUTS = ("p4", "p8", "p16", "appearance")
PROMPT_INPUTS = ("points", "labels", "boxes", "has_box", "mask_prompt", "has_mask", "target", "distractor")
DECODER_OUTPUTS = ("masks", "scores")


class FusedConv(nn.Module):
    """The one convolution that a ConvBn is at inference. ReLU6 becomes ReLU where it never saturates."""

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


def example_prompts(size: int, n: int, p: int, appearance: int, seed: int = 0) -> tuple[Tensor, ...]:
    """Prompts of every kind, in the order of `PROMPT_INPUTS`."""
    g = torch.Generator().manual_seed(seed)
    rand = lambda *shape: torch.rand(*shape, generator=g)  # noqa: E731
    corner = rand(n, 2) * size * 0.5
    proto = lambda: F.normalize(rand(n, appearance) - 0.5, dim=1)  # noqa: E731
    return (
        rand(n, p, 2) * size, torch.randint(-1, 2, (n, p), generator=g).float(),
        torch.cat([corner, corner + size * 0.4], 1), (rand(n) > 0.5).float(),
        rand(n, 1, size // 8, size // 8), (rand(n) > 0.5).float(), proto(), proto(),
    )


def export(model: Model, cfg: ModelConfig, folder: Path, size: int = 256) -> dict[str, int]:
    """Writes both graphs into `folder` and returns their sizes in bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    spatial = {name: {2: f"h{s}", 3: f"w{s}"} for name, s in zip(ENCODER_OUTPUTS, (4, 8, 16, 8), strict=True)}
    image = torch.rand(1, 3, size, size) * 255
    encoder, decoder = EncoderGraph(model.encoder), DecoderGraph(model.decoder)
    with torch.no_grad():
        features = encoder(image)
    _write(encoder, (image,), folder / "encoder.onnx", ["image"], list(ENCODER_OUTPUTS), {"image": {2: "h", 3: "w"}, **spatial})
    axes: dict[str, dict[int, str]] = {name: {0: "n"} for name in PROMPT_INPUTS}
    axes |= {"points": {0: "n", 1: "p"}, "labels": {0: "n", 1: "p"}, "mask_prompt": {0: "n", 2: "h8", 3: "w8"}}
    axes |= {"masks": {0: "n", 2: "h4", 3: "w4"}, "scores": {0: "n"}, **spatial}
    # Two objects, not one: an example of one would let the exporter mistake N for the embedding's own 1.
    prompts = example_prompts(size, 2, 3, cfg.appearance)
    _write(decoder, (*features, *prompts), folder / "decoder.onnx", [*ENCODER_OUTPUTS, *PROMPT_INPUTS], list(DECODER_OUTPUTS), axes)
    return {name: (folder / name).stat().st_size for name in ("encoder.onnx", "decoder.onnx")}


def _write(
    module: nn.Module, args: tuple[Tensor, ...], path: Path,
    inputs: list[str], outputs: list[str], axes: dict[str, dict[int, str]],
) -> None:
    with tempfile.TemporaryDirectory() as tmp, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = Path(tmp) / "raw.onnx"
        torch.onnx.export(
            module, args, str(raw), opset_version=OPSET, dynamo=False,
            input_names=inputs, output_names=outputs, dynamic_axes=axes,
        )
        onnx.save(store_as_float16(onnx.load(raw)), path)


def store_as_float16(graph_file: onnx.ModelProto, smallest: int = 256) -> onnx.ModelProto:
    """Stores big float32 weights as float16 followed by a Cast, which ONNX Runtime folds when it loads the file.

    Half the bytes at the same speed and precision of arithmetic; small tensors (biases) stay as they are.
    """
    graph = graph_file.graph
    casts = []
    for k, tensor in enumerate(graph.initializer):
        if tensor.data_type != TensorProto.FLOAT or int(np.prod(tensor.dims)) < smallest:
            continue
        half = numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{tensor.name}_half")
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT, name=f"cast_{tensor.name}"))
        graph.initializer[k].CopyFrom(half)
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])
    onnx.checker.check_model(graph_file)
    return graph_file
