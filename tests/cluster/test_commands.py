# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm ber`` and ``dlcomm pareto`` on a running cluster."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gnuradio.dlcomm import model_file
from gnuradio.dlcomm.measurement.results import read_csv


def dlcomm(*arguments: object) -> subprocess.CompletedProcess:
    """Runs a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gnuradio.dlcomm", *map(str, arguments)],
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def counts(path: Path) -> list[tuple]:
    """What must repeat: everything but the speed."""
    return [
        (r.model, r.ebn0_db, r.messages, r.block_errors, r.bit_errors) for r in read_csv(path)
    ]


def copy_model(name: str, folder: Path) -> None:
    """Copy both files of a shipped model."""
    folder.mkdir(parents=True, exist_ok=True)
    for role in ("encoder", "decoder"):
        shutil.copy(model_file(name, role), folder / f"{role}.onnx")


def test_a_sweep_has_the_rows_of_one_process(start_cluster: Callable, tmp_path: Path):
    arguments = ("ber", "--model", "qpsk", "--model", "hamming_7_4", "--ebn0", "0:4:2")
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    assert dlcomm(*arguments, "--csv", here).returncode == 0
    run = dlcomm(*arguments, "--csv", there, "--scheduler", start_cluster(2).address)
    assert (run.returncode, run.stderr) == (0, "")
    assert counts(there) == counts(here) and len(counts(here)) == 6


@pytest.mark.parametrize("kind", ["another", "missing"])
def test_a_worker_with_other_models_is_told(
    start_cluster: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
):
    """Model `mine` is one file here, another or none there."""
    copy_model("hamming_7_4", tmp_path / "here" / "mine")
    copy_model("hamming_7_4_hard", tmp_path / "there" / ("mine" if kind == "another" else "x"))
    cluster = start_cluster(workers=0)
    cluster.add_worker(DLCOMM_MODEL_PATH=str(tmp_path / "there"))
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(tmp_path / "here"))
    run = dlcomm("ber", "--model", "mine", "--ebn0", 1, "--scheduler", cluster.address)
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "error: worker on " in line and "'mine'" in line
    assert ("is another there" in line) == (kind == "another")


def test_a_scheduler_that_is_not_there_is_one_line():
    run = dlcomm(
        "ber", "--model", "qpsk", "--ebn0", 1, "--scheduler", "tcp://127.0.0.1:9"
    )  # fmt: skip
    assert run.returncode == 1
    (line,) = run.stderr.splitlines()
    assert "scheduler tcp://127.0.0.1:9: cannot be reached within 5 s" in line


def test_candidates_on_a_cluster(start_cluster: Callable, tmp_path: Path):
    """Models travel with the work: the worker does not have this one."""
    copy_model("ae_7_4", tmp_path / "mine")
    grid = tmp_path / "grid.json"
    quantize = {"kind": "quantize", "bits": 4}
    units = {"kind": "prune_units", "rate": 0.25, "retraining": None}
    grid.write_text(json.dumps([[quantize], [units]]))
    arguments = (
        "pareto", tmp_path / "mine", "--grid", grid, "--ebn0", 2, "--min-errors", 200,
        "--time", "none",
    )  # fmt: skip
    here, there = tmp_path / "here", tmp_path / "there"
    assert dlcomm(*arguments, "--out", here).returncode == 0
    cluster = start_cluster()
    run = dlcomm(*arguments, "--out", there, "--scheduler", cluster.address)
    assert (run.returncode, run.stderr) == (0, "")
    files = [(folder / "pareto.json").read_text() for folder in (here, there)]
    assert files[0] == files[1]
    assert len(json.loads(files[0])["designs"]) == 3
