"""Synthetic data: coloured discs and boxes on noise, as tars and as folders."""

from __future__ import annotations

import tarfile
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from liveroto_train.config import DataConfig, ModelConfig
from liveroto_train.model import Model

# Small tensors gain nothing from threads, and on a busy machine waiting for them costs minutes.
torch.set_num_threads(1)


def scene(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    image = rng.integers(90, 140, (120, 160, 3), np.uint8)
    labels = np.zeros((120, 160), np.uint8)
    cv2.circle(image, (45, 60), 26, (30, 30, 220), -1)
    cv2.circle(labels, (45, 60), 26, 1, -1)
    cv2.rectangle(image, (95, 30), (140, 95), (220, 60, 30), -1)
    cv2.rectangle(labels, (95, 30), (140, 95), 2, -1)
    labels[:4] = 255
    return image, labels


def write_scenes(folder: Path, count: int) -> None:
    folder.mkdir(parents=True)
    for k in range(count):
        image, labels = scene(k)
        cv2.imwrite(str(folder / f"{k}.jpg"), image)
        cv2.imwrite(str(folder / f"{k}.0.png"), labels)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training folder: scenes as a folder, cut-outs and backgrounds as tars."""
    root = tmp_path_factory.mktemp("train")
    write_scenes(root / "scenes-0" / "shapes", 4)
    loose = tmp_path_factory.mktemp("loose")
    cutout = np.zeros((60, 60, 4), np.uint8)
    cv2.circle(cutout, (30, 30), 25, (40, 200, 40, 255), -1)
    cv2.imwrite(str(loose / "c.webp"), cutout)
    cv2.imwrite(str(loose / "b.jpg"), np.full((100, 140, 3), 77, np.uint8))
    for name, file in (("cutouts-0.tar", "c.webp"), ("backgrounds-0.tar", "b.jpg")):
        with tarfile.open(root / name, "w") as tar:
            tar.add(loose / file, f"made/{file}")
    return root


@pytest.fixture(scope="session")
def small_data() -> DataConfig:
    return DataConfig(sizes=(64,), pairs=2, queries=2)


@pytest.fixture(scope="session")
def model() -> Model:
    torch.manual_seed(0)
    return Model(ModelConfig()).eval()
