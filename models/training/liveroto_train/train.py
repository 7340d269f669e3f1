"""`python -m liveroto_train.train --out runs/a …` or `torchrun --nproc-per-node 8 -m liveroto_train.train …`.

Started again with the same `--out`, it goes on where the last checkpoint is. SIGTERM and Ctrl-C save and stop.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

import torch
import torch.distributed as dist
import tyro
from torch import nn
from torch.nn.parallel import DistributedDataParallel
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from . import checkpoint
from .checkpoint import Progress
from .config import TrainConfig
from .data.archive import load
from .data.batches import Batch, BatchMaker, loader
from .data.prompts import KINDS
from .ema import Ema
from .layers import fold
from .model import Model, load_bootstrap, load_imagenet
from .precision import autocast, prefers_bf16
from .schedule import finished, rate
from .step import Step, StepResult
from .teacher import Teacher, load_teacher


class Trainer:
    """One process of a run."""

    def __init__(self, cfg: TrainConfig) -> None:
        self.cfg = cfg
        self.rank, self.world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        self.device = _device()
        torch.manual_seed(cfg.seed)
        if cfg.threads:
            torch.set_num_threads(cfg.threads)
        self.model = Model(cfg.model)
        self._initialise()
        self.model.to(self.device, memory_format=torch.channels_last)
        self.model.encoder.freeze(cfg.freeze_blocks)
        if cfg.freeze_norms:
            fold(self.model)
        self.bf16 = cfg.precision == "bf16" or (cfg.precision == "auto" and prefers_bf16(self.model.encoder.train(), self.device))
        self.ema = Ema(self.model, cfg.ema)
        self.optimizer = torch.optim.AdamW(self._groups(), lr=cfg.lr, fused=True)
        self.progress = Progress(started=time.time())
        self.latest = cfg.out / "last.pt"
        if self.latest.exists():
            self._resume()
        self.teacher: Teacher | None = None
        if cfg.teacher and self.progress.step < cfg.distil_steps:
            self.teacher = load_teacher(cfg.teacher, self.device, cfg.teacher_scale, cfg.teacher_flip)
        self.stop = False

    def _initialise(self) -> None:
        if self.cfg.imagenet:
            load_imagenet(self.model.encoder, self.cfg.model.trunk)
        if self.cfg.init is None:
            return
        state = checkpoint.read(self.cfg.init)
        if "e" in state:
            fresh = load_bootstrap(self.model, self.cfg.init)
            print(f"bootstrap carried over; {len(fresh)} tensors start afresh")
        else:
            own = self.model.state_dict()
            fitting = {k: v for k, v in state["ema"].items() if k in own and own[k].shape == v.shape}
            self.model.load_state_dict(fitting, strict=False)
            print(f"{self.cfg.init}: {len(own) - len(fitting)} of {len(own)} tensors start afresh")

    def _groups(self) -> list[dict[str, object]]:
        """Parameter groups by part (own rate) and by kind (only matrices decay)."""
        encoder = self.model.encoder
        trunk = {id(p) for m in encoder.trunk() for p in m.parameters()}
        pyramid = {id(p) for m in (encoder.l8, encoder.l16, encoder.l32, encoder.f8, encoder.f16, encoder.f32) for p in m.parameters()}
        groups: dict[tuple[str, bool], list[nn.Parameter]] = defaultdict(list)
        for p in self.model.parameters():
            if p.requires_grad:
                part = "trunk" if id(p) in trunk else "pyramid" if id(p) in pyramid else "rest"
                groups[part, p.ndim > 1].append(p)
        factor = {"trunk": self.cfg.lr_trunk, "pyramid": self.cfg.lr_neck, "rest": 1.0}
        return [
            {"params": params, "factor": factor[part], "part": part, "weight_decay": self.cfg.weight_decay if decays else 0.0}
            for (part, decays), params in groups.items()
        ]

    def _resume(self) -> None:
        state = checkpoint.read(self.latest)
        self.model.load_state_dict(state["model"])
        self.ema.model.load_state_dict(state["ema"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])
        torch.set_rng_state(state["rng"])

    def _wrapped(self) -> nn.Module:
        step = Step(self.model, self.cfg.corrections, self.cfg.distil_weight, self.cfg.distil_features)
        if self.world == 1:
            return step
        return DistributedDataParallel(step, device_ids=[self.device.index] if self.device.type == "cuda" else None)

    def _freeze_encoder(self, frozen: bool) -> None:
        """Only neck and decoder learn while `frozen`."""
        encoder = self.model.encoder
        parts = [*encoder.blocks[self.cfg.freeze_blocks :], encoder.l8, encoder.l16, encoder.l32, encoder.f8, encoder.f16, encoder.f32]
        for part in parts:
            part.requires_grad_(not frozen)

    def minutes(self) -> float:
        return (time.time() - self.progress.started) / 60

    def run(self) -> None:
        """Trains until the steps, the deadline or a signal end it."""
        cfg = self.cfg
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        writer = SummaryWriter(str(cfg.out / "curves")) if self.rank == 0 else None
        maker = BatchMaker(load(cfg.data.root), cfg.data, cfg.seed, self.rank)
        batches = loader(maker, self.progress.step, cfg.steps, cfg.workers)
        bar = tqdm(total=cfg.steps, initial=self.progress.step, disable=self.rank > 0, unit="step", mininterval=10, file=sys.stderr)
        frozen = self.progress.step < cfg.encoder_frozen_steps
        self._freeze_encoder(frozen)
        module = self._wrapped()
        meter, saved = Meter(), time.time()
        for batch in batches:
            step = self.progress.step
            if self.stop or finished(cfg, step, self.minutes()):
                break
            if frozen and step >= cfg.encoder_frozen_steps:
                frozen = False
                self._freeze_encoder(False)
                module = self._wrapped()
            result = self._one(module, batch, step)
            meter.add(batch, result)
            self.progress.step += 1
            self.progress.images += batch["image"].shape[0] * self.world
            bar.update()
            if self.progress.step % cfg.log_every == 0 and writer is not None:
                meter.write(writer, self.progress, self.optimizer.param_groups[-1]["lr"], bar)
                meter = Meter()
            if time.time() - saved > cfg.save_minutes * 60:
                self.save()
                saved = time.time()
            if cfg.keep_every and self.progress.step % cfg.keep_every == 0:
                self.save(f"step-{self.progress.step}.pt")
        self.save()
        bar.close()

    def _one(self, module: nn.Module, batch: Batch, step: int) -> StepResult:
        self.model.train()
        now = rate(self.cfg, step, self.minutes())
        for group in self.optimizer.param_groups:
            group["lr"] = self.cfg.lr * group["factor"] * now
        on_device: Batch = {k: v.to(self.device, non_blocking=True) for k, v in batch.items()}  # type: ignore[assignment]
        teacher = self.teacher if step < self.cfg.distil_steps else None
        with autocast(self.device, self.bf16):
            lesson = teacher(on_device) if teacher else None
            result: StepResult = module(on_device, step, lesson)
        result.loss.backward()
        nn.utils.clip_grad_norm_((p for p in self.model.parameters() if p.grad is not None), self.cfg.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.ema.update(self.model, step)
        return result

    def save(self, name: str = "last.pt") -> None:
        if self.rank == 0:
            checkpoint.save(self.cfg.out / name, self.model, self.ema.model, self.optimizer, self.cfg.model, self.progress)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop = True


class Meter:
    """Means between two lines of the log."""

    def __init__(self) -> None:
        self.sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self.since = time.time()
        self.images = 0

    def add(self, batch: Batch, result: StepResult) -> None:
        self.images += batch["image"].shape[0]
        self._add("loss", result.loss.detach().item(), 1)
        self._add("score error", result.score_error.item(), 1)
        self._add("iou corrected", result.corrected.sum().item(), len(result.corrected))
        present = batch["absent"] == 0
        for k, kind in enumerate(KINDS):
            chosen = present & (batch["kind"] == k)
            self._add(f"iou own/{kind}", result.own.cpu()[chosen].sum().item(), int(chosen.sum()))
            self._add(f"iou best/{kind}", result.best.cpu()[chosen].sum().item(), int(chosen.sum()))

    def _add(self, name: str, total: float, count: int) -> None:
        self.sums[name][0] += total
        self.sums[name][1] += count

    def write(self, writer: SummaryWriter, progress: Progress, lr: float, bar: tqdm[None]) -> None:
        means = {name: total / max(count, 1) for name, (total, count) in self.sums.items()}
        means |= {"lr": lr, "images per second": self.images / (time.time() - self.since)}
        for name, value in means.items():
            writer.add_scalar(name, value, progress.step)
        short = " ".join(f"{k}:{means[f'iou own/{k}']:.3f}/{means[f'iou best/{k}']:.3f}" for k in KINDS)
        bar.write(
            f"step {progress.step} images {progress.images} loss {means['loss']:.3f} {short} corrected:{means['iou corrected']:.3f}"
            f" score error {means['score error']:.3f} lr {lr:.1e} {means['images per second']:.1f} images/s"
        )


def _device() -> torch.device:
    if not torch.cuda.is_available():
        return torch.device("cpu")
    local = int(os.environ.get("LOCAL_RANK", 0))
    torch.cuda.set_device(local)
    return torch.device("cuda", local)


def main() -> None:
    cfg = tyro.cli(TrainConfig)
    if "RANK" in os.environ:
        dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    Path(cfg.out).mkdir(parents=True, exist_ok=True)
    trainer = Trainer(cfg)
    if trainer.rank == 0:
        print(f"{cfg}\n{trainer.device}, {'bfloat16' if trainer.bf16 else 'float32'}, from step {trainer.progress.step}", flush=True)
    trainer.run()
    if dist.is_initialized():
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
