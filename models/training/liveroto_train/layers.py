"""Convolution blocks. Parameter names are those of the bootstrap checkpoint, so that its weights load as they are."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class _DepthwiseFloat32Backward(torch.autograd.Function):
    """Depthwise convolution whose backward pass runs in float32.

    oneDNN's bfloat16 backward of a 5x5 depthwise convolution is several times slower than its float32 one,
    so slow that it would eat everything that bfloat16 gains elsewhere.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int) -> Tensor:
        ctx.save_for_backward(x, weight)
        ctx.has_bias, ctx.stride, ctx.padding = bias is not None, stride, padding
        return F.conv2d(x, weight, bias, stride, padding, groups=x.shape[1])

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        x, weight = ctx.saved_tensors
        gx, gw, gb = torch.ops.aten.convolution_backward(
            grads[0].float(), x.float(), weight.float(), [weight.shape[0]] if ctx.has_bias else None,
            [ctx.stride] * 2, [ctx.padding] * 2, [1, 1], False, [0, 0], x.shape[1],
            [ctx.needs_input_grad[0], ctx.needs_input_grad[1], ctx.has_bias],
        )
        cast = lambda g, like: None if g is None else g.to(like.dtype)  # noqa: E731
        return cast(gx, x), cast(gw, weight), cast(gb, weight), None, None


def conv2d(x: Tensor, weight: Tensor, bias: Tensor | None, stride: int, padding: int, groups: int) -> Tensor:
    """`F.conv2d`, with the detour above for depthwise convolutions under bfloat16 autocast on the CPU."""
    depthwise = groups > 1 and weight.shape[1] == 1
    if depthwise and torch.is_grad_enabled() and x.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
        dtype = torch.get_autocast_dtype("cpu")
        with torch.autocast("cpu", enabled=False):
            b = None if bias is None else bias.to(dtype)
            return _DepthwiseFloat32Backward.apply(x.to(dtype), weight.to(dtype), b, stride, padding)
    return F.conv2d(x, weight, bias, stride, padding, groups=groups)


class ConvBn(nn.Sequential):
    """Convolution, batch normalisation and, optionally, ReLU or ReLU6.

    With `fold` set, the normalisation uses its running statistics and is multiplied into the weights on the fly:
    the same function and gradients as a frozen BatchNorm2d, without a pass over the activations.
    """

    def __init__(
        self, i: int, o: int, k: int = 1, stride: int = 1, groups: int = 1, *,
        act: bool = True, relu6: bool = False, eps: float = 1e-5,
    ) -> None:
        super().__init__(
            nn.Conv2d(i, o, k, stride, k // 2, groups=groups, bias=False), nn.BatchNorm2d(o, eps=eps)
        )
        self.act, self.relu6, self.fold = act, relu6, False

    def folded(self) -> tuple[Tensor, Tensor]:
        """Weight and bias of the one convolution that this block is at inference."""
        conv, bn = self[0], self[1]
        scale = bn.weight * torch.rsqrt(bn.running_var + bn.eps)
        return conv.weight * scale[:, None, None, None], bn.bias - bn.running_mean * scale

    def forward(self, x: Tensor) -> Tensor:
        conv, bn = self[0], self[1]
        if self.fold or not self.training:
            weight, bias = self.folded()
            x = conv2d(x, weight, bias, conv.stride[0], conv.padding[0], conv.groups)
        else:
            x = bn(conv2d(x, conv.weight, None, conv.stride[0], conv.padding[0], conv.groups))
        if not self.act:
            return x
        return F.hardtanh(x, 0.0, 6.0) if self.relu6 else F.relu(x)


def fold(module: nn.Module) -> None:
    """Fixes the statistics of every BatchNorm under `module` where they are; their scale and shift go on learning."""
    for m in module.modules():
        if isinstance(m, ConvBn):
            m.fold = True


class DepthwiseBlock(nn.Module):
    """Residual block: depthwise kxk, then a pointwise pair with one ReLU between them."""

    def __init__(self, c: int, k: int = 5, expand: int = 2) -> None:
        super().__init__()
        self.b = nn.Sequential(
            ConvBn(c, c, k, groups=c, act=False), ConvBn(c, c * expand), ConvBn(c * expand, c, act=False)
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.b(x)


class DenseBlock(nn.Module):
    """Residual dense 3x3 convolution: where there are few channels, WebAssembly runs it faster than a depthwise one."""

    def __init__(self, c: int) -> None:
        super().__init__()
        self.b = ConvBn(c, c, 3, act=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.b(x))


def silent(block: ConvBn) -> ConvBn:
    """The block with an output of zero, so that adding it to a trained network changes nothing at first."""
    nn.init.zeros_(block[1].weight)
    return block


def upsample2(x: Tensor) -> Tensor:
    """Twice the height and width, bilinear. A constant factor keeps the exported graph free of shape arithmetic."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
