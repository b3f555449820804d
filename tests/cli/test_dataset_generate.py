# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm dataset generate``: small sets, what is there already, interruption, bad input."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import sigmf

from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.manifest import MODULATIONS, SNRS_DB
from gnuradio.dlcomm.cli.dataset_input import chosen_modulations, chosen_snrs

SMALL = ("--windows-per-cell", 12, "--modulations", "WBFM,BPSK", "--snrs", "0:10:10")


@pytest.mark.parametrize("profile", ["historical", "calibrated"])
def test_a_small_set(dlcomm_process: Callable, tmp_path: Path, profile: str) -> None:
    out, recordings = tmp_path / "new" / "set", tmp_path / "sigmf"
    command = (
        "dataset", "generate", "--profile", profile, "--out", out, *SMALL, "--seed", 3,
        "--jobs", 2,
    )  # fmt: skip
    outcome = dlcomm_process(*command, "--sigmf", recordings, timeout=120)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (
        f"{out}: 48 windows, regenerated, {profile}\n"
        f"{recordings}: 2 recordings, 48 annotations\n"
    )
    inspected = dlcomm_process("dataset", "inspect", out, "--json")
    assert inspected.status == 0
    found = json.loads(inspected.out)
    assert found["manifest"]["modulations"] == ["BPSK", "WBFM"]
    assert found["manifest"]["snrs_db"] == [0, 10] and found["manifest"]["seed"] == 3
    assert found["counts"] == [[12, 12]] * 2
    annotations = sigmf.fromfile(str(recordings / "WBFM.sigmf-meta")).get_annotations()
    assert len(annotations) == 24

    before = (out / "manifest.json").stat().st_mtime_ns
    again = dlcomm_process(*command)
    assert (again.status, again.out) == (0, f"{out}: made before with these settings\n")
    assert (out / "manifest.json").stat().st_mtime_ns == before
    # The number of processes is no part of what is made.
    other = tmp_path / "other"
    dlcomm_process(*command[:5], other, *SMALL, "--seed", 3, timeout=120)
    assert np.array_equal(Dataset.open(other).windows, Dataset.open(out).windows)
    assert np.array_equal(Dataset.open(other).index, Dataset.open(out).index)
    dlcomm_process(*command[:-4], "--seed", 4).assert_one_line(
        2, "--out", str(out), "exists with seed 3, expected 4 or a new name"
    )


def test_interrupted(tmp_path: Path) -> None:
    """One line says that the work goes on, and it does: what comes out is the same."""
    arguments = [
        sys.executable, "-m", "gnuradio.dlcomm", "dataset", "generate",
        "--windows-per-cell", "300", "--modulations", "BPSK,QPSK,PAM4", "--seed", "5",
    ]  # fmt: skip
    out, whole = tmp_path / "set", tmp_path / "whole"
    running = subprocess.Popen(
        [*arguments, "--out", str(out)], stderr=subprocess.PIPE, text=True
    )
    with pytest.raises(subprocess.TimeoutExpired):
        running.wait(4.0)
    running.send_signal(signal.SIGINT)
    error = running.communicate(timeout=60)[1]
    assert running.returncode == 130
    assert error.splitlines() == [
        "dlcomm: interrupted: what was made is kept; the same command goes on from there"
    ]
    assert not out.exists()
    for folder in (out, whole):
        subprocess.run([*arguments, "--out", str(folder)], check=True, timeout=240)
    assert np.array_equal(Dataset.open(out).windows, Dataset.open(whole).windows)
    assert np.array_equal(Dataset.open(out).index, Dataset.open(whole).index)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (None, SNRS_DB),
        ("-20:18:2", SNRS_DB),
        ("4", (4,)),
        ("10, -3,10", (-3, 10)),
        ("-4:5:3", (-4, -1, 2, 5)),
        ("0:0:1", (0,)),
    ],
)
def test_labels(text: str | None, labels: tuple[int, ...]) -> None:
    assert chosen_snrs(text) == labels


@pytest.mark.parametrize(
    "text", ["", "a", "1.5", "101", "1,-101", "0:5", "5:1:1", "0:4:0", "0:1000000000:1", "0::1"]
)
def test_no_labels(text: str) -> None:
    with pytest.raises(ValueError, match="expected whole numbers from -100 to 100"):
        chosen_snrs(text)


def test_classes() -> None:
    assert chosen_modulations(None) == MODULATIONS
    assert chosen_modulations("WBFM, BPSK,WBFM") == ("BPSK", "WBFM")
    for text in ("", "OOK", "BPSK,", "bpsk"):
        with pytest.raises(ValueError, match="expected some of 8PSK, AM-DSB"):
            chosen_modulations(text)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ((), ["--out"]),
        (("--out", "set", "--profile", "new"), ["--profile", "'new'"]),
        (("--out", "set", "--modulations", "OOK"), ["--modulations", "'OOK'"]),
        (("--out", "set", "--snrs", "0.5"), ["--snrs", "'0.5'"]),
        (("--out", "set", "--windows-per-cell", "0"), ["--windows-per-cell", "'0'"]),
        (("--out", "set", "--seed", "-1"), ["--seed", "'-1'"]),
        (("--out", "set", "--jobs", "0"), ["--jobs", "0"]),
        (("--out", "set", "--sigmf", "."), ["--sigmf", "exists, expected a new name"]),
        (("--out", "."), ["manifest.json"]),
    ],
)
def test_usage(
    dlcomm_here: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    parts: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    dlcomm_here("dataset", "generate", *options).assert_one_line(2, *parts)
    assert list(tmp_path.iterdir()) == []
