"""What the masks and the scores are trained towards."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

AMBIGUOUS_MEAN = 0.08
"""Weight of the mean over all masks where the prompt leaves a choice: enough that no head dies."""
CLEAR_MEAN = 0.7
"""The same where it leaves none (a box, a carried mask): then every mask should be right."""


def mask_losses(logits: Tensor, truth: Tensor, ignore: Tensor) -> Tensor:
    """Focal-like cross entropy plus dice for each of K masks: [N,K]. `logits` [N,K,h,w], the others [N,1,h,w]."""
    known = 1 - ignore
    p = logits.sigmoid()
    bce = F.binary_cross_entropy_with_logits(logits, truth.expand_as(logits), reduction="none")
    hard = 1 + 3 * (p.detach() - truth).abs()
    bce = (bce * hard * known).sum((2, 3)) / known.sum((2, 3)).clamp(min=1)
    overlap = (p * truth * known).sum((2, 3))
    dice = 1 - (2 * overlap + 1) / (((p + truth) * known).sum((2, 3)) + 1)
    return bce + dice


def empty_losses(logits: Tensor) -> Tensor:
    """Cross entropy with nothing: [N,K]. For prompts whose object is not in the picture."""
    return F.softplus(logits).mean((2, 3))


@torch.no_grad()
def hard_iou(logits: Tensor, truth: Tensor, ignore: Tensor) -> Tensor:
    """IoU of the thresholded masks: [N,K]."""
    known = ignore < 0.5
    a, b = (logits > 0) & known, (truth > 0.5) & known
    return (a & b).sum((2, 3)) / (a | b).sum((2, 3)).clamp(min=1)


def prompt_loss(
    logits: Tensor, scores: Tensor, truth: Tensor, ignore: Tensor, absent: Tensor, clear: Tensor
) -> tuple[Tensor, Tensor]:
    """Loss of each prompt [N] and the IoU of each mask [N,K] (0 where the object is absent).

    Only the best mask is pulled all the way, so that the three can stand for part, object and group.
    `scores` [N,K] are logits; `absent` and `clear` [N] are 0 or 1.
    """
    masks = torch.where(absent[:, None] > 0, empty_losses(logits), mask_losses(logits, truth, ignore))
    iou = hard_iou(logits, truth, ignore) * (1 - absent[:, None])
    mean = AMBIGUOUS_MEAN + (CLEAR_MEAN - AMBIGUOUS_MEAN) * clear
    loss = masks.amin(1) + mean * masks.mean(1) + (scores.sigmoid() - iou).square().mean(1)
    return loss, iou


def distillation_loss(logits: Tensor, scores: Tensor, taught: Tensor, taught_scores: Tensor) -> Tensor:
    """Divergence of each mask from the teacher's soft mask of the same place, and of the scores: [N]. All are logits."""
    soft = taught.sigmoid()
    own = F.binary_cross_entropy_with_logits(taught, soft, reduction="none")
    masks = (F.binary_cross_entropy_with_logits(logits, soft, reduction="none") - own).mean((1, 2, 3))
    return masks + (scores.sigmoid() - taught_scores.sigmoid()).square().mean(1)


def feature_loss(appearance: Tensor, taught: Tensor) -> Tensor:
    """One minus the cosine between two maps of unit vectors, [B,C,h,w] each: a number."""
    return 1 - (appearance * taught).sum(1).mean()
