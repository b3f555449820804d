# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Clopper-Pearson intervals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gnuradio.dlcomm.measurement.intervals import (
    bit_interval,
    block_interval,
    clopper_pearson,
)


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    [
        # 1 - 0.025^(1/10) by hand; the others from tables of exact binomial limits.
        (0, 10, 0.0, 0.308497),
        (10, 10, 0.691503, 1.0),
        (1, 10, 0.002529, 0.445016),
        (5, 10, 0.187086, 0.812914),
    ],
)
def test_known_values(errors: int, trials: int, low: float, high: float) -> None:
    assert clopper_pearson(errors, trials) == pytest.approx((low, high), abs=2e-6)


@given(st.integers(1, 10**7), st.data())
def test_is_what_scipy_calls_exact(trials: int, data: st.DataObject) -> None:
    errors = data.draw(st.integers(0, trials))
    expected = stats.binomtest(errors, trials).proportion_ci(0.95, "exact")
    found = clopper_pearson(errors, trials)
    assert found == pytest.approx((expected.low, expected.high), rel=1e-6, abs=1e-15)


@given(st.integers(1, 10**6), st.floats(1.0, 8.0), st.data())
def test_holds_the_estimate_and_grows_with_clusters(
    trials: int, cluster: float, data: st.DataObject
) -> None:
    errors = data.draw(st.integers(0, trials))
    low, high = clopper_pearson(errors, trials)
    wide_low, wide_high = clopper_pearson(errors, trials, cluster)
    assert 0 <= low <= errors / trials <= high <= 1
    assert wide_low <= low * (1 + 1e-9)
    assert wide_high >= high * (1 - 1e-9)


def test_coverage_is_at_least_the_stated_one() -> None:
    trials = 60
    intervals = [clopper_pearson(errors, trials) for errors in range(trials + 1)]
    for rate in (0.01, 0.05, 0.2, 0.5, 0.77):
        covered = sum(
            stats.binom.pmf(errors, trials, rate)
            for errors, (low, high) in enumerate(intervals)
            if low <= rate <= high
        )
        assert covered >= 0.95


@pytest.mark.parametrize(
    "arguments",
    [(1, 0), (-1, 10), (11, 10), (1, 10, 0.5), (1, 10, 1.0, 1.0), (1, float("nan"))],
)
def test_bad_arguments(arguments: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="^interval: found .*, expected"):
        clopper_pearson(*arguments)


def test_bits_of_single_bit_messages_are_plain_trials() -> None:
    assert bit_interval(37, 37, 5000, 5000) == block_interval(37, 5000)


def test_bits_have_the_relative_width_of_their_blocks() -> None:
    # 400 wrong messages of 4 bits with two wrong bits each, in a million messages.
    block_low, block_high = block_interval(400, 10**6)
    low, high = bit_interval(400, 800, 10**6, 4 * 10**6)
    assert high / 2e-4 == pytest.approx(block_high / 4e-4, rel=1e-3)
    assert low / 2e-4 == pytest.approx(block_low / 4e-4, rel=1e-3)
    plain_low, plain_high = clopper_pearson(800, 4 * 10**6)
    assert low < plain_low
    assert high > plain_high


def test_no_errors_bound_the_bits_by_the_blocks() -> None:
    assert bit_interval(0, 0, 1000, 8000) == block_interval(0, 1000)


def test_bit_interval_covers_clustered_errors() -> None:
    """2,000 simulated runs of 20,000 messages of 4 bits, of which 2 % have 1 to 3 wrong.

    The interval leaves out how much the number of wrong bits varies, which costs it about
    two of its 95 per cent. Were the coverage 93 %, 90 % or fewer of the runs would be
    covered with a probability below 1e-6.
    """
    generator = np.random.default_rng(20260101)
    messages, k, rate = 20_000, 4, 0.02
    truth = rate * 2.0 / k
    covered = 0
    trials = 2000
    for _ in range(trials):
        blocks = int(generator.binomial(messages, rate))
        bits = int(generator.integers(1, 4, blocks).sum())
        low, high = bit_interval(blocks, bits, messages, k * messages)
        covered += low <= truth <= high
    assert covered / trials > 0.90
