# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Evenly spaced levels that weights are rounded to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from dlcomm_train.compress.layers.levels import Levels

LevelRule = Literal["uniform", "thesis"]


def level_count(bits: int, rule: LevelRule) -> int:
    """Number of levels that `bits` mean.

    ``uniform``: 2^b, both ends of the range included. ``thesis``: 2^(b-1) + 1, as the
    programs behind the thesis have it ("4 bits" are 9 levels there).
    """
    return 1 << bits if rule == "uniform" else (1 << (bits - 1)) + 1


@dataclass(frozen=True)
class Grid(Levels):
    """Levels (code + shift) * scale for code = 0 .. levels - 1.

    Attributes:
        levels: how many, at least 2.
        scale: [1], or [outputs, 1] with one grid per output; float32, positive.
        shift: of the same shape, float32. Whole numbers where zero is a level.
        with_zero: whether zero has to be a level.
    """

    levels: int
    scale: np.ndarray
    shift: np.ndarray
    with_zero: bool = False

    @property
    def per_channel(self) -> bool:
        """Whether every output has its own levels."""
        return self.scale.ndim == 2

    @property
    def constant_bytes(self) -> int:
        """Bytes of scales and shifts."""
        return self.scale.nbytes + self.shift.nbytes

    @property
    def whole(self) -> bool:
        """Whether the shift is a whole number that a zero point can hold."""
        limit = self.levels - 1
        whole = np.array_equal(self.shift, np.round(self.shift))
        return bool(whole and np.all((self.shift <= 0) & (self.shift >= -limit)))

    def codes(self, weight: np.ndarray) -> np.ndarray:
        """Codes int64 of the levels that are nearest to `weight` [outputs, inputs]."""
        position = weight.astype(np.float64) / self.scale - self.shift
        return np.clip(np.rint(position), 0, self.levels - 1).astype(np.int64)

    def values(self, codes: np.ndarray) -> np.ndarray:
        """The levels float32 of `codes`, in the arithmetic of the stored graph."""
        if self.whole:
            return ((codes + self.shift) * self.scale).astype(np.float32)
        offset = (self.shift * self.scale).astype(np.float32)
        return codes.astype(np.float32) * self.scale + offset

    def scaled(self, factor: float) -> Grid:
        """The levels times a positive factor."""
        return replace(self, scale=(self.scale * factor).astype(np.float32))

    def rows(self, index: np.ndarray) -> Grid:
        """The grid of the outputs `index` alone."""
        if not self.per_channel:
            return self
        return replace(self, scale=self.scale[index], shift=self.shift[index])

    def fitted(self, weight: np.ndarray, with_zero: bool) -> Grid:
        """As many evenly spaced levels with the least mean square error."""
        return fitted_grid(weight, self.levels, self.per_channel, with_zero)

    def spread(self, weight: np.ndarray) -> Grid:
        """As many symmetric levels, the outer ones at the weights' standard deviation.

        With two levels the step is a standard deviation: they are half of it.
        """
        half = (self.levels - 1) / 2.0
        end = np.full_like(self.scale, half * weight.std() / max(1.0, half), np.float64)
        return grid_between(-end, end, self.levels, self.with_zero)


def range_grid(
    weight: np.ndarray, levels: int, per_channel: bool, with_zero: bool = False
) -> Grid:
    """The grid from the smallest to the largest weight, both included.

    Args:
        weight: [outputs, inputs] float.
        levels: number of levels.
        per_channel: one range per output instead of one for all.
        with_zero: widen the range to hold zero, and shift it so that zero is a level.
    """
    axis = 1 if per_channel else None
    low = weight.min(axis=axis, keepdims=per_channel).astype(np.float64)
    high = weight.max(axis=axis, keepdims=per_channel).astype(np.float64)
    return grid_between(np.atleast_1d(low), np.atleast_1d(high), levels, with_zero)


def fitted_grid(
    weight: np.ndarray, levels: int, per_channel: bool, with_zero: bool = False
) -> Grid:
    """The grid with the smallest mean square error among shrunk ranges of the weights.

    Few levels do better when they leave out the tails: where learned ranges begin.

    Args:
        weight: [outputs, inputs] float.
        levels: number of levels.
        per_channel: one range per output.
        with_zero: whether zero has to be a level.
    """
    axis = 1 if per_channel else None
    low = np.atleast_1d(weight.min(axis=axis, keepdims=per_channel).astype(np.float64))
    high = np.atleast_1d(weight.max(axis=axis, keepdims=per_channel).astype(np.float64))
    middle, half = (low + high) / 2.0, (high - low) / 2.0
    best, least = None, None
    for share in np.linspace(0.3, 1.0, 36):
        grid = grid_between(middle - share * half, middle + share * half, levels, with_zero)
        error = np.square(grid.values(grid.codes(weight)) - weight)
        error = np.atleast_1d(error.mean(axis=axis, keepdims=per_channel))
        if best is None:
            best, least = grid, error
            continue
        better = error < least
        least = np.where(better, error, least)
        best = replace(
            best,
            scale=np.where(better, grid.scale, best.scale),
            shift=np.where(better, grid.shift, best.shift),
        )
    return best


def grid_between(low: np.ndarray, high: np.ndarray, levels: int, with_zero: bool) -> Grid:
    """The grid whose first level is `low` and whose last is `high`, [1] or [outputs, 1].

    With `with_zero`, the ends move until zero is a level.
    """
    if with_zero:
        low, high = np.minimum(low, 0.0), np.maximum(high, 0.0)
    scale = (high - low) / (levels - 1)
    # Where all weights are equal, one level is enough: their own value.
    size = np.maximum(np.abs(low), np.finfo(np.float32).tiny)
    scale = np.where(scale > 0.0, scale, size).astype(np.float32)
    shift = low / scale
    if with_zero:
        shift = np.clip(np.rint(shift), -(levels - 1), 0)
    return Grid(levels, scale, shift.astype(np.float32), with_zero)
