"""The forward pass of a training step: encode all views, decode all prompts, ask some of them a second time."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .data.batches import Batch
from .data.prompts import CARRIED, KINDS
from .losses import distillation_loss, feature_loss, prompt_loss
from .model import Model
from .prompt_maps import prompt_maps, prototypes
from .teacher import Lesson

CLEAR_KINDS = torch.tensor([float(kind in ("box", "boxtap", *CARRIED)) for kind in KINDS])


@dataclass
class StepResult:
    """What a step leaves behind: the loss to follow and the figures to show."""

    loss: Tensor
    own: Tensor
    """[N] IoU of the mask that the model itself rates highest."""
    best: Tensor
    """[N] IoU of the best mask."""
    score_error: Tensor
    corrected: Tensor
    """[M] IoU (own choice) after a correction click."""


class Step(nn.Module):
    """Wraps the model so that one call is one step, as DistributedDataParallel wants it."""

    def __init__(self, model: Model, corrections: float, distil_weight: float = 1.0, distil_features: float = 0.0) -> None:
        super().__init__()
        self.model, self.corrections = model, corrections
        self.distil_weight, self.distil_features = distil_weight, distil_features

    def forward(self, batch: Batch, seed: int, lesson: Lesson | None = None) -> StepResult:
        image = batch["image"].float().contiguous(memory_format=torch.channels_last)
        p4, p8, p16, appearance = self.model.encoder(image)
        v = batch["view"]
        # index_select, not indexing: its backward pass is several times faster on the CPU.
        f4, f8, f16, fa = (f.index_select(0, v) for f in (p4, p8, p16, appearance))
        target, distractor = prototypes(appearance[batch["ref_view"]], batch["ref_mask"])
        use = batch["use_ref"][:, None]
        rest = (batch["boxes"], batch["has_box"], batch["mask_prompt"], batch["has_mask"], target * use, distractor * use)
        maps = prompt_maps(fa, batch["points"], batch["labels"], *rest)
        masks, scores = self._decode(f4, f8, f16, maps)
        clear = CLEAR_KINDS.to(v.device)[batch["kind"]]
        losses, iou = prompt_loss(masks, scores, batch["truth"], batch["ignore"], batch["absent"], clear)
        if lesson is not None:
            losses = losses + self.distil_weight * distillation_loss(masks, scores, lesson.masks, lesson.scores)
            losses = losses + self.distil_features * feature_loss(appearance.float(), lesson.appearance)
        total, count = losses.sum(), len(losses)

        corrected = iou.new_zeros(0)
        again = self._ask_again(batch, seed)
        if len(again):
            maps = prompt_maps(fa[again], *_corrected(batch, again, masks[again].detach(), scores[again].detach(), rest))
            masks2, scores2 = self._decode(f4[again], f8[again], f16[again], maps)
            losses2, iou2 = prompt_loss(
                masks2, scores2, batch["truth"][again], batch["ignore"][again], batch["absent"][again], torch.ones_like(clear[again])
            )
            total, count = total + losses2.sum(), count + len(again)
            corrected = _own(iou2, scores2)
        return StepResult(
            total / count, _own(iou, scores), iou.amax(1), (scores.detach().sigmoid() - iou).abs().mean(), corrected
        )

    def _decode(self, *inputs: Tensor) -> tuple[Tensor, Tensor]:
        masks, scores = self.model.decoder(*inputs)
        return masks.float(), scores.float()

    def _ask_again(self, batch: Batch, seed: int) -> Tensor:
        n = len(batch["view"])
        order = torch.randperm(n, generator=torch.Generator().manual_seed(seed)).to(batch["view"].device)
        chosen = order[: int(n * self.corrections)]
        return chosen[batch["absent"][chosen] == 0]


def _own(iou: Tensor, scores: Tensor) -> Tensor:
    return iou.gather(1, scores.detach().argmax(1, keepdim=True))[:, 0]


def _corrected(batch: Batch, again: Tensor, masks: Tensor, scores: Tensor, rest: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The prompts `again` with the model's own mask and one click more, at the deepest point of what is wrong."""
    own = masks[torch.arange(len(again), device=masks.device), scores.argmax(1)][:, None]
    points, labels = _error_clicks(own > 0, batch["truth"][again] > 0.5, batch["ignore"][again] > 0.5)
    boxes, has_box, _, _, target, distractor = (t[again] for t in rest)
    return (
        torch.cat([batch["points"][again], points.to(masks.device)], 1),
        torch.cat([batch["labels"][again], labels.to(masks.device)], 1),
        boxes, has_box, F.avg_pool2d(own.sigmoid(), 2), torch.ones_like(has_box), target, distractor,
    )


def _error_clicks(masks: Tensor, truth: Tensor, ignore: Tensor) -> tuple[Tensor, Tensor]:
    """Clicks [M,1,2] in input pixels and their labels [M,1]; -1 where nothing is wrong. Masks are at stride 4."""
    wrong = ((masks != truth) & ~ignore)[:, 0].cpu().numpy().astype(np.uint8)
    inside = truth[:, 0].cpu().numpy()
    points, labels = np.zeros((len(wrong), 1, 2), np.float32), np.full((len(wrong), 1), -1, np.float32)
    for k, w in enumerate(wrong):
        depth = cv2.distanceTransform(np.pad(w, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        y, x = divmod(int(depth.argmax()), depth.shape[1])
        if depth[y, x] > 0:
            points[k, 0], labels[k, 0] = (x * 4 + 2, y * 4 + 2), float(inside[k, y, x])
    return torch.from_numpy(points), torch.from_numpy(labels)
