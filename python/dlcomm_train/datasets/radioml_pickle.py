# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The file ``RML2016.10a_dict.pkl`` of T. O'Shea and N. West, *Radio Machine Learning Dataset
Generation with GNU Radio*, 2016: reading it, and making sure that it is what it says.

The file has 220 arrays float32 [1000, 2, 128] by class and SNR label, written by Python 2.
Every window was divided by the sum of its magnitudes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dlcomm_train.datasets.array_pickle import read_arrays
from dlcomm_train.datasets.dataset import INDEX_TYPE, DatasetError, file_hash
from dlcomm_train.datasets.manifest import MODULATIONS, SNRS_DB, WINDOW, Manifest
from dlcomm_train.datasets.pickled_numpy import PickleError

BLOCKS_PER_CELL = 10
"""Blocks of consecutive windows that stand for the bursts, which are not in the file."""

SUM_TOLERANCE = 1e-4
"""How far the sum of a window's magnitudes may be from 1. Rounding leaves less than 1e-6."""


@dataclass(frozen=True)
class Form:
    """What the file is expected to hold.

    Attributes:
        modulations: its classes.
        snrs_db: its SNR labels.
        windows: windows of every class at every label.
        window: complex samples of a window.
        sha256: of the file, in hexadecimal digits.
    """

    modulations: tuple[str, ...] = MODULATIONS
    snrs_db: tuple[int, ...] = SNRS_DB
    windows: int = 1000
    window: int = WINDOW
    sha256: str = "b29ccc25b00d0718cd3b70ffa9158662ec83f6d9b63ffd845c7bcbe3b3096e8c"


GENUINE = Form()


@dataclass(frozen=True)
class Loaded:
    """Windows of the file, as they are written to a data set.

    Attributes:
        manifest: what they are.
        windows: float32 [N, window, 2], class by class and label by label, each in the order
            of the file.
        index: :data:`~dlcomm_train.datasets.dataset.INDEX_TYPE` [N].
    """

    manifest: Manifest
    windows: np.ndarray
    index: np.ndarray


def load_radioml(path: Path, any_file: bool = False, form: Form = GENUINE) -> Loaded:
    """Read RadioML's file, and check its arrays, its numbers and its check sum.

    Nothing in the file is run; see :mod:`~dlcomm_train.datasets.array_pickle`.

    Args:
        path: the file.
        any_file: take a file of the same form that is not the genuine one. Its profile is then
            "unverified", and its manifest says what is known of it.
        form: what it is expected to hold.

    Raises:
        DatasetError: it is something else.
        OSError: it cannot be read.
    """
    if path.exists() and not path.is_file():
        raise DatasetError(f"{path}: not a file, expected RML2016.10a_dict.pkl")
    try:
        arrays = read_arrays(path)
    except PickleError as error:
        raise DatasetError(str(error)) from None
    _check_keys(path, arrays, form)
    windows = _windows(path, arrays, form)
    del arrays
    unequal = _unequal_sums(windows)
    found = file_hash(path)
    genuine = found == form.sha256
    if not genuine and not any_file:
        raise DatasetError(
            f"{path}: sha256 is {found}, expected {form.sha256}: a file of the same form, but "
            "not RadioML 2016.10a (--any-file takes it as an unverified set)"
        )
    if genuine and unequal:
        raise DatasetError(f"{path}: {_about_sums(unequal)}, expected none")
    notes = [
        f"Bursts are not recorded: burst numbers are those of {BLOCKS_PER_CELL} blocks of "
        "consecutive windows in every class and SNR label, whose ends share a burst."
    ]
    if not genuine:
        notes.insert(0, f"Not RadioML 2016.10a: read from a file with sha256 {found}.")
    if unequal:
        notes.append(f"{_about_sums(unequal)[0].upper()}{_about_sums(unequal)[1:]}.")
    cells = len(form.modulations) * len(form.snrs_db)
    manifest = Manifest(
        profile="RML2016.10a" if genuine else "unverified",
        modulations=form.modulations,
        snrs_db=form.snrs_db,
        window=form.window,
        windows_per_cell=form.windows,
        bursts=cells * BLOCKS_PER_CELL,
        bursts_known=False,
        versions={"numpy": np.__version__},
        note=" ".join(notes),
    )
    return Loaded(manifest, windows, _index(form))


def sums_of_magnitudes(windows: np.ndarray) -> np.ndarray:
    """The sum of the magnitudes of every window [N, window, 2], as float64 [N]."""
    return np.hypot(windows[..., 0], windows[..., 1]).sum(axis=1, dtype=np.float64)


def _check_keys(path: Path, arrays: Mapping[tuple[str, int], np.ndarray], form: Form) -> None:
    """Every class at every SNR label, and nothing else."""
    expected = {(name, snr) for name in form.modulations for snr in form.snrs_db}
    for what, keys in (
        ("has no", expected - arrays.keys()), ("has also", arrays.keys() - expected)
    ):  # fmt: skip
        if keys:
            name, snr = min(keys)
            raise DatasetError(
                f"{path}: {what} {name[:60]!a} at {snr} dB, expected {len(form.modulations)} "
                f"classes at {len(form.snrs_db)} SNRs, as RadioML 2016.10a has"
            )


def _windows(
    path: Path, arrays: Mapping[tuple[str, int], np.ndarray], form: Form
) -> np.ndarray:
    """All windows, samples before I and Q; their shapes and numbers are checked."""
    shape = (form.windows, 2, form.window)
    keys = [(name, snr) for name in form.modulations for snr in form.snrs_db]
    windows = np.empty((len(keys), form.windows, form.window, 2), np.float32)
    for place, key in zip(windows, keys, strict=True):
        values = arrays[key]
        if values.shape != shape:
            raise DatasetError(
                f"{path}: {key[0]} at {key[1]} dB: found an array {values.shape}, expected "
                f"{shape}"
            )
        place[:] = values.transpose(0, 2, 1)
        bad = np.flatnonzero(~np.isfinite(place).all(axis=(1, 2)))
        if len(bad):
            raise DatasetError(
                f"{path}: {key[0]} at {key[1]} dB: window {bad[0]} holds NaN or infinity"
            )
    return windows.reshape(-1, form.window, 2)


def _unequal_sums(windows: np.ndarray) -> int:
    """In how many windows the magnitudes do not sum to 1."""
    # In parts: all magnitudes at once would need half as much memory again.
    return sum(
        int((np.abs(sums_of_magnitudes(part) - 1.0) > SUM_TOLERANCE).sum())
        for part in np.array_split(windows, max(1, len(windows) // 10_000))
    )


def _about_sums(unequal: int) -> str:
    return f"in {unequal:,} windows the magnitudes do not sum to 1"


def _index(form: Form) -> np.ndarray:
    """Class, label and block of every window; starts are not known, and are 0."""
    cells = len(form.modulations) * len(form.snrs_db)
    index = np.zeros((len(form.modulations), len(form.snrs_db), form.windows), INDEX_TYPE)
    index["modulation"] = np.arange(len(form.modulations))[:, None, None]
    index["snr_db"] = np.array(form.snrs_db)[:, None]
    block = np.arange(form.windows) * BLOCKS_PER_CELL // form.windows
    index["burst"] = (np.arange(cells)[:, None] * BLOCKS_PER_CELL + block).reshape(index.shape)
    return index.ravel()
