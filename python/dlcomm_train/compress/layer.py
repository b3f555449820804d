# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""One dense layer and what earlier steps demand of its weights."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dlcomm_train.compress.grid import Grid, range_grid


class CompressError(ValueError):
    """A model cannot be compressed as asked; the message is one line for people."""


@dataclass(frozen=True)
class Layer:
    """A dense layer y = W x + b, and maybe a ReLU behind it.

    Attributes:
        weight: [outputs, inputs] float32. It obeys `mask` and `grid`.
        bias: [outputs] float32.
        relu: whether a ReLU follows.
        mask: [outputs, inputs] bool, False where a weight has been pruned; None: nowhere.
        grid: the levels that weights are stored with; None: float32.
    """

    weight: np.ndarray
    bias: np.ndarray
    relu: bool = False
    mask: np.ndarray | None = None
    grid: Grid | None = None

    @property
    def outputs(self) -> int:
        """Number of outputs."""
        return self.weight.shape[0]

    @property
    def inputs(self) -> int:
        """Number of inputs."""
        return self.weight.shape[1]

    @property
    def nonzeros(self) -> int:
        """Weights that have not been pruned."""
        return self.weight.size if self.mask is None else int(self.mask.sum())

    def forward(self, value: np.ndarray) -> np.ndarray:
        """Outputs [b, outputs] float32 of inputs [b, inputs] float32."""
        result = value @ self.weight.T + self.bias
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
            grid = range_grid(self.weight, grid.levels, grid.per_channel, with_zero=True)
        return replace(self, mask=mask, grid=grid).settled(self.weight)

    def quantized(self, grid: Grid) -> Layer:
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
        """The layer with the inputs `index` alone, in that order."""
        return replace(
            self,
            weight=np.ascontiguousarray(self.weight[:, index]),
            mask=None if self.mask is None else np.ascontiguousarray(self.mask[:, index]),
        )
