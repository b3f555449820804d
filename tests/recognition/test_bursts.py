# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How many windows are worth one trial, and whether the intervals then keep their promise."""

from __future__ import annotations

import numpy as np
import pytest

from dlcomm_train.datasets.dataset import INDEX_TYPE
from gnuradio.dlcomm.measurement.intervals import clopper_pearson
from gnuradio.dlcomm.recognition.bursts import design_effect, design_effects
from gnuradio.dlcomm.recognition.confusion import Confusion

CLASSES, BURSTS, IN_A_BURST = 4, 20, 30
WINDOWS = CLASSES * BURSTS * IN_A_BURST
CLASS = np.repeat(np.arange(CLASSES), BURSTS * IN_A_BURST)
BURST = np.repeat(np.arange(CLASSES * BURSTS), IN_A_BURST)


def drawn(rng: np.random.Generator, rates: np.ndarray, spread: float) -> np.ndarray:
    """Whether windows are right: each burst has a rate of its own about that of its class.

    Args:
        rng: random numbers.
        rates: of the classes.
        spread: 0: no burst differs; towards 1: a burst is right or wrong as a whole.
    """
    if spread:
        strength = 1.0 / spread - 1.0
        rates = np.repeat(rates, BURSTS)
        rates = rng.beta(rates * strength, (1.0 - rates) * strength)
        return rng.random(WINDOWS) < np.repeat(rates, IN_A_BURST)
    return rng.random(WINDOWS) < rates[CLASS]


def test_bursts_that_are_right_or_wrong_as_a_whole_are_one_trial_each() -> None:
    rng = np.random.default_rng(1)
    right = np.repeat(rng.permutation(CLASSES * BURSTS) < 40, IN_A_BURST)
    effect = design_effect(right, CLASS, BURST)
    # One trial a burst, but for what the small differences between classes take away, and
    # n / (n - 1) of an unbiased variance.
    assert 0.9 * IN_A_BURST < effect <= IN_A_BURST * BURSTS / (BURSTS - 1)


def test_the_effect_is_that_of_the_variance_over_draws() -> None:
    rng = np.random.default_rng(2)
    rates = np.full(CLASSES, 0.7)
    spread = 0.1
    draws = [drawn(rng, rates, spread) for _ in range(400)]
    found = np.mean([design_effect(right, CLASS, BURST) for right in draws])
    # Of equal classes and correlation rho in a burst: 1 + (windows of a burst - 1) rho.
    assert found == pytest.approx(1.0 + (IN_A_BURST - 1) * spread, rel=0.05)
    variance = np.var([right.mean() for right in draws], ddof=1)
    # A variance of 400 draws is known to 7 %: five times that, a false alarm in a million.
    assert found == pytest.approx(variance / (0.7 * 0.3 / WINDOWS), rel=0.35)


def test_independent_windows_are_one_trial_each() -> None:
    rng = np.random.default_rng(3)
    rates = np.full(CLASSES, 0.6)
    effects = [design_effect(drawn(rng, rates, 0.0), CLASS, BURST) for _ in range(50)]
    # The estimate of one draw has a standard deviation of sqrt(2 / 76) = 0.16.
    assert 1.0 <= np.mean(effects) < 1.12
    assert max(effects) < 1.0 + 6 * 0.17


def test_classes_that_differ_make_it_no_smaller_than_one() -> None:
    rng = np.random.default_rng(4)
    right = drawn(rng, np.array([0.0, 0.0, 1.0, 1.0]), 0.0)
    assert design_effect(right, CLASS, BURST) == 1.0


@pytest.mark.parametrize("value", [False, True])
def test_nothing_varies(value: bool) -> None:
    assert design_effect(np.full(WINDOWS, value), CLASS, BURST) == 1.0


def test_a_class_of_one_burst_divides_by_nothing() -> None:
    right = np.array([True, False, True, True])
    effect = design_effect(right, np.array([0, 0, 1, 1]), np.array([5, 5, 9, 9]))
    assert np.isfinite(effect)


def test_order_does_not_matter() -> None:
    rng = np.random.default_rng(5)
    right = drawn(rng, np.full(CLASSES, 0.5), 0.2)
    order = rng.permutation(WINDOWS)
    assert design_effect(right[order], CLASS[order], BURST[order]) == pytest.approx(
        design_effect(right, CLASS, BURST)
    )


def test_every_snr_label_has_its_own() -> None:
    rng = np.random.default_rng(6)
    index = np.zeros(2 * WINDOWS, INDEX_TYPE)
    index["modulation"], index["burst"] = np.tile(CLASS, 2), np.arange(2 * WINDOWS)
    index["burst"][WINDOWS:] = BURST
    index["snr_db"][:WINDOWS], index["snr_db"][WINDOWS:] = -4, 18
    alone = drawn(rng, np.full(CLASSES, 0.5), 0.0)
    together = drawn(rng, np.full(CLASSES, 0.5), 0.3)
    effects = design_effects(np.concatenate([alone, together]), index)
    assert list(effects) == [-4.0, 18.0]
    assert effects[18.0] == design_effect(together, CLASS, BURST) > 4.0
    assert effects[-4.0] < 1.5


def test_intervals_cover_the_true_rate_as_often_as_they_promise() -> None:
    rng = np.random.default_rng(7)
    rates = np.array([0.95, 0.8, 0.9, 0.7])
    draws, plain, wide = 400, 0, 0
    for _ in range(draws):
        right = drawn(rng, rates, 0.15)
        low, high = clopper_pearson(right.sum(), WINDOWS)
        plain += low <= rates.mean() <= high
        low, high = clopper_pearson(right.sum(), WINDOWS, design_effect(right, CLASS, BURST))
        wide += low <= rates.mean() <= high
    # At a coverage of 95 %, 400 draws give fewer than 92 % in 1 of 200 cases.
    assert wide / draws >= 0.92
    assert plain / draws < 0.8


def test_a_confusion_takes_clusters_into_its_intervals() -> None:
    counts = np.array([[[60, 20, 0], [10, 70, 0]], [[80, 0, 0], [8, 72, 0]]])
    plain = Confusion(("A", "B"), (0.0, 10.0), counts)
    wide = Confusion(("A", "B"), (0.0, 10.0), counts, (4.0, 1.0))
    assert plain.clusters == (1.0, 1.0)
    assert wide.by_snr()[0].low == clopper_pearson(130, 160, 4.0)[0] < plain.by_snr()[0].low
    assert wide.by_snr()[1] == plain.by_snr()[1] == wide.peak()
    assert (wide.overall().value, wide.overall().right) == (plain.overall().value, 282)
    # Variances of 4 and of 1 window's worth: 2.5 windows a trial on the average.
    assert wide.overall().high == pytest.approx(clopper_pearson(282, 320, 2.5)[1])
    assert wide.by_class()["A"].low == clopper_pearson(140, 160, 2.5)[0]


@pytest.mark.parametrize("clusters", [(1.0,), (0.5, 1.0), (1.0, float("nan"))])
def test_bad_clusters_are_refused(clusters: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="clusters"):
        Confusion(("A",), (0.0, 10.0), np.ones((2, 1, 2), int), clusters)
