from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from liveroto_train.config import DataConfig
from liveroto_train.data.archive import load
from liveroto_train.data.batches import BatchMaker, loader
from liveroto_train.data.prompts import BOX_JITTER, CARRIED, KINDS, bounds, deepest, jittered_box, propagated, sample, slipped
from liveroto_train.data.views import compose, later_motion, other_light, similarity


def test_reads_tars_and_folders(data: Path) -> None:
    library = load(data)
    assert [len(library.scenes), len(library.cutouts), len(library.backgrounds)] == [4, 1, 1]
    image, labels = library.scenes[0].decode()
    assert image.shape == (120, 160, 3) and set(np.unique(labels)) == {0, 1, 2, 255}


def test_an_empty_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no scenes"):
        load(tmp_path)


def test_emphasis_shifts_the_draw(data: Path) -> None:
    library = load(data)
    assert library.weights({}).sum() == pytest.approx(1)
    assert library.weights({"shapes": 9.0}) == pytest.approx(library.weights({}))


def test_a_batch_depends_on_its_number_alone(data: Path, small_data: DataConfig) -> None:
    library = load(data)
    a, b = BatchMaker(library, small_data, 7)[3], BatchMaker(library, small_data, 7)[3]
    assert all(torch.equal(a[k], b[k]) for k in a)
    assert not torch.equal(a["image"], BatchMaker(library, small_data, 7)[4]["image"])
    assert not torch.equal(a["image"], BatchMaker(library, small_data, 7, rank=1)[3]["image"])


def test_loader_starts_where_it_is_told(data: Path, small_data: DataConfig) -> None:
    maker = BatchMaker(load(data), small_data, 1)
    (only,) = list(loader(maker, 5, 6, workers=1))
    assert torch.equal(only["image"], maker[5]["image"])


def test_batch_shapes_and_meaning(data: Path, small_data: DataConfig) -> None:
    batch = BatchMaker(load(data), replace(small_data, absent=0.0), 0)[0]
    assert batch["image"].shape == (4, 3, 64, 64) and batch["image"].dtype == torch.uint8
    assert batch["truth"].shape == (8, 1, 16, 16) and batch["mask_prompt"].shape == (8, 1, 8, 8)
    assert (batch["truth"].sum((1, 2, 3)) > 0).all()
    assert (batch["view"] // 2 == batch["ref_view"] // 2).all() and (batch["view"] != batch["ref_view"]).all()


def test_absent_objects_have_empty_truth(data: Path, small_data: DataConfig) -> None:
    batch = BatchMaker(load(data), replace(small_data, absent=1.0, queries=6), 0)[0]
    gone = batch["absent"] > 0
    assert gone.any() and batch["truth"][gone].sum() == 0
    assert (batch["view"][gone] // 2 != batch["ref_view"][gone] // 2).all()


def test_prompts_lie_where_they_should() -> None:
    rng = np.random.default_rng(0)
    mask = np.zeros((64, 64), bool)
    mask[20:40, 10:50] = True
    seen = set()
    for _ in range(200):
        prompt = sample(mask, np.zeros_like(mask), rng)
        seen.add(prompt.kind)
        if prompt.kind not in CARRIED:
            assert all(mask[int(y), int(x)] == bool(label) for x, y, label in prompt.points)
        assert (prompt.box is not None) == (prompt.kind in ("box", "boxtap", *CARRIED))
    assert seen == set(KINDS)
    assert jittered_box(mask, 0.0, rng) == (10, 20, 50, 40) == bounds(mask)
    x, y = deepest(mask)
    assert 19 <= x <= 41 and 29 <= y <= 31
    carried = propagated(mask, rng)
    assert 0 <= carried.min() and carried.max() <= 1 and (carried > 0.5)[mask].mean() > 0.5


def test_a_slipped_mask_is_badly_wrong_and_still_holds_some_of_the_object() -> None:
    rng = np.random.default_rng(0)
    mask, others = np.zeros((96, 96), bool), np.zeros((96, 96), bool)
    mask[30:60, 15:75], others[60:80, 20:70] = True, True
    ious, leaked = [], 0
    for _ in range(200):
        wrong = slipped(mask, others, rng) > 0.5
        ious.append((wrong & mask).sum() / (wrong | mask).sum())
        leaked += bool((wrong & others).sum() > 0.2 * others.sum())
    assert np.quantile(ious, 0.05) > 0.05 and np.median(ious) < 0.75
    assert 10 < leaked < 190


def test_only_looks_tell_a_slipped_mask_from_the_object(data: Path, small_data: DataConfig) -> None:
    batch = BatchMaker(load(data), replace(small_data, queries=40), 0)[0]
    slips = batch["kind"] == KINDS.index("slip")
    assert slips.any() and (batch["use_ref"][slips] == 1).all() and (batch["absent"][slips] == 0).all()


def test_some_boxes_are_exact_and_none_is_far_off() -> None:
    rng = np.random.default_rng(0)
    mask = np.zeros((64, 64), bool)
    mask[20:40, 10:50] = True
    prompts = [sample(mask, np.zeros_like(mask), rng) for _ in range(400)]
    boxes = np.array([prompt.box for prompt in prompts if prompt.kind == "box"])
    off = np.abs(boxes - bounds(mask)).max(1)
    assert 0.3 < (off == 0).mean() < 0.7
    assert max(BOX_JITTER) * 20 < off.max() <= max(BOX_JITTER) * 40


def test_affine_maps() -> None:
    m = similarity(2.0, 90.0, (10, 20), (32, 32), flip=False)
    assert m @ [10, 20, 1] == pytest.approx([32, 32])
    assert m @ [11, 20, 1] == pytest.approx([32, 34])
    assert compose(m, m) @ [10, 20, 1] == pytest.approx(m @ [32, 32, 1])


def test_much_later_an_object_is_still_in_the_middle_of_the_view_but_looks_different() -> None:
    rng = np.random.default_rng(0)
    motions = [later_motion(100, (20.0, 70.0), rng) for _ in range(200)]
    places = np.array([m @ [20, 70, 1] for m in motions])
    assert places.min() >= 30 and places.max() <= 70
    areas = np.array([np.linalg.det(m[:, :2]) for m in motions])
    assert 0.2 < (areas < 0).mean() < 0.5, "some are seen in a mirror"
    assert np.abs(areas).min() < 0.6 and np.abs(areas).max() > 1.7
    image = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (4, 1, 3))
    lit = [other_light(image, rng).astype(int) for _ in range(50)]
    assert all((np.diff(light, axis=1) >= 0).all() and light.shape == image.shape for light in lit)
    assert np.std([light.mean() for light in lit]) > 10
