# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""RadioML's file becomes a data set; what is not RadioML's file does not, or is called so."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from python2_pickle import Python2Pickler, radioml_arrays

from dlcomm_train.datasets.dataset import Dataset, DatasetError, write_dataset
from dlcomm_train.datasets.manifest import MODULATIONS, SNRS_DB
from dlcomm_train.datasets.radioml_pickle import (
    BLOCKS_PER_CELL,
    GENUINE,
    Form,
    load_radioml,
    sums_of_magnitudes,
)
from dlcomm_train.datasets.splits import split

SMALL = Form(("BPSK", "QAM16", "WBFM"), (-4, 0, 6), windows=20, window=16)


@pytest.fixture
def arrays() -> dict[tuple[str, int], np.ndarray]:
    """What a small file of RadioML's form holds."""
    return radioml_arrays(SMALL.modulations, SMALL.snrs_db, SMALL.windows, SMALL.window, 5)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., tuple[Path, Form]]:
    """Writes arrays as Python 2 did; gives the file, and its form with its check sum."""

    def write(arrays: dict) -> tuple[Path, Form]:
        path = tmp_path / "radioml.pkl"
        pickled = Python2Pickler().dump(arrays)
        path.write_bytes(pickled)
        return path, replace(SMALL, sha256=hashlib.sha256(pickled).hexdigest())

    return write


def test_what_is_genuine() -> None:
    assert (GENUINE.modulations, GENUINE.snrs_db) == (MODULATIONS, SNRS_DB)
    assert (GENUINE.windows, GENUINE.window) == (1000, 128)
    assert GENUINE.sha256 == "b29ccc25b00d0718cd3b70ffa9158662ec83f6d9b63ffd845c7bcbe3b3096e8c"


def test_every_window_arrives(arrays: dict, written: Callable, tmp_path: Path) -> None:
    path, form = written(arrays)
    loaded = load_radioml(path, form=form)
    folder = tmp_path / "set"
    write_dataset(folder, loaded.manifest, loaded.windows, loaded.index)
    dataset = Dataset.open(folder, verify=True)
    assert dataset.manifest.profile == dataset.manifest.label == "RML2016.10a"
    assert not dataset.manifest.bursts_known
    assert dataset.manifest.note.startswith("Bursts are not recorded")
    assert len(dataset.index) == 3 * 3 * 20
    for (name, snr), values in arrays.items():
        index = dataset.index
        mine = (index["modulation"] == form.modulations.index(name)) & (index["snr_db"] == snr)
        assert np.array_equal(dataset.windows[mine].transpose(0, 2, 1), values)
    sums = sums_of_magnitudes(dataset.windows)
    assert sums.shape == (180,) and np.abs(sums - 1.0).max() < 1e-6


def test_bursts_are_blocks(arrays: dict, written: Callable, tmp_path: Path) -> None:
    """Consecutive windows are kept together by a split, which takes as many of each as said."""
    path, form = written(arrays)
    loaded = load_radioml(path, form=form)
    cells = loaded.index.reshape(9, BLOCKS_PER_CELL, 2)
    assert (cells["burst"] == np.arange(90).reshape(9, 10, 1)).all()
    assert loaded.manifest.bursts == 90
    write_dataset(tmp_path / "set", loaded.manifest, loaded.windows, loaded.index)
    parts = split(Dataset.open(tmp_path / "set"), "burst")
    for name, blocks in (("train", 6), ("validation", 1), ("test", 3)):
        places = parts.part(name)
        assert len(places) == 9 * blocks * 2
        assert (np.unique(places // 2) * 2 == places[::2]).all()


def test_another_check_sum(arrays: dict, written: Callable) -> None:
    path, form = written(arrays)
    with pytest.raises(DatasetError) as failure:
        load_radioml(path, form=SMALL)
    for part in (str(path), form.sha256, SMALL.sha256, "not RadioML 2016.10a", "--any-file"):
        assert part in str(failure.value)


def test_any_file(arrays: dict, written: Callable) -> None:
    arrays["WBFM", 0] *= 2.0
    path, form = written(arrays)
    manifest = load_radioml(path, any_file=True, form=SMALL).manifest
    assert manifest.profile == manifest.label == "unverified"
    origin = f"Not RadioML 2016.10a: read from a file with sha256 {form.sha256}."
    assert manifest.note.startswith(origin)
    assert manifest.note.endswith("In 20 windows the magnitudes do not sum to 1.")
    # The genuine file stays what it is with the option, too.
    del arrays["WBFM", 0]
    arrays |= {("WBFM", 0): arrays["WBFM", 6]}
    path, form = written(arrays)
    assert load_radioml(path, any_file=True, form=form).manifest.profile == "RML2016.10a"


def test_other_magnitudes_under_the_right_sum(arrays: dict, written: Callable) -> None:
    arrays["WBFM", 0][3] *= 1.001
    path, form = written(arrays)
    with pytest.raises(DatasetError, match="in 1 windows the magnitudes do not sum to 1"):
        load_radioml(path, form=form)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda a: a.pop(("QAM16", 0)), "has no 'QAM16' at 0 dB, expected 3 classes at 3 SNRs"),
        (lambda a: a.update({("QAM16", 1): a["BPSK", 0]}), "has also 'QAM16' at 1 dB"),
        (lambda a: a.update({("OOK", 0): a["BPSK", 0]}), "has also 'OOK' at 0 dB"),
        (
            lambda a: a.update({("QAM16", 0): a["QAM16", 0].transpose(0, 2, 1).copy()}),
            "QAM16 at 0 dB: found an array (20, 16, 2), expected (20, 2, 16)",
        ),
        (
            lambda a: a.update({("QAM16", 0): a["QAM16", 0][:19]}),
            "QAM16 at 0 dB: found an array (19, 2, 16), expected (20, 2, 16)",
        ),
        (
            lambda a: a["WBFM", -4].__setitem__((7, 1, 3), np.nan),
            "WBFM at -4 dB: window 7 holds NaN or infinity",
        ),
        (
            lambda a: a["WBFM", 6].__setitem__((19, 0, 0), -np.inf),
            "WBFM at 6 dB: window 19 holds NaN or infinity",
        ),
    ],
)  # fmt: skip
def test_other_arrays(
    arrays: dict, written: Callable, change: Callable, reason: str
) -> None:
    """Not even with the option that takes other files."""
    change(arrays)
    path, form = written(arrays)
    with pytest.raises(DatasetError) as failure:
        load_radioml(path, any_file=True, form=form)
    assert str(failure.value).startswith(str(path)) and reason in str(failure.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="not a file, expected RML2016.10a_dict.pkl"):
        load_radioml(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_radioml(tmp_path / "nothing.pkl")
