# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a layer's weights are allowed to be: a few values, each with a code."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np


class Levels(ABC):
    """Values that weights are stored with, numbered from 0.

    Attributes:
        levels: how many there are.
        with_zero: whether zero has to be one of them, since weights have been pruned.
    """

    levels: int
    with_zero: bool

    @property
    def bits(self) -> int:
        """Bits that a code takes."""
        return (self.levels - 1).bit_length()

    @property
    @abstractmethod
    def constant_bytes(self) -> int:
        """Bytes of the numbers that turn codes into values."""

    @abstractmethod
    def codes(self, weight: np.ndarray) -> np.ndarray:
        """Codes int64 of the values that are nearest to `weight` [outputs, inputs]."""

    @abstractmethod
    def values(self, codes: np.ndarray) -> np.ndarray:
        """The values float32 of `codes`, in the arithmetic of the stored graph."""

    @abstractmethod
    def scaled(self, factor: float) -> Levels:
        """The values times a positive factor, under the same codes."""

    @abstractmethod
    def rows(self, index: np.ndarray) -> Levels:
        """The levels of the outputs `index` alone."""

    @abstractmethod
    def fitted(self, weight: np.ndarray, with_zero: bool) -> Levels:
        """As many levels of the same kind that suit other weights.

        Args:
            weight: [outputs, inputs] float.
            with_zero: whether zero has to be one of them.
        """

    @abstractmethod
    def spread(self, weight: np.ndarray) -> Levels:
        """As many levels of the same kind for random weights that are yet to be trained.

        Args:
            weight: [outputs, inputs] float, symmetric about zero.
        """
