from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from liveroto_train import checkpoint
from liveroto_train.ablate import FIGURES, table
from liveroto_train.average import mean_weights
from liveroto_train.config import DataConfig, ModelConfig, TrainConfig
from liveroto_train.data.archive import load
from liveroto_train.data.batches import BatchMaker
from liveroto_train.losses import distillation_loss, feature_loss, hard_iou, prompt_loss
from liveroto_train.model import Model
from liveroto_train.schedule import finished, rate
from liveroto_train.step import Step
from liveroto_train.teacher import Teacher, _mirrored
from liveroto_train.train import Trainer


@pytest.fixture
def run(tmp_path: Path, data: Path, small_data: DataConfig) -> TrainConfig:
    return TrainConfig(
        out=tmp_path, data=replace(small_data, root=data), steps=6, decay_steps=3, warmup_steps=1, workers=0,
        precision="fp32", log_every=2, freeze_blocks=3,
    )


def test_a_perfect_mask_costs_nothing() -> None:
    truth = torch.zeros(2, 1, 8, 8)
    truth[:, :, 2:6, 2:6] = 1
    logits = (truth * 2 - 1).expand(-1, 3, -1, -1) * 20
    zero = torch.zeros(2)
    loss, iou = prompt_loss(logits, torch.full((2, 3), 20.0), truth, torch.zeros_like(truth), zero, zero)
    assert loss.max() < 1e-3 and iou.min() == 1
    wrong, _ = prompt_loss(-logits, torch.full((2, 3), 20.0), truth, torch.zeros_like(truth), zero, zero)
    assert wrong.min() > 5
    scores = torch.zeros(2, 3)
    assert distillation_loss(logits, scores, logits, scores).abs().max() < 1e-4
    assert distillation_loss(logits, scores, -logits, scores).min() > 1


def test_ignored_pixels_do_not_count() -> None:
    truth, ignore = torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    truth[..., :2] = 1
    ignore[..., 2:] = 1
    everything = torch.ones(1, 1, 4, 4)
    assert hard_iou(everything, truth, ignore).item() == 1
    assert hard_iou(everything, truth, torch.zeros_like(ignore)).item() == 0.5


def test_schedule_warms_up_holds_and_falls(run: TrainConfig) -> None:
    cfg = replace(run, steps=100, decay_steps=50, warmup_steps=10)
    rates = [rate(cfg, k, 0.0) for k in range(100)]
    assert rates[0] == pytest.approx(0.1) and rates[10] == rates[49] == 1 and rates[-1] < 0.03
    timed = replace(cfg, deadline_minutes=10.0, decay_share=0.5)
    assert rate(timed, 50, 5.0) == 1 and rate(timed, 50, 10.0) < 0.03 and finished(timed, 50, 10.0)


def test_training_learns(run: TrainConfig) -> None:
    torch.manual_seed(0)
    trainer = Trainer(run)
    maker = BatchMaker(load(run.data.root), run.data, 0)
    batch = maker[0]
    losses = [trainer._one(Step(trainer.model, 0.25), batch, 1).loss.item() for _ in range(12)]
    assert losses[-1] < 0.7 * losses[0]


def test_a_resumed_run_ends_in_the_same_place(run: TrainConfig, tmp_path: Path) -> None:
    whole, halves = replace(run, out=tmp_path / "whole"), replace(run, out=tmp_path / "halves")
    for folder in (whole.out, halves.out):
        folder.mkdir()
    Trainer(whole).run()
    first = Trainer(halves)
    step = first._one

    def stop_after_three(*args: object) -> object:
        result = step(*args)  # type: ignore[arg-type]
        first.stop = args[2] == 2
        return result

    first._one = stop_after_three  # type: ignore[method-assign,assignment]
    first.run()
    assert checkpoint.read(halves.out / "last.pt")["progress"]["step"] == 3
    Trainer(halves).run()
    a, b = (checkpoint.read(cfg.out / "last.pt") for cfg in (whole, halves))
    assert a["progress"]["step"] == b["progress"]["step"] == 6
    for part in ("model", "ema"):
        assert all(torch.equal(v, b[part][k]) for k, v in a[part].items())


def test_a_teacher_sees_the_mirrored_picture_alike(data: Path, small_data: DataConfig, model: Model) -> None:
    batch = BatchMaker(load(data), small_data, 0)[0]
    plain, both = (Teacher(model, torch.device("cpu"), flip=flip)(batch) for flip in (False, True))
    mirrored = Teacher(model, torch.device("cpu"))(_mirrored(batch))
    assert torch.allclose(both.masks, (plain.masks + mirrored.masks.flip(3)) / 2, atol=1e-5)
    assert torch.allclose(_mirrored(_mirrored(batch))["boxes"], batch["boxes"], atol=1e-4)
    larger = Teacher(model, torch.device("cpu"), scale=1.5)(batch)
    assert all(a.shape == b.shape for a, b in zip(larger, plain, strict=True))
    assert torch.allclose(both.appearance.norm(dim=1), torch.ones(1), atol=1e-4)


def test_a_student_learns_its_teacher_s_features(run: TrainConfig, model: Model) -> None:
    batch = BatchMaker(load(run.data.root), run.data, 0)[0]
    lesson = Teacher(model, torch.device("cpu"))(batch)
    student = Model(model_config := ModelConfig())
    assert model_config.appearance == lesson.appearance.shape[1]
    optimizer = torch.optim.Adam(student.parameters(), lr=2e-3)
    step, errors = Step(student, 0.0, distil_features=5.0), []
    for _ in range(12):
        optimizer.zero_grad()
        step(batch, 0, lesson).loss.backward()
        optimizer.step()
        with torch.no_grad():
            errors.append(feature_loss(student.encoder(batch["image"].float())[3], lesson.appearance).item())
    assert errors[-1] < 0.8 * errors[0]


def test_correction_asks_again(data: Path, small_data: DataConfig, model: Model) -> None:
    batch = BatchMaker(load(data), replace(small_data, absent=0.0), 0)[0]
    with torch.no_grad():
        result = Step(model, 0.5)(batch, 0)
    assert len(result.corrected) == 4 and len(result.own) == 8
    assert (result.own <= result.best).all()


def test_an_ablation_compares_pairs() -> None:
    without = [dict.fromkeys(FIGURES, 0.5), dict.fromkeys(FIGURES, 0.6)]
    taught = [{k: v + 0.01 for k, v in row.items()} for row in without]
    lines = table(without, taught).splitlines()
    assert lines[2].startswith("| without | +0.5500 ± 0.0707")
    assert lines[4].startswith("| difference of each pair | +0.0100 ± 0.0000")


def test_averaged_weights_lie_between_and_only_models_of_one_shape_are_averaged(model: Model, tmp_path: Path) -> None:
    a = model.state_dict()
    b = {k: v + 1 if v.is_floating_point() else v + 5 for k, v in a.items()}
    mean = mean_weights([a, b], [3, 1])
    for k, v in a.items():
        assert torch.allclose(mean[k], v + 0.25) if v.is_floating_point() else torch.equal(mean[k], v)
    fewer = {k: v for k, v in a.items() if "blocks.14" not in k}
    assert mean_weights([fewer, b], [3, 1]).keys() == fewer.keys()
    with pytest.raises(ValueError, match="shares"):
        mean_weights([a, b], [1])
    with pytest.raises(ValueError, match="one shape"):
        mean_weights([a, {k: v for k, v in b.items() if "score" not in k}], [1, 1])
