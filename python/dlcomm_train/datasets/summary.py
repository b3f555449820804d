# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a data set holds, counted from its arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlcomm_train.datasets.dataset import Dataset

PERCENTILES = (5.0, 95.0)
"""Between which the powers of most windows lie."""

_PART = 10_000
"""Windows that are looked at in one go."""


@dataclass(frozen=True)
class Measured:
    """What is measured of every window; NaN where it holds NaN or infinity.

    Attributes:
        power: mean of |x|^2, float64 [N].
        peak: greatest |x|^2, float64 [N].
        magnitudes: sum of |x|, float64 [N].
    """

    power: np.ndarray
    peak: np.ndarray
    magnitudes: np.ndarray


@dataclass(frozen=True)
class Summary:
    """Contents of a data set. Cells are [class, SNR label] in the manifest's order; windows of
    labels that the manifest does not list are in none.

    Attributes:
        counts: windows of each cell, int64.
        bursts: different bursts of each cell, int64.
        power: mean power of each cell, float64; NaN in an empty cell.
        measured: of every window.
        class_power: percentiles of the windows' powers for each class, float64 [classes, 2].
        class_crest: median peak power over mean power of windows for each class, float64.
    """

    counts: np.ndarray
    bursts: np.ndarray
    power: np.ndarray
    measured: Measured
    class_power: np.ndarray
    class_crest: np.ndarray


def summarize(dataset: Dataset) -> Summary:
    """Count and measure all windows of a data set.

    Raises:
        OSError: they cannot be read.
    """
    manifest, index = dataset.manifest, dataset.index
    shape = (len(manifest.modulations), len(manifest.snrs_db))
    found = index["snr_db"][:, None] == np.array(manifest.snrs_db)
    listed = found.any(axis=1)
    cells = index["modulation"].astype(np.int64) * shape[1] + found.argmax(axis=1)
    cells = cells[listed]
    counts = np.bincount(cells, minlength=shape[0] * shape[1])
    pairs = np.unique(np.stack([cells, index["burst"][listed]]), axis=1)
    measured = measure(dataset)
    with np.errstate(invalid="ignore"):
        power = np.bincount(cells, measured.power[listed], minlength=len(counts)) / counts
        crest = measured.peak / measured.power
    classes = [index["modulation"] == number for number in range(shape[0])]
    return Summary(
        counts=counts.reshape(shape),
        bursts=np.bincount(pairs[0], minlength=len(counts)).reshape(shape),
        power=power.reshape(shape),
        measured=measured,
        class_power=np.array([_percentiles(measured.power[one]) for one in classes]),
        class_crest=np.array([_median(crest[one]) for one in classes]),
    )


def measure(dataset: Dataset) -> Measured:
    """Measure every window of a data set; a part at a time, since sets may be large."""
    windows = dataset.windows
    power, peak, magnitudes = np.empty((3, len(windows)))
    for start in range(0, len(windows), _PART):
        part = windows[start : start + _PART].astype(np.float64)
        squares = (part**2).sum(axis=2)
        squares[~np.isfinite(squares).all(axis=1)] = np.nan
        stop = start + len(part)
        power[start:stop] = squares.mean(axis=1)
        peak[start:stop] = squares.max(axis=1)
        magnitudes[start:stop] = np.sqrt(squares).sum(axis=1)
    return Measured(power, peak, magnitudes)


def _percentiles(values: np.ndarray) -> np.ndarray:
    """`PERCENTILES` of what is finite; NaN where nothing is."""
    finite = values[np.isfinite(values)]
    return np.percentile(finite, PERCENTILES) if len(finite) else np.full(2, np.nan)


def _median(values: np.ndarray) -> float:
    """The median of what is finite; NaN where nothing is."""
    finite = values[np.isfinite(values)]
    return float(np.median(finite)) if len(finite) else np.nan
