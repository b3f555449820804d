# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How the rows of a weight matrix slide over their input as filters."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Convolution:
    """Geometry of a convolution in one or two dimensions, as ONNX's Conv has it.

    Attributes:
        channels: of the input.
        size: of the input in every dimension.
        kernel: size of a filter's window in every dimension.
        strides: steps of the window in every dimension.
        pads: zeros before the input in every dimension, then zeros behind it.
        dilations: distance of the window's taps in every dimension.
        groups: so many equal parts, in order, do the channels and the filters have; a filter
            sees the channels of its own part only.
    """

    channels: int
    size: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    pads: tuple[int, ...]
    dilations: tuple[int, ...]
    groups: int = 1

    @property
    def seen(self) -> int:
        """Channels that a filter sees."""
        return self.channels // self.groups

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Channels and size of the input."""
        return (self.channels, *self.size)

    @property
    def output_size(self) -> tuple[int, ...]:
        """Places of the window in every dimension."""
        dimensions = len(self.size)
        return tuple(
            (
                size
                + self.pads[i]
                + self.pads[i + dimensions]
                - self.dilations[i] * (self.kernel[i] - 1)
                - 1
            )
            // self.strides[i]
            + 1
            for i, size in enumerate(self.size)
        )

    @property
    def places(self) -> int:
        """Places of the window."""
        return math.prod(self.output_size)

    def patches(self, value: np.ndarray) -> np.ndarray:
        """What the window sees, [b, places, channels * window], of inputs [b, inputs]."""
        dimensions = len(self.size)
        ends = zip(self.pads[:dimensions], self.pads[dimensions:], strict=True)
        padded = np.pad(value.reshape(-1, *self.input_shape), [(0, 0), (0, 0), *ends])
        reach = [
            dilation * (kernel - 1) + 1
            for dilation, kernel in zip(self.dilations, self.kernel, strict=True)
        ]
        axes = tuple(range(2, 2 + dimensions))
        views = np.lib.stride_tricks.sliding_window_view(padded, reach, axes)
        steps = [slice(None, None, step) for step in (*self.strides, *self.dilations)]
        views = np.moveaxis(views[(slice(None), slice(None), *steps)], 1, 1 + dimensions)
        return views.reshape(len(value), self.places, -1)

    def filtered(self, value: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Sums [b, filters, places] of inputs [b, inputs], weighted by filters.

        Args:
            value: the inputs.
            weight: [filters, channels that a filter sees * window].
        """
        patches = self.patches(value)
        patches = patches.reshape(*patches.shape[:2], self.groups, -1)
        weight = weight.reshape(self.groups, -1, weight.shape[1])
        sums = np.einsum("bpgw,gfw->bgfp", patches, weight, optimize=True)
        return sums.reshape(len(value), -1, self.places)

    def pointwise(self, channels: int) -> Convolution:
        """A convolution behind this one whose window is one place of `channels` channels."""
        ones, zeros = (1,) * len(self.size), (0,) * (2 * len(self.size))
        return Convolution(channels, self.output_size, ones, ones, zeros, ones)
