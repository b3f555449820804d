# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a classifier said against what was true, over SNR, and the rates that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..measurement.intervals import clopper_pearson

if TYPE_CHECKING:
    from ..dlcomm_python import classification_sink_b

UNKNOWN = "unknown"
"""How the decision that is no class is called."""


@dataclass(frozen=True)
class Rate:
    """A share of right decisions.

    Attributes:
        value: the share, 0 to 1.
        low, high: its 95 % interval.
        windows: decisions that it rests on.
        right: how many of them were right.
        snr_db: SNR label of these decisions; None: several labels.
    """

    value: float
    low: float
    high: float
    windows: int
    right: int
    snr_db: float | None = None


@dataclass(frozen=True, eq=False)
class Confusion:
    """Counted decisions.

    Intervals are those of Clopper and Pearson. They count the windows of `clusters` as one
    trial, because windows of one burst are not independent.

    Attributes:
        labels: names of the classes.
        snrs_db: SNR labels in dB, ascending.
        counts: int64 [SNR, true class, said class and at last "unknown"], read-only.
        clusters: windows that are worth one independent trial, at every SNR label (see
            `bursts`); 1 where the bursts are not known.
    """

    labels: tuple[str, ...]
    snrs_db: tuple[float, ...]
    counts: np.ndarray
    clusters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        """Check that the counts belong to the labels.

        Raises:
            ValueError: they do not, nothing was counted at an SNR label, these do not
                ascend, or there is not a cluster of at least one window at each.
        """
        counts = np.array(self.counts, np.int64)
        classes = len(self.labels)
        expected = (len(self.snrs_db), classes, classes + 1)
        if counts.shape != expected or not counts.size or counts.min() < 0:
            raise ValueError(f"confusion: found {counts.shape} counts, expected {expected}")
        if not counts.sum(axis=(1, 2)).all() or (np.diff(self.snrs_db) <= 0).any():
            raise ValueError(
                f"confusion: found the SNR labels {self.snrs_db}, expected ascending ones "
                "with decisions at each"
            )
        clusters = self.clusters or (1.0,) * len(self.snrs_db)
        if len(clusters) != len(self.snrs_db) or not all(
            cluster >= 1.0 for cluster in clusters
        ):
            raise ValueError(
                f"confusion: found the clusters {clusters}, expected one of at least 1 at "
                f"each of {len(self.snrs_db)} SNR labels"
            )
        counts.setflags(write=False)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "clusters", clusters)

    @classmethod
    def of_sink(
        cls, sink: classification_sink_b, effects: Mapping[float, float] | None = None
    ) -> Confusion | None:
        """What a sink has counted so far; None: nothing yet.

        Args:
            sink: what counts.
            effects: windows that are worth one trial, by SNR label; None: one each.
        """
        labels = tuple(sink.labels())
        shape = (len(labels), len(labels) + 1)
        found = {snr: np.reshape(rows, shape) for snr, rows in sink.counts().items()}
        # A label stands there from its first truth on, before the first decision.
        found = {snr: matrix for snr, matrix in found.items() if matrix.any()}
        if not found:
            return None
        clusters = () if effects is None else tuple(effects[snr] for snr in found)
        return cls(labels, tuple(found), np.stack(list(found.values())), clusters)

    @property
    def windows(self) -> int:
        """Decisions that were counted."""
        return int(self.counts.sum())

    @property
    def right(self) -> int:
        """Decisions that were right."""
        return int(_right(self.counts.sum(axis=0)).sum())

    @property
    def unknown(self) -> int:
        """Decisions that were "unknown"."""
        return int(self.counts[:, :, -1].sum())

    def by_snr(self) -> tuple[Rate, ...]:
        """The rate at every SNR label."""
        return tuple(
            share(int(_right(matrix).sum()), int(matrix.sum()), snr_db, cluster)
            for matrix, snr_db, cluster in zip(
                self.counts, self.snrs_db, self.clusters, strict=True
            )
        )

    def by_class(self) -> dict[str, Rate]:
        """The rate of every class that occurred, over all SNR labels.

        The cluster is the mean one of the class's windows.
        """
        matrix, windows = self.counts.sum(axis=0), self.counts.sum(axis=2)
        return {
            label: share(
                int(matrix[place, place]),
                int(matrix[place].sum()),
                cluster=float(np.average(self.clusters, weights=windows[:, place])),
            )
            for place, label in enumerate(self.labels)
            if matrix[place].any()
        }

    def overall(self) -> Rate:
        """The mean over the SNR labels, as published results have it.

        With as many windows at every label it is the share of all of them. Its interval is
        that of as many trials as would give the mean's variance, were all labels alike. They
        differ, which makes the mean vary less than the interval says.
        """
        rates = self.by_snr()
        value = sum(rate.value for rate in rates) / len(rates)
        trials = len(rates) ** 2 / sum(
            cluster / rate.windows for rate, cluster in zip(rates, self.clusters, strict=True)
        )
        low, high = clopper_pearson(min(value, 1.0) * trials, trials)
        return Rate(value, low, high, self.windows, self.right)

    def peak(self) -> Rate:
        """The rate at the best SNR label; of equal ones the lowest.

        Being the best of several, it is a little too high on the average.
        """
        return max(self.by_snr(), key=lambda rate: rate.value)

    def matrix(self, lowest_db: float = -np.inf, highest_db: float = np.inf) -> np.ndarray:
        """The confusion matrix of the SNR labels from `lowest_db` to `highest_db`.

        Returns:
            int64 [true class, said class and at last "unknown"].
        """
        snrs = np.array(self.snrs_db)
        return self.counts[(snrs >= lowest_db) & (snrs <= highest_db)].sum(axis=0)


def _right(matrix: np.ndarray) -> np.ndarray:
    """Right decisions by class: the diagonal."""
    return np.diagonal(matrix)


def share(
    right: int, windows: int, snr_db: float | None = None, cluster: float = 1.0
) -> Rate:
    """The rate of `right` in `windows`, of which `cluster` are worth one trial."""
    low, high = clopper_pearson(right, windows, cluster)
    return Rate(right / windows, low, high, windows, right, snr_db)
