# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What is counted and measured of a data set, and what its checks find."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sets import BURSTS, IN_A_BURST, WINDOW, random_arrays, write

from dlcomm_train.datasets import summary as summaries
from dlcomm_train.datasets.checks import check
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.summary import summarize


def failed(dataset: Dataset) -> dict[str, str]:
    """What the checks that fail have found, by name."""
    found = check(dataset, summarize(dataset))
    assert [one.name for one in found] == [
        "files", "numbers", "normalisation", "windows", "bursts", "overlap",
    ]  # fmt: skip
    return {one.name: one.found for one in found if not one.passed}


def test_a_good_set(tmp_path: Path) -> None:
    windows, index = random_arrays()
    dataset = write(tmp_path / "set", windows, index)
    summary = summarize(dataset)
    assert (summary.counts == BURSTS * IN_A_BURST).all() and summary.counts.shape == (3, 3)
    assert (summary.bursts == BURSTS).all()
    assert np.allclose(summary.power, 1.0) and np.allclose(summary.class_power, 1.0)
    peaks = (windows**2).sum(axis=2).max(axis=1)
    for number in range(3):
        crest = np.median(peaks[index["modulation"] == number])
        assert summary.class_crest[number] == pytest.approx(crest, rel=1e-5)
    assert failed(dataset) == {}


def test_powers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each cell's mean is its own, whatever the order of windows and labels, and in parts."""
    monkeypatch.setattr(summaries, "_PART", 7)
    windows, index = random_arrays()
    gain = 1.0 + index["modulation"] + 10.0 * (index["snr_db"] == 6)
    windows *= np.sqrt(gain)[:, None, None].astype(np.float32)
    order = np.random.default_rng(3).permutation(len(index))
    dataset = write(tmp_path / "set", windows[order], index[order], snrs_db=(6, -4, 0))
    summary = summarize(dataset)
    assert np.allclose(summary.power, [[11, 1, 1], [12, 2, 2], [13, 3, 3]])
    assert np.allclose(summary.class_power[:, 0], [1, 2, 3], rtol=1e-5)
    assert np.allclose(summary.class_power[:, 1], [11, 12, 13], rtol=1e-5)
    assert list(failed(dataset)) == ["normalisation"]


def test_normalisation_of_2016(tmp_path: Path) -> None:
    windows, index = random_arrays()
    windows /= np.hypot(windows[..., 0], windows[..., 1]).sum(axis=1)[:, None, None]
    profiles = ("historical", "RML2016.10a", "unverified", "calibrated")
    for number, profile in enumerate(profiles):
        dataset = write(tmp_path / str(number), windows, index, profile=profile)
        wrong = {"normalisation": "mean power is not 1 in 180 windows"}
        assert failed(dataset) == (wrong if profile == "calibrated" else {})


def test_no_numbers(tmp_path: Path) -> None:
    """A window that is no number spoils the mean of its cell alone."""
    windows, index = random_arrays()
    windows[3, 2, 1] = np.nan
    windows[4, 2, 0] = np.inf
    dataset = write(tmp_path / "set", windows, index)
    summary = summarize(dataset)
    assert np.isnan(summary.power[0, 0]) and np.allclose(summary.power.ravel()[1:], 1.0)
    assert np.allclose(summary.class_power, 1.0)
    assert failed(dataset) == {"numbers": "2 windows hold NaN or infinity"}


def test_silence(tmp_path: Path) -> None:
    windows, index = random_arrays()
    windows[7] = 0.0
    dataset = write(tmp_path / "set", windows, index)
    assert failed(dataset) == {
        "numbers": "1 windows are zeros",
        "normalisation": "mean power is not 1 in 1 windows",
    }


@pytest.mark.parametrize(
    ("change", "changes", "wrong"),
    [
        (lambda i: i["snr_db"].__setitem__(0, 2), {}, {
            "windows": "1 windows have an SNR label that the manifest does not list",
        }),
        (lambda i: i["modulation"].__setitem__(slice(5), 1), {}, {
            "windows": "BPSK at -4 dB has 15 windows, expected 20",
        }),
        (lambda i: i["burst"].__setitem__(slice(5), 1), {}, {
            "bursts": "35, expected 36",
            "overlap": "5 windows begin before the one before them ends",
        }),
        (lambda i: i["burst"].__setitem__(-1, 0), {}, {
            "bursts": "a burst has windows in several classes or SNR labels",
            "overlap": "1 windows begin before the one before them ends",
        }),
        (lambda i: i["start"].__setitem__(1, 50 + WINDOW - 1), {}, {
            "overlap": "1 windows begin before the one before them ends",
        }),
        (lambda i: i["start"].__setitem__(1, 50 + WINDOW), {}, {}),
        (lambda i: i["start"].__setitem__(slice(None), 0), {"bursts_known": False}, {}),
        (lambda i: None, {"windows_per_cell": 21}, {
            "windows": "BPSK at -4 dB has 20 windows, expected 21",
        }),
        (lambda i: None, {"snrs_db": (-4, 0, 6, 300)}, {
            "windows": "BPSK at 300 dB has 0 windows, expected 20",
        }),
    ],
)  # fmt: skip
def test_index(
    tmp_path: Path, change: Callable, changes: dict, wrong: dict[str, str]
) -> None:
    windows, index = random_arrays()
    change(index)
    assert failed(write(tmp_path / "set", windows, index, **changes)) == wrong


def test_changed_files(tmp_path: Path) -> None:
    dataset = write(tmp_path / "set", *random_arrays())
    with (tmp_path / "set" / "index.npy").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x01")
    found = failed(Dataset.open(tmp_path / "set"))["files"]
    assert found.startswith("sha256 of index.npy is ")
    assert found.endswith(f"expected {dataset.manifest.sha256['index.npy']}")
