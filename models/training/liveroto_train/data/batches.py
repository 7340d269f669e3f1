"""Batches by number: batch k of a seed is always the same, so a run resumes exactly where it stopped."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import TypedDict

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from ..config import DataConfig
from .archive import IGNORE, Library
from .prompts import KINDS, POINTS, Prompt, sample
from .views import MIN_PIXELS, Pair, Rng, SceneMaker, View, relight


class Batch(TypedDict):
    """B views and N prompts on them. S is the input size."""

    image: Tensor
    """[B,3,S,S] uint8, RGB."""
    view: Tensor
    """[N] which view the prompt is on."""
    ref_view: Tensor
    """[N] the view that the object's appearance is taken from."""
    ref_mask: Tensor
    """[N,1,S/8,S/8] the object there, 0..1."""
    use_ref: Tensor
    """[N] 1 where the appearance is given."""
    points: Tensor
    labels: Tensor
    boxes: Tensor
    has_box: Tensor
    mask_prompt: Tensor
    has_mask: Tensor
    truth: Tensor
    """[N,1,S/4,S/4] 0..1."""
    ignore: Tensor
    """[N,1,S/4,S/4] 1 where nobody knows."""
    absent: Tensor
    """[N] 1 where the object is not in the view: its truth is empty."""
    kind: Tensor
    """[N] index into KINDS."""


class Query:
    """One prompt on one view, while the batch is being put together."""

    def __init__(self, view: int, ref_view: int, label: int, labels: NDArray[np.uint8], ref_labels: NDArray[np.uint8], rng: Rng) -> None:
        mask, ref = labels == label, ref_labels == label
        size = labels.shape[0]
        self.view, self.ref_view, self.absent = view, ref_view, False
        self.prompt: Prompt = sample(mask, (labels > 0) & (labels != IGNORE) & ~mask, rng)
        self.truth = _shrink(mask, size // 4)
        self.ignore = _shrink(labels == IGNORE, size // 4)
        self.ref_mask = _shrink(ref, size // 8)
        # Only its appearance tells an object from a mask that has gone wrong.
        self.use_ref = rng.random() < {"track": 0.85, "slip": 1.0}.get(self.prompt.kind, 0.15)


def _shrink(mask: NDArray[np.bool_], size: int) -> NDArray[np.float32]:
    return cv2.resize(mask.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)


class BatchMaker(Dataset[Batch]):
    """`self[k]` is batch k; `rank` tells the processes of a distributed run apart."""

    def __init__(self, library: Library, cfg: DataConfig, seed: int, rank: int = 0) -> None:
        self.maker, self.cfg, self.seed, self.rank = SceneMaker(library, cfg), cfg, seed, rank

    def __getitem__(self, step: int) -> Batch:
        cv2.setNumThreads(1)
        # The size is the same on all ranks, so that none waits for another.
        size = int(np.random.default_rng((self.seed, step)).choice(self.cfg.sizes))
        rng = np.random.default_rng((self.seed, step, self.rank))
        pairs = [self.maker.pair(size, rng) for _ in range(self.cfg.pairs)]
        queries = [q for k, pair in enumerate(pairs) for q in self._queries(k, pair, rng)]
        self._lose(queries, rng)
        views = [v for pair in pairs for v in (pair.first, pair.second)]
        return collate(views, queries, size, rng)

    def _queries(self, k: int, pair: Pair, rng: Rng) -> Iterator[Query]:
        views = (pair.first, pair.second)
        counts = np.stack([np.bincount(v.labels.ravel(), minlength=256) for v in views])
        most = 0.85 * views[0].labels.size
        shared = [i for i in range(1, IGNORE) if counts[:, i].min() >= MIN_PIXELS and counts[:, i].max() < most]
        for side in (0, 1):
            for q in range(self.cfg.queries):
                label = int(rng.choice(shared)) if q and shared else pair.focus
                here, there = views[side].labels, views[1 - side].labels
                yield Query(2 * k + side, 2 * k + 1 - side, label, here, there, rng)

    def _lose(self, queries: list[Query], rng: Rng) -> None:
        """Some tracking prompts are put to a picture of another scene: their object is gone."""
        count = 2 * self.cfg.pairs
        for q in queries:
            if self.cfg.pairs > 1 and q.prompt.kind == "track" and rng.random() < self.cfg.absent:
                q.view = (q.view + 2 * int(rng.integers(1, self.cfg.pairs))) % count
                q.absent = q.use_ref = True
                q.truth, q.ignore = np.zeros_like(q.truth), np.zeros_like(q.ignore)


def collate(views: list[View], queries: list[Query], size: int, rng: Rng) -> Batch:
    """Stacks views and queries into tensors."""
    images = np.stack([relight(v.image, rng)[:, :, ::-1].transpose(2, 0, 1) for v in views])
    n = len(queries)
    points, labels = np.zeros((n, POINTS, 2), np.float32), np.full((n, POINTS), -1, np.float32)
    boxes, masks = np.zeros((n, 4), np.float32), np.zeros((n, 1, size // 8, size // 8), np.float32)
    has_box, has_mask = np.zeros(n, np.float32), np.zeros(n, np.float32)
    for i, q in enumerate(queries):
        for j, (x, y, label) in enumerate(q.prompt.points[:POINTS]):
            points[i, j], labels[i, j] = (x, y), label
        if q.prompt.box is not None:
            boxes[i], has_box[i] = q.prompt.box, 1
        if q.prompt.mask is not None:
            masks[i, 0], has_mask[i] = q.prompt.mask, 1
    maps = lambda name: torch.from_numpy(np.stack([getattr(q, name) for q in queries])[:, None])  # noqa: E731
    flags = lambda name: torch.tensor([float(getattr(q, name)) for q in queries])  # noqa: E731
    return Batch(
        image=torch.from_numpy(np.ascontiguousarray(images)),
        view=torch.tensor([q.view for q in queries]), ref_view=torch.tensor([q.ref_view for q in queries]),
        ref_mask=maps("ref_mask"), use_ref=flags("use_ref"),
        points=torch.from_numpy(points), labels=torch.from_numpy(labels),
        boxes=torch.from_numpy(boxes), has_box=torch.from_numpy(has_box),
        mask_prompt=torch.from_numpy(masks), has_mask=torch.from_numpy(has_mask),
        truth=maps("truth"), ignore=maps("ignore"), absent=flags("absent"),
        kind=torch.tensor([KINDS.index(q.prompt.kind) for q in queries]),
    )


class From(Sampler[int]):
    """The batch numbers from `start` to `stop`."""

    def __init__(self, start: int, stop: int) -> None:
        self.range = range(start, stop)

    def __iter__(self) -> Iterator[int]:
        return iter(self.range)

    def __len__(self) -> int:
        return len(self.range)


def _ignore_signals(_worker: int) -> None:
    """A signal to stop is for the trainer, which saves and then ends its workers itself."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)


def loader(maker: BatchMaker, start: int, stop: int, workers: int) -> DataLoader[Batch]:
    """Batches `start` to `stop`, made ahead of time by worker processes."""
    return DataLoader(
        maker, batch_size=None, sampler=From(start, stop), num_workers=workers, prefetch_factor=3 if workers else None,
        worker_init_fn=_ignore_signals,
    )
