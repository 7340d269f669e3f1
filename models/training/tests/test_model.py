from __future__ import annotations

import copy
from pathlib import Path

import onnxruntime as ort
import pytest
import torch

from liveroto_train.config import ModelConfig
from liveroto_train.encoder import stages
from liveroto_train.export import export, parity
from liveroto_train.layers import ConvBn, conv2d
from liveroto_train.model import Model
from liveroto_train.prompt_maps import box_map, click_maps, prompt_maps, prototypes, similarity_maps


def test_folding_changes_nothing() -> None:
    block = ConvBn(4, 6, 3)
    block[1].running_mean.normal_()
    block[1].running_var.uniform_(0.5, 2)
    block[1].eval()
    x = torch.randn(2, 4, 9, 9)
    expected = torch.relu(block[1](block[0](x)))
    block.fold = True
    assert torch.allclose(block(x), expected, atol=1e-5)
    block(x).sum().backward()
    assert block[1].weight.grad is not None and block[0].weight.grad is not None


def test_depthwise_detour_has_the_same_gradients() -> None:
    x, w = torch.randn(2, 8, 12, 12, requires_grad=True), torch.randn(8, 1, 5, 5, requires_grad=True)
    plain = torch.autograd.grad(conv2d(x, w, None, 2, 2, 8).square().sum(), (x, w))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        y = conv2d(x, w, None, 2, 2, 8)
    assert y.dtype == torch.bfloat16
    detour = torch.autograd.grad(y.float().square().sum(), (x, w))
    for a, b in zip(plain, detour, strict=True):
        assert (a - b).abs().max() < 0.03 * a.abs().max()


def test_shapes_for_any_multiple_of_32(model: Model) -> None:
    cfg = ModelConfig()
    with torch.no_grad():
        p4, p8, p16, a = model.encoder(torch.rand(1, 3, 96, 160) * 255)
    assert p4.shape == (1, cfg.c4, 24, 40) and p8.shape == (1, cfg.c8, 12, 20) and p16.shape == (1, cfg.c16, 6, 10)
    assert torch.allclose(a.norm(dim=1), torch.ones(1, 12, 20), atol=1e-4)


def test_larger_trunks_are_the_published_ones() -> None:
    channels = {t: [o for _, _, _, o, n in stages(t) for _ in range(n)] for t in ("lite0", "lite1", "lite2")}
    assert channels["lite0"] == [16, *[24] * 2, *[40] * 2, *[80] * 3, *[112] * 3, *[192] * 4]
    assert channels["lite1"] == [16, *[24] * 3, *[40] * 3, *[80] * 4, *[112] * 4, *[192] * 5]
    assert channels["lite2"] == [16, *[24] * 3, *[48] * 3, *[88] * 4, *[120] * 4, *[208] * 5]


def test_frozen_blocks_stay_out_of_the_backward_pass() -> None:
    m = Model(ModelConfig()).train()
    m.encoder.freeze(3)
    sum(o.sum() for o in m.encoder(torch.rand(1, 3, 64, 64))).backward()
    assert all(p.grad is None for b in (m.encoder.stem, *m.encoder.blocks[:3]) for p in b.parameters())
    assert all(p.grad is not None for p in m.encoder.blocks[3].parameters())


def test_prompt_maps_say_what_they_mean() -> None:
    clicks = click_maps(torch.tensor([[[20.0, 44.0], [60.0, 4.0], [0.0, 0.0]]]), torch.tensor([[1.0, 0.0, -1.0]]), 8, 8)
    assert clicks[0, 0].argmax() == 5 * 8 + 2 and clicks[0, 1].argmax() == 7
    assert clicks[0, 0, 0, 0] < 0.01
    box = box_map(torch.tensor([[8.0, 16.0, 32.0, 40.0]]), 8, 8)[0, 0]
    assert box[2:5, 1:4].min() == 1 and box.sum() == 9
    appearance = torch.nn.functional.normalize(torch.randn(1, 48, 8, 8), dim=1)
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., 2, 3] = 1
    target, distractor = prototypes(appearance, mask)
    assert similarity_maps(appearance, target, distractor)[0, 0].argmax() == 2 * 8 + 3
    zero = torch.zeros(1)
    maps = prompt_maps(appearance, torch.zeros(1, 1, 2), -torch.ones(1, 1), torch.zeros(1, 4), zero, mask, zero, target * 0, distractor * 0)
    assert maps.shape == (1, 8, 8, 8) and maps.abs().sum() == 0


@pytest.mark.parametrize("storage", ["float16", "int8"])
def test_export_follows_the_contract(model: Model, tmp_path: Path, storage: str) -> None:
    cfg = ModelConfig()
    sizes = export(model, cfg, tmp_path, storage, size=64)  # type: ignore[arg-type]
    assert sum(sizes.values()) < (6_000_000 if storage == "float16" else 3_200_000)
    if storage == "float16":
        result = parity(model, cfg, tmp_path)
        assert result.worst_logit < 0.1 and result.agreement > 0.995
    decoder = ort.InferenceSession(tmp_path / "decoder.onnx")
    assert [i.name for i in decoder.get_inputs()] == [
        "p4", "p8", "p16", "appearance", "points", "labels", "boxes", "has_box", "mask_prompt", "has_mask", "target", "distractor"
    ]
    assert [o.name for o in decoder.get_outputs()] == ["masks", "scores"]


def test_export_leaves_the_model_alone(model: Model, tmp_path: Path) -> None:
    before = copy.deepcopy(model.state_dict())
    export(model, ModelConfig(), tmp_path, size=64)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())


def test_refining_blocks_say_nothing_at_first(model: Model) -> None:
    plain = Model(ModelConfig(refine8=0, refine4=0, detail=False)).eval()
    refined = Model(ModelConfig()).eval()
    refined.load_state_dict(plain.state_dict(), strict=False)
    image, maps = torch.rand(1, 3, 64, 64) * 255, torch.rand(2, 8, 8, 8)
    with torch.no_grad():
        (*a, _), (*b, _) = plain.encoder(image), refined.encoder(image)
        for x, y in zip(plain.decoder(*a, maps), refined.decoder(*b, maps), strict=True):
            assert torch.allclose(x, y, atol=1e-5)


def test_a_dropped_block_is_passed_by_and_the_others_keep_their_weights(model: Model) -> None:
    whole = copy.deepcopy(model)
    for k in (6, 14):
        torch.nn.init.ones_(whole.encoder.blocks[k].b[-1][1].bias)
    shorter = Model(ModelConfig(dropped_blocks=(6, 14))).eval()
    own = shorter.state_dict()
    shorter.load_state_dict({k: v for k, v in whole.state_dict().items() if k in own})
    passed_by = copy.deepcopy(whole)
    for k in (6, 14):
        passed_by.encoder.blocks[k] = torch.nn.Identity()
    image = torch.rand(1, 3, 64, 64) * 255
    with torch.no_grad():
        for a, b, c in zip(shorter.encoder(image), passed_by.encoder(image), whole.encoder(image), strict=True):
            tolerance = 1e-5 * b.abs().max()
            assert (a - b).abs().max() < tolerance < (c - b).abs().max()


def test_a_block_that_changes_shape_cannot_be_dropped() -> None:
    with pytest.raises(ValueError, match="block 5 of lite0 changes shape"):
        Model(ModelConfig(dropped_blocks=(5,)))
