# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Rates and intervals from confusion counts."""

from __future__ import annotations

import numpy as np
import pytest
from made import LABELS

from gnuradio import dlcomm
from gnuradio.dlcomm.measurement.intervals import clopper_pearson
from gnuradio.dlcomm.recognition.confusion import Confusion

COUNTS = np.array(
    [
        [[5, 1, 2, 2], [3, 4, 3, 0], [0, 0, 9, 1]],
        [[9, 0, 0, 1], [2, 8, 0, 0], [0, 0, 0, 0]],
    ]
)
"""Two SNR labels; the second has no windows of the third class."""


@pytest.fixture
def counted() -> Confusion:
    return Confusion(LABELS, (-4.0, 6.0), COUNTS)


def test_totals(counted):
    assert (counted.windows, counted.right, counted.unknown) == (50, 35, 4)


def test_rates_at_the_labels(counted):
    low, high = counted.by_snr()
    assert (low.right, low.windows, low.value, low.snr_db) == (18, 30, 0.6, -4.0)
    assert (low.low, low.high) == clopper_pearson(18, 30)
    assert (high.right, high.windows, high.value) == (17, 20, 0.85)


def test_overall_is_the_mean_over_labels_and_not_over_windows(counted):
    overall = counted.overall()
    assert overall.value == pytest.approx((0.6 + 0.85) / 2)
    assert (overall.right, overall.windows) == (35, 50)
    # 4 / (1/30 + 1/20) windows give a mean of equal variance.
    expected = clopper_pearson(overall.value * 48.0, 48.0)
    assert (overall.low, overall.high) == pytest.approx(expected)


def test_overall_of_labels_with_equal_windows_is_the_share_of_all():
    alike = Confusion(LABELS, (0.0, 2.0), COUNTS[[0, 0]])
    overall = alike.overall()
    assert overall.value == pytest.approx(36 / 60)
    assert (overall.low, overall.high) == pytest.approx(clopper_pearson(36, 60))


def test_peak_is_the_best_label(counted):
    assert (counted.peak().snr_db, counted.peak().value) == (6.0, 0.85)
    equal = Confusion(LABELS, (0.0, 2.0), COUNTS[[0, 0]])
    assert equal.peak().snr_db == 0.0


def test_rates_of_classes(counted):
    rates = counted.by_class()
    assert {name: (r.right, r.windows) for name, r in rates.items()} == {
        "BPSK": (14, 20), "QPSK": (12, 20), "WBFM": (9, 10),
    }  # fmt: skip
    without = Confusion(LABELS, (6.0,), COUNTS[1:])
    assert list(without.by_class()) == ["BPSK", "QPSK"]


def test_matrices_of_some_labels(counted):
    np.testing.assert_array_equal(counted.matrix(), COUNTS.sum(axis=0))
    np.testing.assert_array_equal(counted.matrix(0.0), COUNTS[1])
    np.testing.assert_array_equal(counted.matrix(-4.0, -4.0), COUNTS[0])
    assert not counted.matrix(7.0).any()


def test_all_right_and_all_wrong():
    counts = np.zeros((2, 3, 4), int)
    counts[0, 0, 0] = counts[1, 0, 3] = 7
    both = Confusion(LABELS, (0.0, 2.0), counts)
    wrong, right = both.by_snr()[1], both.by_snr()[0]
    assert (right.value, right.high) == (1.0, 1.0)
    assert (wrong.value, wrong.low) == (0.0, 0.0)
    assert Confusion(LABELS, (0.0,), counts[:1]).overall().high == 1.0


def test_intervals_cover_the_mean():
    """False alarms: below 0.001. 552 is what 600 intervals of exactly 95 % fall short of
    with that probability; these cover more often, as the labels differ.
    """
    rng = np.random.default_rng(9)
    truth = np.array([0.1, 0.5, 0.9])
    covered = 0
    for _ in range(600):
        right = rng.binomial(200, truth)
        counts = np.zeros((3, 3, 4), int)
        counts[:, 0, 0], counts[:, 0, 1] = right, 200 - right
        overall = Confusion(LABELS, (0.0, 2.0, 4.0), counts).overall()
        covered += overall.low <= truth.mean() <= overall.high
    assert covered >= 552


def test_of_a_sink_that_counted_nothing():
    assert Confusion.of_sink(dlcomm.classification_sink_b(list(LABELS))) is None


def test_counts_are_read_only_and_a_copy():
    counts = COUNTS.copy()
    found = Confusion(LABELS, (-4.0, 6.0), counts)
    counts[:] = 0
    assert found.windows == 50
    with pytest.raises(ValueError, match="read-only"):
        found.counts[0, 0, 0] = 1


@pytest.mark.parametrize(
    ("labels", "snrs_db", "counts"),
    [
        (LABELS, (0.0,), COUNTS),
        (LABELS[:2], (0.0, 1.0), COUNTS),
        (LABELS, (0.0, 1.0), COUNTS[:, :, :3]),
        (LABELS, (0.0, 1.0), -COUNTS),
        (LABELS, (1.0, 0.0), COUNTS),
        (LABELS, (1.0, 1.0), COUNTS),
        (LABELS, (0.0, 1.0), COUNTS * [[[1]], [[0]]]),
        (LABELS, (), COUNTS[:0]),
    ],
)
def test_what_cannot_be_is_refused(labels, snrs_db, counts):
    with pytest.raises(ValueError, match="^confusion: found "):
        Confusion(labels, snrs_db, counts)
