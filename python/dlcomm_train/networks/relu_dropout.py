# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""ReLU and dropout of large feature maps, in few passes over them."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

# Type of whole numbers as wide as a float, and how many bits of it say the size of a number.
_WORDS = {torch.float32: (torch.int32, 31), torch.bfloat16: (torch.int16, 15)}


class ReluDropout(nn.ReLU):
    """ReLU, then dropout.

    The same as ``nn.ReLU`` and ``nn.Dropout`` one after the other (N. Srivastava et al.,
    "Dropout", 2014), but with draws of its own from the same generator. On a CPU those of
    ``nn.Dropout`` take longer than the convolutions of VT-CNN2: one Bernoulli draw for every
    feature. Here one draw of 64 bits is for two or four.

    Attributes:
        p: share of the features that is left out in training, rounded to 2^-15.
    """

    def __init__(self, p: float) -> None:
        """Take the share, from 0 to below 1."""
        super().__init__()
        self.p = p

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Features of any shape; in training those of float32 or bfloat16, without gaps."""
        if self.training and self.p > 0.0:
            return _Function.apply(value, self.p)
        return super().forward(value)

    def extra_repr(self) -> str:
        """What a print of a network says."""
        return f"p={self.p}"


class _Function(torch.autograd.Function):
    @staticmethod
    def forward(context: Any, value: torch.Tensor, p: float) -> torch.Tensor:
        """Multiply by the scale what is positive and drawn to stay, by 0 all else."""
        words, bits = _WORDS[value.dtype]
        per_draw, top = 64 // (bits + 1), 1 << bits
        count = value.numel()
        draws = torch.empty(-(-count // per_draw), dtype=torch.int64, device=value.device)
        drawn = draws.random_(-(1 << 63), None).view(words)[:count]
        mask = drawn.as_strided(value.size(), value.stride())
        # The sign becomes 1 where a number from 0 to 2^bits - 1 lies below its share p, or
        # the feature is negative. Spread over all bits and turned around, it lets the bits
        # of the scale through or not.
        mask.bitwise_and_(top - 1).sub_(round(p * top)).bitwise_or_(value.view(words))
        mask.bitwise_right_shift_(bits).bitwise_not_()
        scale = torch.tensor(1.0 / (1.0 - p), dtype=value.dtype).view(words)
        mask = mask.bitwise_and_(int(scale)).view(value.dtype)
        context.save_for_backward(mask)
        return value * mask

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        """The same factors."""
        (mask,) = context.saved_tensors
        return gradient * mask, None
