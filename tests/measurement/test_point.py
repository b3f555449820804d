# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Single points and sweeps over processes, with real flowgraphs."""

from dataclasses import replace
from pathlib import Path

import pytest

from gnuradio import dlcomm
from gnuradio.dlcomm.measurement.intervals import bit_interval, block_interval
from gnuradio.dlcomm.measurement.parallel import run_parallel_sweep
from gnuradio.dlcomm.measurement.point import (
    Point,
    Progress,
    StopRule,
    measure,
    point_seed,
)
from gnuradio.dlcomm.measurement.results import Row
from gnuradio.dlcomm.measurement.sweep import SweepListener, SweepPlan, run_sweep

RULE = StopRule(min_errors=300, max_messages=200_000)


def without_speed(rows: list[Row]) -> list[Row]:
    """The rows without what depends on the machine's mood."""
    return [replace(row, messages_per_second=0.0) for row in rows]


def test_a_row_holds_what_was_counted() -> None:
    row = measure(Point("hamming_7_4", "awgn", 2.0, 1), RULE)
    assert row is not None
    assert (row.model, row.channel, row.ebn0_db, row.seed) == ("hamming_7_4", "awgn", 2.0, 1)
    assert row.stop_reason == "target_errors"
    assert row.block_errors >= 300
    assert row.bits == 4 * row.messages
    assert row.bler == row.block_errors / row.messages
    assert row.ber == row.bit_errors / row.bits
    assert (row.bler_low, row.bler_high) == block_interval(row.block_errors, row.messages)
    assert (row.ber_low, row.ber_high) == bit_interval(
        row.block_errors, row.bit_errors, row.messages, row.bits
    )
    assert row.messages_per_second > 0


def test_the_maximum_is_exact() -> None:
    row = measure(Point("qpsk", "awgn", 9.0, 1), StopRule(10**6, 123_457))
    assert row is not None
    assert row.messages == 123_457
    assert row.stop_reason == "max_messages"


def test_fading_widens_the_interval_by_what_messages_share() -> None:
    row = measure(Point("qpsk", "rayleigh:block=10,real_positive=1", 10.0, 1), RULE)
    assert row is not None
    assert (row.bler_low, row.bler_high) == block_interval(
        row.block_errors, row.messages, cluster=10.0
    )


def test_same_seed_same_counts_by_name_and_by_path() -> None:
    link = dlcomm.link("hamming_7_4")
    names = ("hamming_7_4", str(Path(link.encoder).parent), f"{link.encoder},{link.decoder}")
    rows = [measure(Point(name, "awgn", 3.0, 5), RULE) for name in names]
    assert len({(row.messages, row.block_errors, row.bit_errors) for row in rows if row}) == 1
    assert [row.model for row in rows if row] == list(names)


def test_points_have_their_own_seeds() -> None:
    hamming, qpsk = dlcomm.link("hamming_7_4"), dlcomm.link("qpsk")
    base = Point("hamming_7_4", "awgn", 3.0, 5)
    seeds = [
        point_seed(base, hamming),
        point_seed(replace(base, ebn0_db=4.0), hamming),
        point_seed(replace(base, channel="rayleigh"), hamming),
        point_seed(replace(base, seed=6), hamming),
        point_seed(base, qpsk),
    ]
    assert len(set(seeds)) == len(seeds)
    # Models of one (n, k) are compared on the same messages and noise.
    hard = replace(base, model="hamming_7_4_hard")
    assert point_seed(hard, dlcomm.link("hamming_7_4_hard")) == seeds[0]


def test_a_point_alone_has_the_counts_it_has_in_a_sweep() -> None:
    plan = SweepPlan(("qpsk", "hamming_7_4"), "awgn", (0.0, 2.0, 4.0), 9, RULE)
    rows = run_sweep(plan, {}, SweepListener())
    for row in rows:
        alone = measure(Point(row.model, row.channel, row.ebn0_db, row.seed), RULE)
        assert without_speed([row]) == without_speed([alone] if alone else [])


def test_progress_is_reported_and_can_break_off() -> None:
    seen: list[Progress] = []

    def report(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 2

    assert measure(Point("qpsk", "awgn", 30.0, 1), StopRule(1, 10**12), report) is None
    assert len(seen) == 2
    assert seen[1].messages > seen[0].messages > 0
    assert seen[1].seconds > seen[0].seconds


class Order(SweepListener):
    """Notes the order of what it is told."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, float]] = []
        self.skips: list[tuple[str, list[float]]] = []

    def finished(self, point: Point, row: Row, reused: bool) -> None:
        self.rows.append((row.model, row.ebn0_db))

    def skipped(self, points: list[Point]) -> None:
        self.skips.append((points[0].model, [point.ebn0_db for point in points]))


def test_processes_give_the_rows_of_the_serial_sweep() -> None:
    rule = StopRule(min_errors=100, max_messages=20_000)
    plan = SweepPlan(("hamming_7_4", "qpsk"), "awgn", (0.0, 4.0, 10.0, 11.0, 12.0), 4, rule)
    serial_order, parallel_order = Order(), Order()
    serial = run_sweep(plan, {}, serial_order)
    known = {row.key: row for row in serial[:1]}
    parallel = run_parallel_sweep(plan, known, parallel_order, jobs=2)
    assert without_speed(parallel) == without_speed(serial)
    assert sorted(parallel_order.rows) == sorted(serial_order.rows)
    assert sorted(parallel_order.skips) == sorted(serial_order.skips)
    assert serial_order.skips


def test_an_error_in_a_process_arrives_as_one_line() -> None:
    plan = SweepPlan(("no_such_model",), "awgn", (0.0,), 4, RULE)
    with pytest.raises(RuntimeError) as error:
        run_parallel_sweep(plan, {}, SweepListener(), jobs=1)
    assert "no_such_model" in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_a_listener_that_fails_ends_the_processes() -> None:
    class Stop(SweepListener):
        def advanced(self, point: Point, progress: Progress) -> None:
            raise KeyboardInterrupt

    plan = SweepPlan(("qpsk",), "awgn", (30.0,), 4, StopRule(1, 10**12))
    with pytest.raises(KeyboardInterrupt):
        run_parallel_sweep(plan, {}, Stop(), jobs=2)
