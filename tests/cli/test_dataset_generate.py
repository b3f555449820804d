# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm dataset generate``: a small set, what is there already, bad input."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sigmf

from dlcomm_train.datasets.manifest import SNRS_DB
from gnuradio.dlcomm.dataset.settings import GenerateSettings, parse_snrs

SMALL = ("--windows-per-cell", 12, "--modulations", "BPSK, WBFM", "--snrs", "0:10:10")


def test_a_small_set(dlcomm_process: Callable, tmp_path: Path) -> None:
    out, recordings = tmp_path / "new" / "set", tmp_path / "sigmf"
    command = (
        "dataset", "generate", "--profile", "calibrated", "--out", out, *SMALL, "--jobs", 1,
        "--seed",
    )  # fmt: skip
    outcome = dlcomm_process(*command, 3, "--sigmf", recordings, timeout=120)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (
        f"{out}: 48 windows, regenerated, calibrated\n"
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
    again = dlcomm_process(*command, 3)
    assert (again.status, again.out) == (0, f"{out}: is there already\n")
    assert (out / "manifest.json").stat().st_mtime_ns == before
    dlcomm_process(*command, 4).assert_one_line(
        2, "--out", str(out), "is another data set (seed 3), expected a new name"
    )


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("-20:18:2", SNRS_DB),
        ("4", (4,)),
        ("10, -3,10", (-3, 10)),
        ("-4:5:3", (-4, -1, 2, 5)),
        ("0:0:1", (0,)),
    ],
)
def test_labels(text: str, labels: tuple[int, ...]) -> None:
    assert parse_snrs(text) == labels == GenerateSettings(snrs_db=labels).snrs_db


@pytest.mark.parametrize(
    "text", ["", "a", "1.5", "101", "1,-51", "0:5", "5:1:1", "0:4:0", "0:1000000000:1", "0::1"]
)
def test_no_labels(text: str) -> None:
    with pytest.raises(ValueError, match="expected whole numbers from -50 to 100"):
        parse_snrs(text)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ((), ["--out"]),
        (("--out", "set", "--profile", "new"), ["--profile", "'new'"]),
        (("--out", "set", "--modulations", "OOK"), ["--modulations", "found OOK; expected"]),
        (("--out", "set", "--modulations", ""), ["--modulations", "found none; expected"]),
        (("--out", "set", "--modulations", "BPSK,BPSK"), ["--modulations", "each once"]),
        (("--out", "set", "--snrs", "0.5"), ["--snrs", "'0.5'"]),
        (("--out", "set", "--windows-per-cell", "0"), ["--windows-per-cell", "'0'"]),
        (("--out", "set", "--windows-per-cell", "1e7"), ["--windows-per-cell", "1000000"]),
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
