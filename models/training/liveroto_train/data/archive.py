"""Reads scenes, cut-outs and backgrounds from tar files or from folders of the same layout.

    scenes-*[.tar]       <set>/<id>.jpg with label maps <set>/<id>.<v>.png (0 background, 1-250 instances, 255 ignore;
                         several maps are several annotators or granularities)
    cutouts-*[.tar]      RGBA WebP or PNG, one object each
    backgrounds-*[.tar]  photos to paste on
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
IGNORE = 255


@dataclass(frozen=True)
class Scene:
    """A photo and one of its label maps, both still encoded."""

    source: str
    photo: bytes
    labels: bytes

    def decode(self) -> tuple[Image, Image]:
        """BGR picture [H,W,3] and label map [H,W]."""
        return decode(self.photo, cv2.IMREAD_COLOR), decode(self.labels, cv2.IMREAD_UNCHANGED)


@dataclass
class Library:
    """Everything to draw from."""

    scenes: list[Scene] = field(default_factory=list)
    cutouts: list[bytes] = field(default_factory=list)
    backgrounds: list[bytes] = field(default_factory=list)

    def weights(self, emphasis: dict[str, float]) -> NDArray[np.float64]:
        """Chance of every scene: a set counts with the square root of its size, times its emphasis."""
        counts: dict[str, int] = {}
        for scene in self.scenes:
            counts[scene.source] = counts.get(scene.source, 0) + 1
        w = np.array([emphasis.get(s.source, 1.0) / np.sqrt(counts[s.source]) for s in self.scenes])
        return w / w.sum()


def decode(data: bytes, flags: int) -> Image:
    """Decodes a picture; raises ValueError when it is none."""
    image = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if image is None:
        raise ValueError("not a picture that OpenCV can read")
    return image.astype(np.uint8, copy=False)


def load(root: Path) -> Library:
    """Reads all archives and folders under `root` into memory, in the order of their names."""
    library = Library()
    for part in sorted(root.iterdir()):
        kind = part.name.split("-")[0]
        if kind not in ("scenes", "cutouts", "backgrounds"):
            continue
        files = dict(_members(part))
        pictures = {n: b for n, b in files.items() if Path(n).suffix in (".jpg", ".jpeg", ".webp", ".png")}
        if kind == "cutouts":
            library.cutouts.extend(pictures.values())
        elif kind == "backgrounds":
            library.backgrounds.extend(pictures.values())
        else:
            library.scenes.extend(_scenes(pictures))
    if not library.scenes:
        raise FileNotFoundError(f"no scenes-* with labelled pictures under {root}")
    return library


def _members(part: Path) -> Iterator[tuple[str, bytes]]:
    if part.is_dir():
        for path in sorted(p for p in part.rglob("*") if p.is_file()):
            yield path.relative_to(part).as_posix(), path.read_bytes()
    elif part.suffix == ".tar":
        with tarfile.open(part) as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is not None:
                    yield member.name, stream.read()


def _scenes(files: dict[str, bytes]) -> Iterator[Scene]:
    photos = {n.rsplit(".", 1)[0]: b for n, b in files.items() if not n.endswith(".png")}
    for name, data in files.items():
        stem = name.rsplit(".", 2)[0]
        if name.endswith(".png") and stem in photos:
            yield Scene(stem.split("/")[0], photos[stem], data)
