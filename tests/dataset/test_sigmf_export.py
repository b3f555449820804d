# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recordings are valid SigMF, and hold what the data set holds."""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import sigmf
from sets import MODULATIONS, WINDOW, random_arrays, write
from sigmf.validate import validate

from dlcomm_train.datasets.dataset import Dataset, DatasetError
from gnuradio.dlcomm.dataset.sigmf_export import write_sigmf


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """A small set in a random order."""
    windows, index = random_arrays()
    order = np.random.default_rng(2).permutation(len(index))
    return write(tmp_path / "set", windows[order], index[order], note="A note.")


def test_recordings(dataset: Dataset, tmp_path: Path) -> None:
    out, done = tmp_path / "new" / "sigmf", []
    write_sigmf(dataset, out, done.append)
    assert done == list(MODULATIONS)
    assert sorted(path.name for path in out.iterdir()) == sorted(
        f"{name}.sigmf-{part}" for name in MODULATIONS for part in ("data", "meta")
    )
    assert list(out.parent.iterdir()) == [out]
    for number, name in enumerate(MODULATIONS):
        with warnings.catch_warnings():
            # Name spaces that are not declared are warned of.
            warnings.simplefilter("error")
            validate(json.loads((out / f"{name}.sigmf-meta").read_text()))
            recording = sigmf.fromfile(str(out / f"{name}.sigmf-meta"))
        about = recording.get_global_info()
        assert about["core:datatype"] == "cf32_le" and about["core:sample_rate"] == 200e3
        assert "regenerated, calibrated" in about["core:description"]
        assert about["core:description"].endswith("A note.")
        assert recording.calculate_hash() == about["core:sha512"]
        mine = dataset.index["modulation"] == number
        windows = dataset.windows[mine].view(np.complex64)[..., 0]
        assert np.array_equal(recording.read_samples(), windows.ravel())
        annotations = recording.get_annotations()
        assert [one["core:sample_start"] for one in annotations] == list(
            range(0, windows.size, WINDOW)
        )
        assert {one["core:sample_count"] for one in annotations} == {WINDOW}
        assert {one["core:label"] for one in annotations} == {name}
        for field in ("snr_db", "burst", "start"):
            told = [one[f"dlcomm:{field}"] for one in annotations]
            assert told == dataset.index[field][mine].tolist()


def test_unknown_bursts(tmp_path: Path) -> None:
    dataset = write(tmp_path / "set", *random_arrays(), bursts_known=False)
    write_sigmf(dataset, tmp_path / "sigmf")
    annotations = sigmf.fromfile(str(tmp_path / "sigmf" / "BPSK.sigmf-meta")).get_annotations()
    assert "dlcomm:start" not in annotations[0] and annotations[0]["dlcomm:burst"] == 0


def test_a_class_that_is_not_there(tmp_path: Path) -> None:
    windows, index = random_arrays()
    mine = index["modulation"] != 1
    write_sigmf(write(tmp_path / "set", windows[mine], index[mine]), tmp_path / "sigmf")
    assert not list((tmp_path / "sigmf").glob("QAM16*"))
    assert len(list((tmp_path / "sigmf").iterdir())) == 4


@pytest.mark.parametrize("name", ["../outside", "a/b", ""])
def test_names_of_classes(tmp_path: Path, name: str) -> None:
    modulations = (name, *MODULATIONS[1:])
    dataset = write(tmp_path / "set", *random_arrays(), modulations=modulations)
    with pytest.raises(DatasetError, match="expected a name that a file can have"):
        write_sigmf(dataset, tmp_path / "deep" / "sigmf")
    assert not (tmp_path / "deep").exists()


def test_nothing_is_left_of_a_failure(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "new" / "sigmf"

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_sigmf(dataset, out, interrupt)
    assert list(out.parent.iterdir()) == []
    out.mkdir()
    with pytest.raises(DatasetError, match="exists, expected a new name"):
        write_sigmf(dataset, out)
