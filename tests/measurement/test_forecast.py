# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Time to go."""

from collections.abc import Callable

import pytest

from gnuradio.dlcomm.measurement.forecast import Forecast
from gnuradio.dlcomm.measurement.point import Point, Progress, StopRule
from gnuradio.dlcomm.measurement.results import Row
from gnuradio.dlcomm.measurement.theory import bpsk_ber

RULE = StopRule(min_errors=100, max_messages=10**8)


def at(ebn0_db: float, model: str = "hamming_7_4") -> Point:
    return Point(model, "awgn", ebn0_db, 1)


def test_nothing_is_said_before_anything_is_known() -> None:
    assert Forecast(RULE).seconds_left([at(0.0)], {}) is None


def test_a_running_point_ends_at_its_errors() -> None:
    forecast = Forecast(RULE)
    progress = Progress(messages=50_000, block_errors=50, seconds=0.5)
    forecast.watch(at(4.0), progress)
    assert forecast.seconds_left([], {at(4.0): progress}) == pytest.approx(0.5)


def test_or_at_its_messages() -> None:
    forecast = Forecast(StopRule(min_errors=1000, max_messages=100_000))
    progress = Progress(messages=50_000, block_errors=50, seconds=0.5)
    forecast.watch(at(4.0), progress)
    assert forecast.seconds_left([], {at(4.0): progress}) == pytest.approx(0.5)


def test_waiting_points_follow_the_line_through_two(row: Callable[..., Row]) -> None:
    forecast = Forecast(RULE)
    for ebn0, errors in ((3.0, 10_000), (4.0, 1000)):
        forecast.learn(
            row(ebn0_db=ebn0, messages=10**5, block_errors=errors, bit_errors=errors,
                messages_per_second=1e6)
        )  # fmt: skip
    # 1e-3 and 1e-4 are expected at 5 and 6 dB: 100 errors in 1e5 and 1e6 messages.
    assert forecast.seconds_left([at(5.0), at(6.0)], {}) == pytest.approx(1.1)
    assert forecast.seconds_left([at(5.0), at(6.0)], {}, jobs=2) == pytest.approx(0.55)


def test_one_point_moves_the_bpsk_curve(row: Callable[..., Row]) -> None:
    forecast = Forecast(RULE)
    forecast.learn(
        row(ebn0_db=4.0, messages=10**5, block_errors=1000, bit_errors=1000,
            messages_per_second=1e6)
    )  # fmt: skip
    rate = 0.01 * bpsk_ber(6.0) / bpsk_ber(4.0)
    assert forecast.seconds_left([at(6.0)], {}) == pytest.approx(100 / rate / 1e6)


def test_an_expected_early_end_is_counted_once(row: Callable[..., Row]) -> None:
    forecast = Forecast(RULE)
    forecast.learn(
        row(ebn0_db=4.0, messages=10**5, block_errors=1000, bit_errors=1000,
            messages_per_second=1e6)
    )  # fmt: skip
    waiting = [at(float(ebn0)) for ebn0 in range(20, 60)]
    assert forecast.seconds_left(waiting, {}) == pytest.approx(100.0)
