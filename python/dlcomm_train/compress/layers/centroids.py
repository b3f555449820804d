# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Levels that stand where the weights are: the centres of their clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlcomm_train.compress.layers.levels import Levels


@dataclass(frozen=True)
class Centroids(Levels):
    """Levels anywhere, one table per layer.

    Attributes:
        table: [levels] float32, in ascending order.
        with_zero: whether zero has to be one of them.
    """

    table: np.ndarray
    with_zero: bool = False

    @property
    def levels(self) -> int:
        """How many."""
        return self.table.size

    @property
    def constant_bytes(self) -> int:
        """Bytes of the table."""
        return self.table.nbytes

    def codes(self, weight: np.ndarray) -> np.ndarray:
        """Codes int64 of the centroids that are nearest to `weight` [outputs, inputs]."""
        table = self.table.astype(np.float64)
        return np.searchsorted((table[1:] + table[:-1]) / 2.0, weight).astype(np.int64)

    def values(self, codes: np.ndarray) -> np.ndarray:
        """The centroids float32 of `codes`."""
        return self.table[codes]

    def scaled(self, factor: float) -> Centroids:
        """The centroids times a positive factor."""
        return Centroids((self.table * factor).astype(np.float32), self.with_zero)

    def rows(self, index: np.ndarray) -> Centroids:
        """The same: outputs have no tables of their own."""
        return self

    def fitted(self, weight: np.ndarray, with_zero: bool) -> Centroids:
        """As many centroids of other weights."""
        return clustered(weight, self.levels, with_zero)

    def spread(self, weight: np.ndarray) -> Centroids:
        """The clusters of random weights."""
        return self.fitted(weight, self.with_zero)


def clustered(weight: np.ndarray, clusters: int, with_zero: bool = False) -> Centroids:
    """The centroids of the weights' clusters, by k-means.

    It starts from evenly spaced centroids, which keep the few large weights apart: best of
    the starts in S. Han et al., "Deep compression", 2016, section 3.2. The same weights
    always have the same centroids.

    Args:
        weight: [outputs, inputs] float.
        clusters: how many at most; fewer where there are fewer different weights.
        with_zero: whether zero is one of them, for pruned weights; the others are then
            centres of what is not zero.
    """
    # Loading it takes a second, which those who do not cluster need not wait.
    from sklearn.cluster import KMeans

    found = weight.ravel().astype(np.float64)
    if with_zero:
        found, clusters = found[found != 0.0], clusters - 1
    centres = np.unique(found)
    if centres.size > clusters:
        start = np.linspace(centres[0], centres[-1], clusters)[:, None]
        means = KMeans(clusters, init=start, n_init=1, random_state=0)
        labels = means.fit(found[:, None]).labels_
        # The library sums in threads, in any order.
        sizes = np.bincount(labels, minlength=clusters)
        sums = np.bincount(labels, found, minlength=clusters)
        centres = sums[sizes > 0] / sizes[sizes > 0]
    if with_zero:
        centres = np.append(centres, 0.0)
    return Centroids(np.unique(centres.astype(np.float32)), with_zero)
