# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm ber``: rows, files, resuming, processes, interruption."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.image import imread

from gnuradio import dlcomm
from gnuradio.dlcomm import model_file
from gnuradio.dlcomm.measurement.results import COLUMNS, Row, read_csv

KEYS = (
    "model channel ebn0_db messages block_errors bler bler_low bler_high bits bit_errors "
    "ber ber_low ber_high messages_per_second stop_reason seed"
).split()
QUICK = ("--model", "qpsk", "--model", "hamming_7_4", "--ebn0", "0:4:2", "--min-errors", "100")


def counts(rows: list[Row]) -> list[tuple[object, ...]]:
    """What must repeat: everything but the speed."""
    return [
        (r.model, r.ebn0_db, r.messages, r.block_errors, r.bit_errors, r.bler_low, r.ber_high)
        for r in rows
    ]


def test_rows_files_and_picture(dlcomm_here: Callable, tmp_path: Path) -> None:
    csv, plot, out = tmp_path / "new/ber.csv", tmp_path / "new/ber.png", tmp_path / "b.json"
    outcome = dlcomm_here(
        "ber", *QUICK, "--max-messages", "1e6", "--seed", "7",
        "--csv", csv, "--plot", plot, "--json", out,
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    lines = outcome.out.splitlines()
    assert len([line for line in lines if line.endswith("target errors")]) == 6
    assert str(plot) in outcome.out
    rows = json.loads(out.read_text())
    assert [list(row) for row in rows] == [KEYS] * 6
    assert KEYS == list(COLUMNS)
    assert [(row["model"], row["ebn0_db"]) for row in rows] == [
        (model, ebn0) for model in ("qpsk", "hamming_7_4") for ebn0 in (0.0, 2.0, 4.0)
    ]
    assert all(row["seed"] == 7 and row["channel"] == "awgn" for row in rows)
    assert sorted(counts(read_csv(csv))) == sorted(counts([Row(**row) for row in rows]))
    assert imread(plot).shape[1] > 1000
    assert sorted(os.listdir(tmp_path / "new")) == [
        "ber.csv",
        "ber.csv.models.json",
        "ber.png",
    ]


def test_the_seed_gives_the_counts_again_also_for_one_point(
    dlcomm_here: Callable, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        dlcomm_here("ber", *QUICK, "--seed", 3, "--csv", tmp_path / f"{name}.csv")
    rows = read_csv(tmp_path / "a.csv")
    assert counts(read_csv(tmp_path / "b.csv")) == counts(rows)
    one = rows[2]
    dlcomm_here(
        "ber", "--model", one.model, "--channel", one.channel, "--ebn0", one.ebn0_db,
        "--seed", one.seed, "--min-errors", 100, "--csv", tmp_path / "one.csv",
    )  # fmt: skip
    assert counts(read_csv(tmp_path / "one.csv")) == counts([one])
    dlcomm_here("ber", *QUICK, "--seed", 4, "--csv", tmp_path / "c.csv")
    assert counts(read_csv(tmp_path / "c.csv")) != counts(rows)


def test_stored_points_are_not_measured_again(dlcomm_here: Callable, tmp_path: Path) -> None:
    csv, out = tmp_path / "ber.csv", tmp_path / "ber.json"
    first = dlcomm_here("ber", *QUICK, "--csv", csv)
    assert first.status == 0
    before = csv.read_bytes()
    again = dlcomm_here("ber", *QUICK, "--csv", csv, "--json", out)
    assert csv.read_bytes() == before
    assert again.out.count(f", from {csv}") == 6
    assert len(json.loads(out.read_text())) == 6
    # More errors are asked for now: every point is measured again and replaced.
    more = dlcomm_here("ber", *QUICK[:-1], "5000", "--csv", csv)
    assert ", from" not in more.out
    rows = read_csv(csv)
    assert len(rows) == 6
    assert all(row.block_errors >= 5000 for row in rows)
    # Other points join them and leave them as they are.
    kept = rows
    dlcomm_here("ber", "--model", "bpsk", "--ebn0", "1", "--csv", csv)
    rows = read_csv(csv)
    assert len(rows) == 7
    assert [row for row in rows if row.model != "bpsk"] == kept


def test_an_unfinished_point_is_measured_again(dlcomm_here: Callable, tmp_path: Path) -> None:
    csv = tmp_path / "ber.csv"
    arguments = ("ber", "--model", "qpsk", "--ebn0", "6", "--csv", csv)
    few = dlcomm_here(*arguments, "--max-messages", 1000)
    assert "max messages (fewer than 200 errors)" in few.out
    assert read_csv(csv)[0].messages == 1000
    dlcomm_here(*arguments, "--max-messages", "1e6")
    row = read_csv(csv)[0]
    assert row.stop_reason == "target_errors"
    assert row.block_errors >= 200


def test_a_sweep_ends_where_no_errors_are_left(dlcomm_here: Callable, tmp_path: Path) -> None:
    csv, plot = tmp_path / "ber.csv", tmp_path / "ber.svg"
    outcome = dlcomm_here(
        "ber", "--model", "qpsk", "--ebn0", "4,12,13,14", "--max-messages", "20000",
        "--csv", csv, "--plot", plot,
    )  # fmt: skip
    assert outcome.status == 0
    assert [row.ebn0_db for row in read_csv(csv)] == [4.0, 12.0]
    assert "qpsk: 13 to 14 dB skipped" in outcome.out
    assert plot.stat().st_size > 10_000


def test_processes_give_the_same_counts(dlcomm_process: Callable, tmp_path: Path) -> None:
    for jobs in (1, 2):
        csv = tmp_path / f"{jobs}.csv"
        outcome = dlcomm_process("ber", *QUICK, "--jobs", jobs, "--csv", csv)
        assert (outcome.status, outcome.err) == (0, "")
    assert counts(read_csv(tmp_path / "1.csv")) == counts(read_csv(tmp_path / "2.csv"))


@pytest.mark.parametrize("channel", ["rayleigh", "rayleigh:block=3", "polynomial:0,1,0.2"])
def test_other_channels(dlcomm_here: Callable, tmp_path: Path, channel: str) -> None:
    out = tmp_path / "ber.json"
    outcome = dlcomm_here(
        "ber", "--model", "qpsk", "--channel", channel, "--ebn0", "3", "--json", out,
        "--plot", tmp_path / "ber.png",
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    assert json.loads(out.read_text())[0]["channel"] == channel


def test_models_by_path(dlcomm_here: Callable, tmp_path: Path) -> None:
    link = dlcomm.link("hamming_7_4")
    names = ["hamming_7_4", str(Path(link.encoder).parent), f"{link.encoder},{link.decoder}"]
    csv = tmp_path / "ber.csv"
    models = [word for name in names for word in ("--model", name)]
    assert dlcomm_here("ber", *models, "--ebn0", "2", "--csv", csv).status == 0
    rows = read_csv(csv)
    assert sorted(row.model for row in rows) == sorted(names)
    assert len({row.block_errors for row in rows}) == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupting_keeps_what_is_done(tmp_path: Path, jobs: int) -> None:
    """Ctrl-C in a sweep of a quick point and an endless one: status 130, one line."""
    csv, out = tmp_path / "ber.csv", tmp_path / "ber.json"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gnuradio.dlcomm", "ber", "--model", "qpsk",
            "--ebn0", "0,30", "--max-messages", "1e12", "--jobs", str(jobs),
            "--csv", str(csv), "--json", str(out),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not csv.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        # To the whole group, as a terminal does it.
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    assert err == f"dlcomm: interrupted: 1 point is saved in {csv} and {out}\n"
    assert [row.ebn0_db for row in read_csv(csv)] == [0.0]
    assert len(json.loads(out.read_text())) == 1
    assert sorted(os.listdir(tmp_path)) == ["ber.csv", "ber.csv.models.json", "ber.json"]


def test_a_disk_that_fails_during_the_run(dlcomm_here: Callable, tmp_path: Path) -> None:
    """The folder goes away after the check: one line, status 1."""
    folder = tmp_path / "results"
    out = folder / "ber.json"

    def check_then_lose(path: Path) -> None:
        """The check, after which the folder is replaced by a file."""
        folder.touch()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gnuradio.dlcomm.cli.ber_outputs.ensure_writable", check_then_lose)
        outcome = dlcomm_here("ber", "--model", "qpsk", "--ebn0", "0", "--json", out)
    outcome.assert_one_line(1, "ber.json")


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    """``dlcomm models | true`` ends quietly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gnuradio.dlcomm", "models", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(timeout=30) == 1


def test_a_model_made_anew_is_measured_anew(dlcomm_here: Callable, tmp_path: Path) -> None:
    csv, folder = tmp_path / "ber.csv", tmp_path / "mine"
    arguments = ("ber", "--model", folder, "--ebn0", "4", "--csv", csv)
    for name in ("hamming_7_4", "hamming_7_4_hard"):
        for role in ("encoder", "decoder"):
            file = model_file(name, role)
            folder.mkdir(exist_ok=True)
            shutil.copy(file, folder / f"{role}.onnx")
        run = dlcomm_here(*arguments)
        assert run.status == 0 and ", from" not in run.out
        assert ", from" in dlcomm_here(*arguments).out
    (soft_and_hard,) = read_csv(csv)
    assert soft_and_hard.bler > 2.5e-2  # hard decisions: 3.7e-2, soft: 1.2e-2


def test_foreign_marks_are_one_clear_line(dlcomm_here: Callable, tmp_path: Path) -> None:
    csv = tmp_path / "ber.csv"
    marks = tmp_path / "ber.csv.models.json"
    marks.write_text("[1]")
    run = dlcomm_here("ber", "--model", "bpsk", "--ebn0", "1", "--csv", csv)
    assert run.status == 2
    assert "ber.csv.models.json: found other data, expected a mark for every model" in run.err
    assert not csv.exists()
