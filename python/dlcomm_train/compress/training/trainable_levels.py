# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Levels that are learned with the weights on them.

Evenly spaced ones: weights are rounded in every forward pass, with the gradient passed
straight through the rounding (Y. Bengio et al., "Estimating or propagating gradients through
stochastic neurons for conditional computation", 2013). The distance of the levels and their
position are learned with the weights (S. Esser et al., "Learned step size quantization",
2020; Y. Bhalgat et al., "LSQ+", 2020).

Centroids: every weight stays in its cluster, and the centroid learns from the sum of its
weights' gradients (S. Han et al., "Deep compression", 2016, section 3.3).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

import numpy as np
import torch
from torch import nn

from dlcomm_train.compress.layers.centroids import Centroids
from dlcomm_train.compress.layers.grid import Grid
from dlcomm_train.compress.layers.levels import Levels

MARGIN = 1.0
"""How far beyond the last level a weight may go, in steps. Where a weight is held, it has no
gradient; with few levels, many would be held at the levels themselves."""

_SHARPNESS = (0.5, 8.0)
"""Where soft levels begin and end: factor of the distance to the border between two levels,
in steps, inside the hyperbolic tangent."""


class TrainableLevels(nn.Module, ABC):
    """Puts weights on levels."""

    @abstractmethod
    def forward(self, latent: torch.Tensor, softness: float | None) -> torch.Tensor:
        """The weights [outputs, inputs] on their levels.

        Args:
            latent: the weights as they would be without levels.
            softness: None: they are on their levels. Otherwise, from 1 down to 0, how softly
                they are moved there.
        """

    @abstractmethod
    def levels(self) -> Levels:
        """The levels as they are now."""


class TrainableGrid(TrainableLevels):
    """Evenly spaced levels with a learned distance and position."""

    def __init__(self, grid: Grid) -> None:
        """Start from `grid`."""
        super().__init__()
        self._grid = grid
        # As a logarithm the distance stays positive.
        self.log_scale = nn.Parameter(torch.from_numpy(np.log(grid.scale)))
        self.shift = nn.Parameter(torch.from_numpy(grid.shift.copy()))

    def forward(self, latent: torch.Tensor, softness: float | None) -> torch.Tensor:
        """As the base class."""
        last = self._grid.levels - 1
        scale, shift = self.log_scale.exp(), self._whole_shift()
        position = latent / scale - shift
        if softness is not None:
            return (_staircase(position, last, softness) + shift) * scale
        # A weight is held within one step of the levels: its gradient would vanish outside.
        position = position.clamp(-MARGIN, last + MARGIN)
        codes = position.round().clamp(0, last)
        return (position + (codes - position).detach() + shift) * scale

    @torch.no_grad()
    def levels(self) -> Grid:
        """The grid as it is now."""
        scale, shift = self.log_scale.exp(), self._whole_shift()
        return replace(
            self._grid, scale=scale.cpu().numpy().copy(), shift=shift.cpu().numpy().copy()
        )

    def _whole_shift(self) -> torch.Tensor:
        if not self._grid.with_zero:
            return self.shift
        held = self.shift.clamp(1 - self._grid.levels, 0)
        return held + (held.round() - held).detach()


def _staircase(position: torch.Tensor, last: int, softness: float) -> torch.Tensor:
    """A smooth function from 0 to `last` that rises half-way between whole numbers.

    It takes the place of rounding (R. Gong et al., "Differentiable soft quantization", 2019):
    no gradient is made up, and weights can still be moved past each other.
    """
    first, final = _SHARPNESS
    sharpness = final * (first / final) ** softness
    borders = torch.arange(last, dtype=position.dtype, device=position.device) + 0.5
    rises = torch.tanh(sharpness * (position[..., None] - borders))
    return (rises.sum(dim=-1) + last) / 2.0


class TrainableCentroids(TrainableLevels):
    """Learned centroids of clusters whose members stay the same."""

    def __init__(self, centroids: Centroids, weight: np.ndarray) -> None:
        """Start from `centroids`, every weight with the nearest one."""
        super().__init__()
        self._with_zero = centroids.with_zero
        self.table = nn.Parameter(torch.from_numpy(centroids.table.copy()))
        codes = torch.from_numpy(centroids.codes(weight))
        self.register_buffer("codes", codes, persistent=False)
        # Zero is the centroid of the pruned weights and does not move.
        moves = torch.from_numpy(centroids.table != 0.0) if self._with_zero else None
        self.register_buffer("moves", moves, persistent=False)

    def forward(self, latent: torch.Tensor, softness: float | None) -> torch.Tensor:
        """As the base class."""
        return torch.lerp(self._values()[self.codes], latent, softness or 0.0)

    @torch.no_grad()
    def levels(self) -> Centroids:
        """The centroids as they are now; ones that have met are one."""
        return Centroids(np.unique(self._values().cpu().numpy()), self._with_zero)

    def _values(self) -> torch.Tensor:
        return self.table if self.moves is None else self.table * self.moves


def trainable_levels(levels: Levels, weight: np.ndarray) -> TrainableLevels:
    """What trains `levels`, on which `weight` [outputs, inputs] is."""
    if isinstance(levels, Centroids):
        return TrainableCentroids(levels, weight)
    return TrainableGrid(levels)
