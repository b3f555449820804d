# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""One layer with weights and what earlier steps demand of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from dlcomm_train.compress.layers.convolution import Convolution
from dlcomm_train.compress.layers.levels import Levels


class CompressError(ValueError):
    """A model cannot be compressed as asked; the message is one line for people."""


@dataclass(frozen=True)
class Layer:
    """A dense layer y = W x + b or a convolution, and maybe a ReLU behind it.

    A convolution's weights are a matrix, too: one row per filter, which holds the channels
    that it sees one after the other and its window within each. Values between layers are
    flat: those of a filter's places stand together.

    A layer reads what the one before it makes. A dense layer behind `pooled` ones reads their
    means over all places instead, one after the other.

    Attributes:
        weight: [outputs, inputs] float32, of a convolution [filters, channels * window]. It
            obeys `mask` and `grid`.
        bias: [outputs] float32.
        relu: whether a ReLU follows.
        mask: of the shape of `weight`, bool, False where a weight has been pruned; None:
            nowhere.
        grid: the levels that weights are stored with; None: float32.
        convolution: how the filters slide; None: the layer is dense.
        pooled: whether the next dense layer reads the mean of every filter over all places,
            besides what the next layer reads.
    """

    weight: np.ndarray
    bias: np.ndarray
    relu: bool = False
    mask: np.ndarray | None = None
    grid: Levels | None = None
    convolution: Convolution | None = None
    pooled: bool = False

    @property
    def outputs(self) -> int:
        """Number of outputs of a dense layer, of filters of a convolution."""
        return self.weight.shape[0]

    @property
    def inputs(self) -> int:
        """Number of values that the layer reads for one message."""
        if self.convolution is None:
            return self.weight.shape[1]
        return math.prod(self.convolution.input_shape)

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the stored weights: [filters, channels seen, window...] of a convolution."""
        if self.convolution is None:
            return self.weight.shape
        return (self.outputs, self.convolution.seen, *self.convolution.kernel)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of what the layer makes of one message."""
        if self.convolution is None:
            return (self.outputs,)
        return (self.outputs, *self.convolution.output_size)

    @property
    def nonzeros(self) -> int:
        """Weights that have not been pruned."""
        return self.weight.size if self.mask is None else int(self.mask.sum())

    @property
    def operations(self) -> int:
        """Multiply-accumulates per message, pruned weights counted like others."""
        places = 1 if self.convolution is None else self.convolution.places
        return self.weight.size * places

    def forward(self, value: np.ndarray) -> np.ndarray:
        """Outputs [b, outputs * places] float32 of inputs [b, inputs] float32."""
        if self.convolution is None:
            result = value @ self.weight.T + self.bias
        else:
            result = self.convolution.filtered(value, self.weight) + self.bias[:, None]
            result = result.reshape(len(value), -1)
        return np.maximum(result, 0.0) if self.relu else result

    def settled(self, weight: np.ndarray, bias: np.ndarray | None = None) -> Layer:
        """This layer with other weights, made to obey its mask and its grid."""
        weight = np.array(weight, dtype=np.float32)
        if self.mask is not None:
            weight[~self.mask] = 0.0
        if self.grid is not None:
            weight = self.grid.values(self.grid.codes(weight))
            if self.mask is not None:
                weight[~self.mask] = 0.0
        bias = self.bias if bias is None else np.array(bias, dtype=np.float32)
        return replace(self, weight=weight, bias=bias)

    def masked(self, mask: np.ndarray) -> Layer:
        """This layer with the weights outside `mask` [outputs, inputs] bool at zero."""
        if self.mask is not None:
            mask = mask & self.mask
        grid = self.grid
        if grid is not None and not grid.with_zero:
            grid = grid.fitted(self.weight * mask, with_zero=True)
        return replace(self, mask=mask, grid=grid).settled(self.weight)

    def quantized(self, grid: Levels) -> Layer:
        """This layer with its weights on `grid`."""
        return replace(self, grid=grid).settled(self.weight)

    def rows(self, index: np.ndarray) -> Layer:
        """The layer with the outputs `index` alone, in that order."""
        return replace(
            self,
            weight=self.weight[index],
            bias=self.bias[index],
            mask=None if self.mask is None else self.mask[index],
            grid=None if self.grid is None else self.grid.rows(index),
        )

    def columns(self, index: np.ndarray) -> Layer:
        """The layer with the columns `index` of its weights alone, in that order."""
        return replace(
            self,
            weight=np.ascontiguousarray(self.weight[:, index]),
            mask=None if self.mask is None else np.ascontiguousarray(self.mask[:, index]),
        )

    def reading(self, index: np.ndarray, units: int) -> Layer:
        """The layer when only the units `index` are left of `units` in the layer before.

        Behind a filter, the weights of all its places leave with it; in a convolution, those
        of a channel.
        """
        each = self.weight.shape[1] // units
        result = self.columns((index[:, None] * each + np.arange(each)).ravel())
        if self.convolution is None:
            return result
        return replace(result, convolution=replace(self.convolution, channels=len(index)))
