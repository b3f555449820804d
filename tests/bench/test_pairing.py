# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Rounds, ratios and warm-up, on sides whose values are known."""

import pytest

from gnuradio.dlcomm.benchmark.pairing import (
    Contest,
    Missing,
    Throughput,
    Timing,
    run_contest,
)
from gnuradio.dlcomm.benchmark.rows import Metric, median_and_tail

SPEED = Metric("throughput", "items/s")
TIME = Metric("latency", "us", higher_is_better=False)


class Recorded:
    """A side that gives known values and notes when it was asked."""

    def __init__(self, name: str, values: list[float], diary: list[str]) -> None:
        self.name = name
        self._values = iter(values)
        self._diary = diary

    def warm_up(self, seconds: float) -> None:
        self._diary.append(f"warm {self.name}")

    def measure(self) -> tuple[float]:
        self._diary.append(self.name)
        return (next(self._values),)


def test_sides_run_in_turns_and_every_second_round_backwards() -> None:
    diary: list[str] = []
    a, b, c = (Recorded(name, [1.0] * 3, diary) for name in "abc")
    run_contest(Contest("g", "w", (SPEED,), a, (b, c)), repeats=3, seconds=1.0)
    assert diary == ["warm a", "warm b", "warm c", *"abc", *"cba", *"abc"]


def test_ratio_is_taken_round_by_round() -> None:
    ours = Recorded("ours", [10.0, 40.0, 90.0], [])
    theirs = Recorded("theirs", [10.0, 20.0, 30.0], [])
    (row,) = run_contest(Contest("g", "w", (SPEED,), ours, (theirs,)), 3, 1.0)
    assert row.ratio is not None and row.difference is not None
    assert row.ratio.repeats == (1.0, 2.0, 3.0)
    assert row.difference.repeats == (0.0, 20.0, 60.0)
    assert row.to_json()["ratio"] == {
        "median": 2.0,
        "min": 1.0,
        "max": 3.0,
        "repeats": [1.0, 2.0, 3.0],
    }


def test_a_ratio_above_one_means_ours_is_faster_also_for_times() -> None:
    ours, theirs = Recorded("ours", [2.0], []), Recorded("theirs", [6.0], [])
    (row,) = run_contest(Contest("g", "w", (TIME,), ours, (theirs,)), 1, 1.0)
    assert row.ratio is not None and row.ratio.median == 3.0


def test_a_missing_alternative_has_a_row_with_its_reason() -> None:
    diary: list[str] = []
    ours = Recorded("ours", [1.0, 1.0], diary)
    other = Recorded("other", [2.0, 2.0], diary)
    contest = Contest("g", "w", (SPEED,), ours, (Missing("gone", "not there"), other))
    gone, found = run_contest(contest, 2, 1.0)
    assert (gone.skipped, gone.ours, gone.theirs, gone.ratio) == ("not there", *[None] * 3)
    assert gone.to_json()["skipped"] == "not there"
    assert found.ratio is not None and found.ratio.median == 0.5


def test_unequal_work_is_refused_before_anything_is_timed() -> None:
    diary: list[str] = []

    def check() -> None:
        raise RuntimeError("the sides differ")

    a, b = Recorded("a", [], diary), Recorded("b", [], diary)
    with pytest.raises(RuntimeError, match="the sides differ"):
        run_contest(Contest("g", "w", (SPEED,), a, (b,), check=check), 1, 1.0)
    assert diary == []


def test_warm_up_finds_work_that_lasts() -> None:
    asked: list[int] = []

    def run(items: int) -> Timing:
        asked.append(items)
        return Timing(items, items * 1e-7)

    side = Throughput("ten million a second", run)
    side.warm_up(0.5)
    assert side.measure() == (pytest.approx(1e7),)
    assert asked[-1] * 1e-7 == pytest.approx(0.5, rel=0.01)
    side.measure()
    assert asked[-1] == asked[-2]


def test_median_and_tail() -> None:
    assert median_and_tail([5.0]) == (5.0, 5.0)
    assert median_and_tail(range(1, 101)) == (50.5, 99)
    assert median_and_tail([3.0, 1.0, 2.0]) == (2.0, 3.0)
