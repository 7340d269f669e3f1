"""Prompts as maps at stride 8: the one definition that training and the exported decoder share."""

from __future__ import annotations

import torch
from torch import Tensor

STRIDE = 8
SIGMA = 1.5
"""Spread of a click, in cells of stride 8."""
CHANNELS = 8


def click_maps(points: Tensor, labels: Tensor, h: int, w: int) -> Tensor:
    """Clicks inside (channel 0) and outside (1) as Gaussians, the strongest of each kind: [N,2,h,w].

    `points` [N,P,2] x y in input pixels; `labels` [N,P]: 1 inside, 0 outside, -1 padding.
    """
    ys = torch.arange(h, dtype=torch.float32, device=points.device)
    xs = torch.arange(w, dtype=torch.float32, device=points.device)
    centre = points / STRIDE - 0.5
    gx = torch.exp((xs - centre[:, :, :1]).square() * (-0.5 / SIGMA**2))
    gy = torch.exp((ys - centre[:, :, 1:]).square() * (-0.5 / SIGMA**2))
    kind = torch.stack([labels == 1, labels == 0], 1).float()
    return (kind[..., None, None] * gy[:, None, :, :, None] * gx[:, None, :, None, :]).amax(2)


def box_map(boxes: Tensor, h: int, w: int) -> Tensor:
    """Box filled with ones, with soft edges one cell wide: [N,1,h,w]. `boxes` [N,4] x0 y0 x1 y1 in input pixels."""
    ys = torch.arange(h, dtype=torch.float32, device=boxes.device) + 0.5
    xs = torch.arange(w, dtype=torch.float32, device=boxes.device) + 0.5
    b = boxes / STRIDE
    sx = (torch.minimum(xs - b[:, 0:1], b[:, 2:3] - xs) + 0.5).clamp(0, 1)
    sy = (torch.minimum(ys - b[:, 1:2], b[:, 3:4] - ys) + 0.5).clamp(0, 1)
    return (sy[:, :, None] * sx[:, None, :])[:, None]


def similarity_maps(appearance: Tensor, target: Tensor, distractor: Tensor) -> Tensor:
    """Cosine similarity with the target (0) and the distractor (1): [N,2,h,w]. `appearance` is [1 or N,C,h,w]."""
    h, w = appearance.shape[-2:]
    both = torch.stack([target, distractor], 1)
    return torch.matmul(both, appearance.flatten(2)).unflatten(2, (h, w))


def prompt_maps(
    appearance: Tensor, points: Tensor, labels: Tensor, boxes: Tensor, has_box: Tensor,
    mask_prompt: Tensor, has_mask: Tensor, target: Tensor, distractor: Tensor,
) -> Tensor:
    """All prompts of N objects: clicks in, clicks out, box, box given, mask, mask given, two similarities: [N,8,h,w]."""
    n = points.shape[0]
    h, w = appearance.shape[-2:]
    hb, hm = has_box.view(n, 1, 1, 1), has_mask.view(n, 1, 1, 1)
    ones = torch.ones(1, 1, h, w, device=points.device)
    return torch.cat(
        [
            click_maps(points, labels, h, w), box_map(boxes, h, w) * hb, ones * hb, mask_prompt * hm, ones * hm,
            similarity_maps(appearance, target, distractor),
        ],
        1,
    )


def prototypes(appearance: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Unit-length mean appearance inside and outside a mask: two of [N,C]. `mask` [N,1,h,w] 0..1 at stride 8."""
    inside = (appearance * mask).sum((2, 3))
    outside = (appearance * (1 - mask)).sum((2, 3))
    return torch.nn.functional.normalize(inside, dim=1), torch.nn.functional.normalize(outside, dim=1)
