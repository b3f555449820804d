# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Whether a data set is what its manifest says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlcomm_train.datasets.dataset import INDEX_FILE, WINDOWS_FILE, Dataset, file_hash
from dlcomm_train.datasets.summary import Summary

TOLERANCE = 1e-3
"""How far what the windows are normalised to may be from 1."""


@dataclass(frozen=True)
class Check:
    """One thing that a data set has to be.

    Attributes:
        name: which.
        passed: whether it is.
        found: what was found, for people.
    """

    name: str
    passed: bool
    found: str


def check(dataset: Dataset, summary: Summary) -> list[Check]:
    """Compare a data set with its manifest.

    Args:
        dataset: the set.
        summary: of it.

    Raises:
        OSError: it cannot be read.
    """
    return [Check(name, *test(dataset, summary)) for name, test in _CHECKS.items()]


def _files(dataset: Dataset, _: Summary) -> tuple[bool, str]:
    """The files are those that were written."""
    sums = dataset.manifest.sha256
    for name in (WINDOWS_FILE, INDEX_FILE):
        if name not in sums:
            return False, f"the manifest has no sha256 of {name}"
        found = file_hash(dataset.folder / name)
        if found != sums[name]:
            return False, f"sha256 of {name} is {found}, expected {sums[name]}"
    return True, "sha256 of both arrays as in the manifest"


def _numbers(_: Dataset, summary: Summary) -> tuple[bool, str]:
    """Numbers are finite, and no window is silent."""
    bad = int(np.isnan(summary.measured.power).sum())
    silent = int((summary.measured.power == 0.0).sum())
    if bad:
        return False, f"{bad:,} windows hold NaN or infinity"
    if silent:
        return False, f"{silent:,} windows are zeros"
    return True, "finite in every window, and none is zeros"


def _normalization(dataset: Dataset, summary: Summary) -> tuple[bool, str]:
    """Windows have what their profile gives them: unit power, or magnitudes that sum to 1."""
    calibrated = dataset.manifest.profile == "calibrated"
    measured = summary.measured
    values = measured.power if calibrated else measured.magnitudes
    what = "mean power" if calibrated else "sum of magnitudes"
    # What is not finite is told of by another check.
    values = values[np.isfinite(values)]
    far = int((np.abs(values - 1.0) > TOLERANCE).sum())
    if far:
        return False, f"{what} is not 1 in {far:,} windows"
    return True, f"{what} is 1 in {len(values):,} windows"


def _cells(dataset: Dataset, summary: Summary) -> tuple[bool, str]:
    """Every class has as many windows at every label as the manifest says."""
    manifest = dataset.manifest
    others = len(dataset.index) - int(summary.counts.sum())
    if others:
        return False, f"{others:,} windows have an SNR label that the manifest does not list"
    wrong = np.argwhere(summary.counts != manifest.windows_per_cell)
    if len(wrong):
        row, column = wrong[0]
        return False, (
            f"{manifest.modulations[row]} at {manifest.snrs_db[column]} dB has "
            f"{summary.counts[row, column]:,} windows, expected {manifest.windows_per_cell:,}"
        )
    return True, f"{manifest.windows_per_cell:,} windows of every class at every SNR label"


def _bursts(dataset: Dataset, summary: Summary) -> tuple[bool, str]:
    """A burst has one class and one label, and there are as many as the manifest says."""
    numbers = len(np.unique(dataset.index["burst"]))
    if numbers != dataset.manifest.bursts:
        return False, f"{numbers:,}, expected {dataset.manifest.bursts:,}"
    if int(summary.bursts.sum()) != numbers:
        return False, "a burst has windows in several classes or SNR labels"
    if not dataset.manifest.bursts_known:
        return True, f"not known; {numbers:,} blocks of consecutive windows stand for them"
    return True, f"{numbers:,}, each of one class and SNR label"


def _overlaps(dataset: Dataset, _: Summary) -> tuple[bool, str]:
    """Windows of a burst share no samples."""
    if not dataset.manifest.bursts_known:
        return True, "not known"
    burst, start = dataset.index["burst"], dataset.index["start"].astype(np.int64)
    order = np.lexsort((start, burst))
    same = burst[order][1:] == burst[order][:-1]
    distances = np.diff(start[order])[same]
    close = int((distances < dataset.manifest.window).sum())
    if close:
        return False, f"{close:,} windows begin before the one before them ends"
    return True, "no two windows of a burst share samples"


_CHECKS: dict[str, Callable[[Dataset, Summary], tuple[bool, str]]] = {
    "files": _files,
    "numbers": _numbers,
    "normalisation": _normalization,
    "windows": _cells,
    "bursts": _bursts,
    "overlap": _overlaps,
}
