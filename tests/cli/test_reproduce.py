# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm reproduce``: files, resuming, reports, bad input."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gnuradio.dlcomm.measurement.results import read_csv
from gnuradio.dlcomm.reproduce.catalogue import all_items

CATALOGUE = "gnuradio.dlcomm.reproduce.catalogue"


def test_list(dlcomm_here: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{CATALOGUE}.models", lambda: ["ae_1_1", "bpsk"])
    outcome = dlcomm_here("reproduce", "--list")
    assert (outcome.status, outcome.err) == (0, "")
    for number in range(3, 11):
        assert f"fig2.{number}" in outcome.out
    # The one of these two links, and two that count parameters of untrained networks.
    assert outcome.out.count("ready") == 3
    assert "ship --only ae_2_3" in " ".join(outcome.out.split())


def test_quick_run_full_run_and_report(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = dlcomm_here("reproduce", "fig2.4", "--quick")
    assert (outcome.status, outcome.err) == (0, "")
    quick = Path("reproduction/quick")
    assert sorted(os.listdir(quick)) == [
        "fig2.4.csv", "fig2.4.csv.models.json", "fig2.4.json", "fig2.4.png",
    ]  # fmt: skip
    assert len(read_csv(quick / "fig2.4.csv")) == 6
    assert json.loads((quick / "fig2.4.json").read_text())["quick"] is True
    report = Path("docs/report.md")
    arguments = ("reproduce", "fig2.4", "--min-errors", "30", "--report", report)
    outcome = dlcomm_here(*arguments)
    assert (outcome.status, outcome.err) == (0, "")
    assert "not in it: fig2.3, not run yet" in outcome.out
    rows = read_csv(Path("reproduction/fig2.4.csv"))
    assert len(rows) == 18
    assert "dlcomm reproduce fig2.4 --min-errors 30 --seed 1" in report.read_text()
    assert Path("docs/images/reproduction/fig2.4.png").stat().st_size < 120_000
    before = report.read_text()
    # Nothing is measured a second time, and a report alone needs no measurement.
    outcome = dlcomm_here(*arguments)
    assert outcome.out.count("from reproduction/fig2.4.csv") == 18
    report.unlink()
    outcome = dlcomm_here("reproduce", "--report", report)
    assert (outcome.status, report.read_text()) == (0, before)


def test_processes_change_nothing(dlcomm_here: Callable, tmp_path: Path) -> None:
    counts = []
    for jobs in (1, 2):
        out = tmp_path / str(jobs)
        outcome = dlcomm_here(
            "reproduce", "fig2.4", "--quick", "--jobs", jobs, "--out", out, "--seed", 9
        )
        assert (outcome.status, outcome.err) == (0, "")
        rows = read_csv(out / "fig2.4.csv")
        counts.append([(row.key, row.messages, row.bit_errors) for row in rows])
    assert counts[0] == counts[1]


def test_all_leaves_out_what_cannot_be_run(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{CATALOGUE}.models", lambda: ["ae_1_1", "bpsk"])
    outcome = dlcomm_here("reproduce", "--all", "--quick", "--out", tmp_path)
    outcome.assert_one_line(1, "left out", f"{len(all_items()) - 3} of the items")
    assert "fig2.3: found no model ae_2_3" in outcome.out
    assert (tmp_path / "fig2.4.png").exists()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((), ("found no item", "--list")),
        (("fig2.99",), ("'fig2.99'", "no such item", "fig2.3")),
        (("fig2.4", "--min-errors", "0"), ("--min-errors", "0")),
        (("fig2.4", "--seed", "-1"), ("--seed",)),
        (("fig2.4", "--quick", "--report", "r.md"), ("--report", "--quick")),
    ],
)
def test_wrong_usage(
    dlcomm_here: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    parts: tuple[str, ...],
) -> None:
    monkeypatch.chdir(tmp_path)
    dlcomm_here("reproduce", *arguments).assert_one_line(2, *parts)
    assert os.listdir(tmp_path) == []


def test_missing_model(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{CATALOGUE}.models", lambda: ["bpsk"])
    outcome = dlcomm_here("reproduce", "fig2.4", "--out", tmp_path)
    outcome.assert_one_line(1, "fig2.4", "found no model ae_1_1", "ship --only ae_1_1")


def test_places_that_cannot_be_written(dlcomm_here: Callable, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for option, value in (("--out", "file"), ("--report", "file/r.md"), ("--report", ".")):
        outcome = dlcomm_here(
            "reproduce", "fig2.4", "--out", tmp_path / "out", option, tmp_path / value
        )
        outcome.assert_one_line(2, option, str(tmp_path))


def test_damaged_files(dlcomm_here: Callable, tmp_path: Path) -> None:
    (tmp_path / "fig2.4.csv").write_text("a,b\n1,2\n")
    outcome = dlcomm_here("reproduce", "fig2.4", "--quick", "--out", tmp_path)
    outcome.assert_one_line(1, "fig2.4.csv", "found columns 'a,b'")
    (tmp_path / "fig2.5.json").write_text("{}")
    outcome = dlcomm_here("reproduce", "--report", tmp_path / "r.md", "--out", tmp_path)
    outcome.assert_one_line(1, "fig2.5.json", "found other data")
