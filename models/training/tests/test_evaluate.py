from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from conftest import scene
from torch import Tensor

from liveroto_train.evaluate import app, clips, stills
from liveroto_train.evaluate.predictor import Features, Predictor, Viewport


class Oracle:
    """Answers with the reddest thing in view, so that the evaluation's own geometry is what is tested."""

    def encode(self, image: Tensor) -> Features:
        red = (image[:, :1] > 180) & (image[:, 2:] < 80)
        quarter = torch.nn.functional.avg_pool2d(red.float(), 4)
        return quarter, torch.zeros(1, 1), torch.zeros(1, 1), torch.zeros(1, 48, image.shape[2] // 8, image.shape[3] // 8)

    def decode(self, features: Features, prompts: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
        good = (features[0] - 0.5) * 20
        return torch.cat([-good, good, good * 0 - 1], 1), torch.tensor([[0.2, 0.9, 0.1]])


@pytest.mark.parametrize("pad", [True, False])
def test_a_right_answer_scores_high(tmp_path: Path, pad: bool) -> None:
    image, labels = scene(0)
    labels[labels == 2] = 0
    cv2.imwrite(str(tmp_path / "a.jpg"), image)
    cv2.imwrite(str(tmp_path / "a.png"), labels)
    figures = stills.evaluate(Oracle(), tmp_path, 128, noc=True, pad=pad)
    assert figures["instances"] == 1 and figures["noc85"] == 1
    for key in ("boxIoU", "boxZoomIoU", "tapIoU", "tapBestIoU", "tapAppIoU"):
        assert figures[key] > 0.9, key


def test_tracking_follows(tmp_path: Path) -> None:
    for k in range(4):
        image, mask = np.full((90, 120, 3), 120, np.uint8), np.zeros((90, 120), np.uint8)
        cv2.circle(image, (30 + 6 * k, 45), 14, (20, 20, 230), -1)
        cv2.circle(mask, (30 + 6 * k, 45), 14, 255, -1)
        folder = tmp_path / "disc"
        folder.mkdir(exist_ok=True)
        cv2.imwrite(str(folder / f"{k}.jpg"), image)
        cv2.imwrite(str(folder / f"{k}.png"), mask)
    assert clips.evaluate(Oracle(), tmp_path, 128)["J"] > 0.9


def test_masks_go_to_the_view_and_back() -> None:
    p = Predictor(Oracle(), 128)
    p.look(np.zeros((90, 120, 3), np.uint8), Viewport.square(60, 40, 64))
    mask = np.zeros((90, 120), bool)
    mask[24:56, 44:76] = True
    view = p.to_view(mask)
    assert view.shape == (16, 16) and view.sum() == pytest.approx(64, abs=1)
    back = p.to_picture(view) > 0.5
    assert (back & mask).sum() / (back | mask).sum() > 0.95


def test_unpadded_views_keep_the_shape_of_the_picture() -> None:
    assert Viewport.whole((480, 640), 256, pad=False).input_shape(256) == (192, 256)
    assert Viewport.whole((480, 640), 256, pad=True).input_shape(256) == (256, 256)
    assert Viewport.whole((360, 640), 192, pad=False) == Viewport(320, 180, 640, pytest.approx(426.67, abs=0.01))


def test_views_stay_inside_the_picture() -> None:
    assert Viewport.on((0, 0, 40, 20), 2, (90, 120)) == Viewport(40, 40, 80, 80)
    assert Viewport.on((0, 0, 120, 20), 2, (90, 120)) == Viewport(60, 45, 120, 120)


def _disc(x: int, radius: int, score: float, cut_off: float = 0) -> app.Reading:
    soft = np.zeros((90, 120), np.float32)
    cv2.circle(soft, (x, 45), radius, 1.0, -1)
    return app.Reading(soft, score, cut_off)


def test_readings_that_agree_beat_a_single_better_score() -> None:
    agreeing = [_disc(60, 15, 0.66), _disc(61, 15, 0.64), _disc(62, 15, 0.62)]
    assert app.best_reading([_disc(60, 40, 0.8), *agreeing]) is agreeing[0]
    alone = _disc(60, 40, 0.99)
    assert app.best_reading([alone, agreeing[2]]) is alone


def test_readings_that_mean_the_same_are_averaged() -> None:
    lead, other, away = _disc(60, 20, 0.9), _disc(62, 20, 0.7), _disc(60, 40, 0.9)
    agreed = app.agreed_reading(lead, [other, lead, away])
    only_other = other.solid & ~lead.solid
    weight = np.exp(app.STEEPNESS * 0.7) / (np.exp(app.STEEPNESS * 0.7) + np.exp(app.STEEPNESS * 0.9))
    assert agreed.soft[only_other] == pytest.approx(weight, abs=1e-3)
    assert (agreed.soft[lead.solid & other.solid] > 0.999).all() and not agreed.soft[away.solid & ~lead.solid & ~other.solid].any()


def test_a_view_that_does_not_show_a_place_has_no_say_there() -> None:
    lead, near = _disc(60, 20, 0.9), _disc(60, 20, 0.9)
    left = np.zeros_like(near.soft)
    left[:, :70] = 1
    near = replace(near, soft=near.soft * left, seen=left)
    agreed = app.agreed_reading(lead, [lead, near])
    assert (agreed.solid == lead.solid).all()


def test_a_reading_that_runs_out_of_its_view_is_trusted_less() -> None:
    whole = _disc(60, 10, 0.6)
    assert app.best_reading([_disc(60, 30, 0.7, cut_off=1), whole]) is whole


def test_a_box_speaks_for_the_reading_that_fits_it() -> None:
    small, large = _disc(60, 15, 0.6), _disc(60, 40, 0.7)
    assert app.best_reading([large, small], (45, 30, 76, 61)) is small
    assert app.main_box(small.solid) == (45, 30, 76, 61)
