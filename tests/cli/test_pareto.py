# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm pareto``: real candidates on processes, resuming, bad input."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.image import imread

from gnuradio.dlcomm import model_file
from gnuradio.dlcomm.measurement.point import StopRule, measure
from gnuradio.dlcomm.measurement.results import read_csv
from gnuradio.dlcomm.pareto.links import LinkCounting
from gnuradio.dlcomm.pareto.search import screening_seed

QUANTIZE = {"kind": "quantize", "bits": 4}
UNITS = {"kind": "prune_units", "rate": 0.25, "retraining": None}
TRAINED = {"kind": "prune", "rate": 0.5, "retraining": {"steps": 100_000, "batch": 16384}}
QUICK = ("ae_7_4", "--min-errors", 200, "--ebn0", 2)


@pytest.fixture
def grid(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of compositions."""

    def write(*compositions: object) -> Path:
        path = tmp_path / "grid.json"
        path.write_text(json.dumps(compositions))
        return path

    return write


def designs(folder: Path) -> dict[str, dict]:
    """What a run wrote, by label."""
    found = json.loads((folder / "pareto.json").read_text())
    return {one["label"]: one for one in found["designs"]}


def test_a_grid_of_two(dlcomm_process: Callable, grid: Callable, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = dlcomm_process(
        "pareto", *QUICK, "--grid", grid([QUANTIZE], [UNITS, QUANTIZE]), "--out", out,
        "--jobs", 2, timeout=180,
    )  # fmt: skip
    assert (run.status, run.err) == (0, "")
    found = designs(out)
    labels = ["as it is", "quantize (bits 4)", "prune_units (rate 0.25) + quantize (bits 4)"]
    assert sorted(found) == sorted(labels)
    assert imread(out / "pareto.png").shape[1] > 1000
    with (out / "pareto.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["id"]: int(row["block_errors"]) for row in rows} == {
        one["id"]: one["block_errors"] for one in found.values()
    }
    full = found["as it is"]
    assert full["file_bytes"] == sum(
        os.stat(model_file("ae_7_4", role)).st_size for role in ("encoder", "decoder")
    )
    # The source is on the front: nothing has fewer errors.
    assert full["on_front"] and full["messages_per_second"] > 0
    assert full["bler"] == min(one["bler"] for one in found.values())
    for label in labels:
        folder = out / "candidates" / found[label]["id"]
        files = [folder / "encoder.onnx", folder / "decoder.onnx"]
        assert found[label]["file_bytes"] == sum(path.stat().st_size for path in files)
        # What was counted by a worker is what anybody counts with the files that are left.
        counting = LinkCounting("awgn", 2.0, 1, StopRule(200, 100_000_000))
        row = measure(counting.point(str(folder)), counting.rule)
        assert (row.messages, row.block_errors) == (
            found[label]["messages"], found[label]["block_errors"],
        )  # fmt: skip
        assert f"({row.block_errors:,} in {row.messages:,})" in run.out


def test_a_run_that_is_killed_goes_on(
    dlcomm_process: Callable, grid: Callable, tmp_path: Path
) -> None:
    """The last candidate would train for hours; the run is killed in it, without warning."""
    out = tmp_path / "out"
    options = ("--out", out, "--time", "none")
    arguments = ("pareto", *QUICK, *options, "--grid", grid([QUANTIZE], [UNITS], [TRAINED]))
    process = subprocess.Popen(
        [sys.executable, "-m", "gnuradio.dlcomm", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        deadline = time.monotonic() + 120
        while len(list(out.glob("candidates/*/counts.csv"))) < 3:
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    before = {path: path.read_bytes() for path in out.glob("candidates/*/*")}
    run = dlcomm_process("pareto", *QUICK, *options, "--grid", grid([QUANTIZE], [UNITS]))
    assert (run.status, run.err) == (0, "")
    assert run.out.count(", from the folder") == 3
    assert {path: path.read_bytes() for path in before} == before
    assert len(designs(out)) == 3


def test_interrupting_says_how_to_go_on(grid: Callable, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = (
        "pareto", *QUICK, "--out", out, "--grid", grid([QUANTIZE], [TRAINED]), "--jobs", 2
    )  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gnuradio.dlcomm", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while len(list(out.glob("candidates/*/counts.csv"))) < 2:
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)
        # To the whole group, as a terminal does it.
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err == (
        f"dlcomm: interrupted: 2 candidates are saved in {out}; the same command goes on\n"
    )


def test_a_search(dlcomm_process: Callable, tmp_path: Path) -> None:
    grid, out = tmp_path / "grid.json", tmp_path / "out"
    bits = [[], *([{"kind": "quantize", "bits": bits}] for bits in range(1, 9))]
    grid.write_text(json.dumps({"axes": [[[], [UNITS]], bits]}))
    arguments = (
        "pareto", *QUICK, "--grid", grid, "--search", 6, "--screen-errors", 50, "--out", out,
        "--time", "none",
    )  # fmt: skip
    run = dlcomm_process(*arguments, "--jobs", 2, timeout=180)
    assert (run.status, run.err) == (0, "")
    found = designs(out)
    assert all(one["block_errors"] >= 200 and one["seed"] == 1 for one in found.values())
    # Six were tried on other noise, and what was promising was counted in full.
    screened, full = [], []
    for path in out.glob("candidates/*/counts.csv"):
        seeds = {row.seed for row in read_csv(path)}
        assert seeds <= {1, screening_seed(1)}
        screened += [path] if screening_seed(1) in seeds else []
        full += [path] if 1 in seeds else []
    assert len(screened) == 6
    assert {path.parent.name for path in full} == {one["id"] for one in found.values()}
    # The same command finds the same, and does nothing again.
    again = dlcomm_process(*arguments, timeout=180)
    assert again.out.count(", from the folder") == 6 + len(full)
    assert designs(out) == found


def test_the_others_go_on_where_one_is_impossible(
    dlcomm_process: Callable, grid: Callable, tmp_path: Path
) -> None:
    """Pruned weights need a level of their own, which one bit does not have."""
    pruned = {"kind": "prune", "rate": 0.5, "retraining": None}
    impossible = [pruned, {"kind": "quantize", "bits": 1}]
    run = dlcomm_process(
        "pareto", *QUICK, "--grid", grid(impossible, [QUANTIZE]), "--out", tmp_path / "out",
        "--time", "none",
    )  # fmt: skip
    assert run.status == 0
    assert "left out: prune (rate 0.5) + quantize (bits 1): layer 0: has been pruned" in run.out
    assert len(designs(tmp_path / "out")) == 2


def test_a_model_that_cannot_be_trained_again(
    dlcomm_process: Callable, grid: Callable, tmp_path: Path
) -> None:
    """It has no recipe: what needs no training works, and where nothing is left, it says so."""
    trained = [{"kind": "prune", "rate": 0.5}]
    arguments = ("pareto", "hamming_7_4", "--min-errors", 200, "--time", "none")
    failed = dlcomm_process(
        *arguments, "--ebn0", 2, "--grid", grid(trained), "--out", tmp_path / "a"
    )
    failed.assert_one_line(1, "hamming_7_4 has no training recipe")
    run = dlcomm_process(
        *arguments, "--ebn0", 2, "--grid", grid(trained, [QUANTIZE]), "--out", tmp_path / "b"
    )
    assert run.status == 0
    assert len(designs(tmp_path / "b")) == 2
    run = dlcomm_process(*arguments, "--grid", grid([QUANTIZE]), "--out", tmp_path / "c")
    run.assert_one_line(2, "expected --ebn0 to be given")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["no_such_model"], "no_such_model"),
        (["ae_7_4", "--grid", "no_such_file.json"], "no_such_file.json: cannot be read"),
        (["ae_7_4", "--ebn0", "0:3:1"], "expected one number in dB"),
        (["ae_7_4", "--ebn0", "x"], "--ebn0"),
        (["ae_7_4", "--channel", "space"], "--channel"),
        (["ae_7_4", "--search", "0"], "--search"),
        (["ae_7_4", "--jobs", "0"], "--jobs"),
        (["ae_7_4", "--time", "never"], "--time"),
        (["ae_7_4", "--plot", "a.bmp"], "a.bmp"),
        (["ae_7_4", "--csv", "a.csv", "--json", "a.csv"], "one file twice"),
        (["ae_7_4", "--scheduler", "nonsense"], "--scheduler: found 'nonsense'"),
        (["ae_7_4", "--out", "/dev/null/x"], "--out"),
    ],
)
def test_bad_input_is_one_line(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], part: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    dlcomm_here("pareto", *arguments).assert_one_line(2, part)


def test_a_bad_step_is_told_before_anything_runs(
    dlcomm_here: Callable, grid: Callable, tmp_path: Path
) -> None:
    bad = grid([QUANTIZE], [{"kind": "quantize", "bits": 9}])
    run = dlcomm_here("pareto", *QUICK, "--grid", bad, "--out", tmp_path / "out")
    run.assert_one_line(2, "--grid", "bits is 9")


def test_help_does_not_load_what_it_does_not_need(dlcomm_process: Callable) -> None:
    """Neither the list of commands nor the module loads Dask or torch."""
    code = (
        "import sys; from gnuradio.dlcomm.cli import main; main(['--help']); "
        "import gnuradio.dlcomm.measurement.parallel, gnuradio.dlcomm.cli.pareto; "
        "print({'dask', 'distributed', 'torch', 'scipy', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "pareto" in done.stdout
    loaded = done.stdout.splitlines()[-1]
    assert "dask" not in loaded and "distributed" not in loaded and "torch" not in loaded
