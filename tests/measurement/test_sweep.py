# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The order, the end and the resuming of sweeps, with a stand-in for the flowgraph."""

from collections.abc import Callable

import pytest

from gnuradio.dlcomm.measurement.point import Point, Progress, StopRule
from gnuradio.dlcomm.measurement.results import Row, make_row
from gnuradio.dlcomm.measurement.sweep import SweepListener, SweepPlan, run_sweep

RULE = StopRule(min_errors=100, max_messages=10_000)


class Recorder(SweepListener):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.events: list[tuple[object, ...]] = []

    def started(self, point: Point) -> None:
        self.events.append(("started", point.model, point.ebn0_db))

    def advanced(self, point: Point, progress: Progress) -> None:
        self.events.append(("advanced", point.model, point.ebn0_db))

    def finished(self, point: Point, row: Row, reused: bool) -> None:
        self.events.append(("finished", point.model, point.ebn0_db, reused))

    def skipped(self, points: list[Point]) -> None:
        self.events.append(("skipped", [point.ebn0_db for point in points]))


def falling(point: Point, rule: StopRule, report: Callable[[Progress], bool]) -> Row:
    """Measures a block error rate of 10^-(1 + Eb/N0), exactly."""
    rate = 10.0 ** -(1 + point.ebn0_db)
    messages = min(rule.max_messages, round(rule.min_errors / rate))
    report(Progress(messages // 2, 0, 0.1))
    errors = int(messages * rate)
    return make_row(
        model=point.model,
        channel=point.channel,
        ebn0_db=point.ebn0_db,
        messages=messages,
        block_errors=errors,
        bits=messages,
        bit_errors=errors,
        messages_per_second=1e6,
        stop_reason="target_errors" if errors >= rule.min_errors else "max_messages",
        seed=point.seed,
    )


def plan(models: tuple[str, ...] = ("a",), rule: StopRule = RULE) -> SweepPlan:
    return SweepPlan(models, "awgn", (0.0, 1.0, 2.0, 4.0, 5.0), 3, rule)


def test_order_and_early_end() -> None:
    listener = Recorder()
    rows = run_sweep(plan(("b", "a")), {}, listener, falling)
    assert [(row.model, row.ebn0_db) for row in rows] == [
        (model, ebn0) for model in ("b", "a") for ebn0 in (0.0, 1.0, 2.0, 4.0)
    ]
    assert rows[2].block_errors == 10
    assert rows[3].block_errors == 0
    assert listener.events[:3] == [
        ("started", "b", 0.0),
        ("advanced", "b", 0.0),
        ("finished", "b", 0.0, False),
    ]
    assert listener.events.count(("skipped", [5.0])) == 2


def test_no_word_of_skipping_at_the_last_point() -> None:
    listener = Recorder()
    short = SweepPlan(("a",), "awgn", (4.0,), 3, RULE)
    assert len(run_sweep(short, {}, listener, falling)) == 1
    assert not any(event[0] == "skipped" for event in listener.events)


def test_known_rows_are_not_measured_again() -> None:
    first = run_sweep(plan(), {}, SweepListener(), falling)
    known = {row.key: row for row in first}
    listener = Recorder()
    assert run_sweep(plan(), known, listener, falling) == first
    assert not any(event[0] == "started" for event in listener.events)
    assert ("skipped", [5.0]) in listener.events


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        (SweepPlan(("a",), "rayleigh", (0.0,), 3, RULE), True),
        (SweepPlan(("a",), "awgn", (0.0,), 4, RULE), True),
        (SweepPlan(("c",), "awgn", (0.0,), 3, RULE), True),
        (SweepPlan(("a",), "awgn", (0.5,), 3, RULE), True),
        (SweepPlan(("a",), "awgn", (0.0,), 3, StopRule(101, 10_000)), True),
        (SweepPlan(("a",), "awgn", (0.0,), 3, StopRule(99, 10_000)), False),
        (SweepPlan(("a",), "awgn", (0.0,), 3, StopRule(10**6, 1000)), False),
        (SweepPlan(("a",), "awgn", (2.0,), 3, StopRule(100, 10_001)), True),
        (SweepPlan(("a",), "awgn", (2.0,), 3, StopRule(1000, 10_000)), False),
    ],
)
def test_what_counts_as_known(changed: SweepPlan, again: bool) -> None:
    known = {row.key: row for row in run_sweep(plan(), {}, SweepListener(), falling)}
    listener = Recorder()
    run_sweep(changed, known, listener, falling)
    assert any(event[0] == "started" for event in listener.events) == again
