# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm dataset``: load, inspect, export, and bad input."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import sigmf
from matplotlib.image import imread
from python2_pickle import Python2Pickler, radioml_arrays
from sets import MODULATIONS, SNRS_DB, random_arrays, write

from dlcomm_train.datasets import manifest as manifests
from dlcomm_train.datasets.dataset import Dataset


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A file of RadioML's form and size of arrays; each of four noises is in it many times."""
    arrays = radioml_arrays(("a",), (0, 2, 4, 6), 1000, 128, seed=6)
    noises, written = list(arrays.values()), {}
    pickler, pieces = Python2Pickler(), [b"(d"]
    for number, name in enumerate(manifests.MODULATIONS):
        for snr in manifests.SNRS_DB:
            noise = (number + snr // 2) % 4
            if noise not in written:
                written[noise] = b"g%d\n" % (9000 + noise)
                value = pickler.array(noises[noise]) + b"p%d\n" % (9000 + noise)
            else:
                value = written[noise]
            pieces.append(b"(S'%s'\nI%d\nt%ss" % (name.encode(), snr, value))
    path = tmp_path_factory.mktemp("radioml") / "RML2016.10a_dict.pkl"
    path.write_bytes(b"".join(pieces) + b".")
    yield path
    path.unlink()


@pytest.fixture
def small_set(tmp_path: Path) -> Path:
    """A set of 180 windows."""
    return write(tmp_path / "small", *random_arrays()).folder


def test_load_any_file(dlcomm_here: Callable, whole_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "set"
    outcome = dlcomm_here("dataset", "load", whole_file, "--out", out, "--any-file")
    assert (outcome.status, outcome.err) == (0, "")
    assert f"{out}: 220,000 windows, unverified" in outcome.out
    assert "Not RadioML 2016.10a" in outcome.out
    dataset = Dataset.open(out)
    assert dataset.manifest.profile == "unverified" and not dataset.manifest.bursts_known
    noises = list(radioml_arrays(("a",), (0, 2, 4, 6), 1000, 128, seed=6).values())
    for number, snr in ((0, -20), (3, 18), (10, 2)):
        index = dataset.index
        mine = (index["modulation"] == number) & (index["snr_db"] == snr)
        expected = noises[(number + snr // 2) % 4].transpose(0, 2, 1)
        assert np.array_equal(dataset.windows[mine], expected)
    inspected = dlcomm_here("dataset", "inspect", out)
    assert inspected.status == 0
    assert "blocks of consecutive windows stand for them" in inspected.out


def test_load_refuses_what_is_not_genuine(
    dlcomm_here: Callable, whole_file: Path, tmp_path: Path
) -> None:
    outcome = dlcomm_here("dataset", "load", whole_file, "--out", tmp_path / "set")
    outcome.assert_one_line(1, str(whole_file), "not RadioML 2016.10a", "--any-file")
    assert list(tmp_path.iterdir()) == []


def test_load_refuses_a_hostile_file(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("evil.pkl").write_bytes(b"cposix\nsystem\n(S'touch mark'\ntR.")
    for options in ([], ["--any-file"]):
        outcome = dlcomm_here("dataset", "load", "evil.pkl", "--out", "set", *options)
        outcome.assert_one_line(1, "evil.pkl", "'posix.system'")
    assert [path.name for path in tmp_path.iterdir()] == ["evil.pkl"]


@pytest.mark.parametrize(
    ("pickled", "parts"),
    [
        (b"", ["ends in the middle"]),
        (b"<html>", ["found '<'"]),
        (Python2Pickler().dump(radioml_arrays(("BPSK",), (0,), 2, 8, 1)), ["has no '8PSK'"]),
        (Python2Pickler().dump(radioml_arrays(("BPSK",), (0,), 2, 8, 1))[:-9], ["ends in"]),
    ],
)
def test_load_other_files(
    dlcomm_here: Callable, tmp_path: Path, pickled: bytes, parts: list[str]
) -> None:
    path = tmp_path / "some.pkl"
    path.write_bytes(pickled)
    outcome = dlcomm_here("dataset", "load", path, "--out", tmp_path / "set", "--any-file")
    outcome.assert_one_line(1, str(path), *parts)
    assert [found.name for found in tmp_path.iterdir()] == ["some.pkl"]


def test_load_usage(dlcomm_here: Callable, tmp_path: Path, small_set: Path) -> None:
    missing = tmp_path / "nothing.pkl"
    dlcomm_here("dataset", "load", missing, "--out", tmp_path / "new").assert_one_line(
        2, str(missing), "no such file"
    )
    dlcomm_here("dataset", "load", missing, "--out", small_set).assert_one_line(
        2, "--out", str(small_set), "exists, expected a new name"
    )
    dlcomm_here("dataset", "load", small_set, "--out", tmp_path / "new").assert_one_line(
        1, str(small_set), "not a file"
    )


def test_inspect(dlcomm_here: Callable, small_set: Path, tmp_path: Path) -> None:
    picture = tmp_path / "new" / "set.png"
    outcome = dlcomm_here("dataset", "inspect", small_set, "--png", picture)
    assert (outcome.status, outcome.err) == (0, "")
    assert "small: regenerated, calibrated, seed 1" in outcome.out
    assert "180 windows of 16 samples at 200 kHz" in outcome.out
    for name in (*MODULATIONS, "normalisation", "overlap"):
        assert name in outcome.out
    assert "FAILED" not in outcome.out and "windows at SNR labels" not in outcome.out
    assert imread(picture).shape[1] > 1000


def test_inspect_for_programs(dlcomm_here: Callable, small_set: Path) -> None:
    found = json.loads(dlcomm_here("dataset", "inspect", small_set, "--json").out)
    assert found["label"] == "regenerated, calibrated" and found["windows"] == 180
    assert found["counts"] == [[20] * 3] * 3 and found["bursts"] == [[4] * 3] * 3
    assert np.allclose(found["mean_power"], 1.0)
    assert found["manifest"]["snrs_db"] == list(SNRS_DB)
    assert len(found["checks"]) == 6 and all(one["passed"] for one in found["checks"])


def test_inspect_a_set_with_faults(dlcomm_here: Callable, tmp_path: Path) -> None:
    windows, index = random_arrays()
    windows[3] = np.nan
    folder = write(tmp_path / "set", windows[:-1], index[:-1]).folder
    outcome = dlcomm_here("dataset", "inspect", folder)
    outcome.assert_one_line(1, f"{folder}: numbers: 1 windows hold NaN")
    assert outcome.out.count("FAILED") == 2 and "windows at SNR labels" in outcome.out
    found = json.loads(dlcomm_here("dataset", "inspect", folder, "--json").out)
    assert found["mean_power"][0][0] is None
    assert [one["name"] for one in found["checks"] if not one["passed"]] == [
        "numbers", "windows",
    ]  # fmt: skip


def test_inspect_usage(dlcomm_here: Callable, tmp_path: Path, small_set: Path) -> None:
    dlcomm_here("dataset", "inspect", tmp_path).assert_one_line(2, "manifest.json")
    dlcomm_here("dataset", "inspect", small_set, "--png", "set.gif").assert_one_line(
        2, "--png", "'.gif'", "expected one of .png"
    )
    (small_set / "windows.npy").write_bytes(b"\x93NUMPY")
    dlcomm_here("dataset", "inspect", small_set).assert_one_line(2, "windows.npy")


def test_export(dlcomm_here: Callable, small_set: Path, tmp_path: Path) -> None:
    out = tmp_path / "sigmf"
    outcome = dlcomm_here("dataset", "export", small_set, "--sigmf", out)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == f"{out}: 3 recordings, 180 annotations\n"
    assert len(sigmf.fromfile(str(out / "BPSK.sigmf-meta")).get_annotations()) == 60
    dlcomm_here("dataset", "export", small_set, "--sigmf", out).assert_one_line(
        2, "--sigmf", str(out), "exists, expected a new name"
    )


@pytest.mark.parametrize("command", ["load", "inspect", "export"])
def test_help(dlcomm_here: Callable, command: str) -> None:
    outcome = dlcomm_here("dataset", command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert f"dlcomm dataset {command}" in outcome.out
