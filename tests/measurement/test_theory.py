# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Known error rates, against published values and small brute-force computations."""

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from gnuradio.dlcomm.measurement import theory


def test_uncoded_values() -> None:
    assert theory.bpsk_ber(0.0) == pytest.approx(7.8650e-2, rel=1e-4)
    assert theory.bpsk_ber(4.0) == pytest.approx(1.2501e-2, rel=1e-4)
    assert theory.bpsk_ber(9.6) == pytest.approx(9.7e-6, rel=1e-2)
    assert theory.bpsk_bler(4.0, 8) == pytest.approx(9.57e-2, rel=1e-3)
    assert theory.bpsk_bler(7.0, 8) == pytest.approx(6.16e-3, rel=1e-3)
    assert theory.bpsk_bler(30.0, 4) == pytest.approx(4 * theory.bpsk_ber(30.0), rel=1e-9)


@pytest.mark.parametrize("ebn0_db", [-5.0, 0.0, 10.0, 30.0, 80.0])
def test_rayleigh_closed_form_is_the_average_over_the_gain(ebn0_db: float) -> None:
    g = 10 ** (ebn0_db / 10)
    # Over the amplitude, unlike the code, and only where it matters: up to 10/sqrt(g).
    expected, _ = integrate.quad(
        lambda h: stats.norm.sf(np.sqrt(2 * g) * h) * 2 * h * np.exp(-h * h),
        0.0,
        10.0 / np.sqrt(g),
        epsabs=0.0,
        epsrel=1e-10,
    )
    assert theory.rayleigh_bpsk_ber(ebn0_db) == pytest.approx(expected, rel=1e-6)
    assert theory.rayleigh_bpsk_bler(ebn0_db, 1) == pytest.approx(expected, rel=1e-6)


def test_rayleigh_blocks_share_their_gain() -> None:
    generator = np.random.default_rng(7)
    g, k, trials = 10.0, 4, 400_000
    gain = generator.exponential(size=trials)
    p = stats.norm.sf(np.sqrt(2 * g * gain))
    samples = 1 - (1 - p) ** k
    error = samples.std() / np.sqrt(trials)
    assert abs(theory.rayleigh_bpsk_bler(10.0, k) - samples.mean()) < 5 * error


def test_hamming_code_is_one() -> None:
    words = theory.hamming_codewords()
    assert words.shape == (16, 7)
    assert not words[0].any()
    assert sorted(words.sum(axis=1)) == [0] + [3] * 7 + [4] * 7 + [7]
    sums = {tuple((a + b) % 2) for a, b in itertools.combinations(words, 2)}
    assert sums <= {tuple(word) for word in words}


@pytest.mark.parametrize("ebn0_db", [0.0, 5.0, 8.0])
def test_hamming_hard_decisions_by_enumeration(ebn0_db: float) -> None:
    """All 16 words and 128 error patterns, with a systematic code of another order."""
    parity = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]])
    data = np.array(list(itertools.product((0, 1), repeat=4)))
    words = np.hstack([data, data @ parity % 2])
    p = stats.norm.sf(np.sqrt(2 * 4 / 7 * 10 ** (ebn0_db / 10)))
    bler = ber = 0.0
    for word in range(16):
        for pattern in itertools.product((0, 1), repeat=7):
            received = (words[word] + pattern) % 2
            decided = int((received != words).sum(axis=1).argmin())
            weight = sum(pattern)
            probability = p**weight * (1 - p) ** (7 - weight) / 16
            bler += probability * (decided != word)
            ber += probability * (data[decided] != data[word]).mean()
    assert theory.hamming_hard_bler(ebn0_db) == pytest.approx(bler, rel=1e-9)
    assert theory.hamming_hard_ber(ebn0_db) == pytest.approx(ber, rel=1e-9)


@pytest.mark.parametrize(("ebn0_db", "trials"), [(0.0, 400_000), (4.0, 1_500_000)])
def test_hamming_maximum_likelihood_against_monte_carlo(ebn0_db: float, trials: int) -> None:
    """Plain Monte-Carlo of the decoder; 5 standard deviations, false alarm 6e-7 each."""
    generator = np.random.default_rng(11)
    parity = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]])
    data = np.array(list(itertools.product((0, 1), repeat=4)))
    signs = 1 - 2 * np.hstack([data, data @ parity % 2])
    a = np.sqrt(2 * 4 / 7 * 10 ** (ebn0_db / 10))
    wrong = np.zeros(trials, dtype=bool)
    bits = np.zeros(trials)
    for begin in range(0, trials, 100_000):
        sent = generator.integers(0, 16, 100_000)
        received = a * signs[sent] + generator.standard_normal((100_000, 7))
        decided = (received @ signs.T).argmax(axis=1)
        wrong[begin : begin + 100_000] = decided != sent
        bits[begin : begin + 100_000] = (data[decided] != data[sent]).mean(axis=1)
    bler, ber = theory.hamming_ml(ebn0_db)
    for estimate, samples in ((bler, wrong), (ber, bits)):
        error = np.hypot(samples.std() / np.sqrt(trials), estimate.standard_error)
        assert abs(estimate.value - samples.mean()) < 5 * error


def test_hamming_maximum_likelihood_is_accurate() -> None:
    for ebn0_db in range(13):
        bler, ber = theory.hamming_ml(float(ebn0_db))
        assert bler.standard_error < 0.001 * bler.value
        assert ber.standard_error < 0.001 * ber.value


def test_hamming_maximum_likelihood_approaches_the_union_bound() -> None:
    ebn0_db = 13.0
    a = np.sqrt(2 * 4 / 7 * 10 ** (ebn0_db / 10))
    union = sum(
        count * stats.norm.sf(a * np.sqrt(weight)) for weight, count in ((3, 7), (4, 7), (7, 1))
    )
    bler, _ = theory.hamming_ml(ebn0_db)
    assert bler.value <= union
    assert bler.value == pytest.approx(union, rel=1e-4)
