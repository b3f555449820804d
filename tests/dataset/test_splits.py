# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Splits of data sets: bursts stay together, shares are kept, seeds matter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dlcomm_train.datasets.dataset import INDEX_TYPE, Dataset, DatasetError, write_dataset
from dlcomm_train.datasets.manifest import Manifest
from dlcomm_train.datasets.splits import SHARES, split


def make(folder: Path, bursts: int, windows: int = 20) -> Dataset:
    """A set of two classes at two labels, with so many bursts in each cell."""
    rows = [
        (modulation, snr, (modulation * 2 + snr // 10) * bursts + burst, 128 * place)
        for modulation in range(2)
        for snr in (0, 10)
        for burst in range(bursts)
        for place in range(windows)
    ]
    index = np.array(rows, INDEX_TYPE)
    manifest = Manifest(
        profile="calibrated",
        modulations=("a", "b"),
        snrs_db=(0, 10),
        windows_per_cell=bursts * windows,
        bursts=4 * bursts,
    )
    write_dataset(folder, manifest, np.zeros((len(index), 128, 2), np.float32), index)
    return Dataset.open(folder)


@pytest.mark.parametrize("bursts", [3, 5, 7, 25])
def test_no_burst_is_in_two_parts(bursts: int, tmp_path: Path) -> None:
    dataset = make(tmp_path / "set", bursts)
    found = split(dataset)
    parts = [found.part(name) for name in SHARES]
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(dataset.index)))
    seen = [set(dataset.index["burst"][part].tolist()) for part in parts]
    assert all(seen)
    assert not seen[0] & seen[1] and not seen[0] & seen[2] and not seen[1] & seen[2]


def test_shares_hold_in_every_cell(tmp_path: Path) -> None:
    dataset = make(tmp_path / "set", 40)
    found = split(dataset)
    for name, share in SHARES.items():
        rows = dataset.index[found.part(name)]
        for modulation in range(2):
            for snr in (0, 10):
                here = (rows["modulation"] == modulation) & (rows["snr_db"] == snr)
                # Whole bursts: off by one of 40 at most.
                assert abs(here.sum() / 800 - share) <= 1 / 40


def test_the_seed_decides(tmp_path: Path) -> None:
    dataset = make(tmp_path / "set", 25)
    first, again, other = split(dataset), split(dataset), split(dataset, seed=2)
    assert np.array_equal(first.test, again.test)
    assert not np.array_equal(first.test, other.test)


def test_the_split_by_windows_leaks(tmp_path: Path) -> None:
    dataset = make(tmp_path / "set", 5)
    found = split(dataset, "window")
    bursts = [set(dataset.index["burst"][found.part(name)].tolist()) for name in SHARES]
    assert bursts[0] == bursts[2]


def test_too_few_bursts(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="a at 0 dB has 2 bursts, expected enough"):
        split(make(tmp_path / "set", 2))
