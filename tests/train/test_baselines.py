# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Baselines against an enumeration that shares no code with them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import norm

from dlcomm_train.models.baselines import BASELINES, REFERENCE_EBN0_DB, baseline_models
from dlcomm_train.models.pairs import Pair, codebook_of, session


def _bits(message: int, k: int) -> list[int]:
    return [int(digit) for digit in format(message, f"0{k}b")]


def _hamming(message: int) -> list[int]:
    d1, d2, d3, d4 = _bits(message, 4)
    return [d1, d2, d3, d4, d1 ^ d2 ^ d4, d1 ^ d3 ^ d4, d2 ^ d3 ^ d4]


@pytest.mark.parametrize(("name", "k"), [("bpsk", 1), ("qpsk", 2), ("uncoded_8_8", 8)])
def test_uncoded_mapping(name, k):
    codebook = codebook_of(baseline_models(name)[0])
    for message in range(1 << k):
        signs = [1 - 2 * bit for bit in _bits(message, k)]
        np.testing.assert_allclose(codebook[message], np.sqrt(0.5) * np.array(signs))


@pytest.mark.parametrize("name", ["hamming_7_4", "hamming_7_4_hard"])
def test_hamming_codebook(name):
    codebook = codebook_of(baseline_models(name)[0])
    expected = [[1 - 2 * bit for bit in _hamming(message)] for message in range(16)]
    np.testing.assert_allclose(codebook, np.sqrt(0.5) * np.array(expected), rtol=1e-6)


def test_hamming_is_a_perfect_linear_code():
    signs = BASELINES["hamming_7_4"].points
    words = {tuple(word) for word in (signs < 0).astype(int).tolist()}
    assert len(words) == 16
    for first, second in itertools.product(words, words):
        assert tuple(a ^ b for a, b in zip(first, second, strict=True)) in words
    weights = sorted(sum(word) for word in words)
    assert weights == [0] + [3] * 7 + [4] * 7 + [7]
    covered = {
        tuple(bit ^ (index == flip) for index, bit in enumerate(word))
        for word in words
        for flip in range(8)
    }
    assert len(covered) == 128


def test_qam16_is_a_gray_labelled_grid():
    points = codebook_of(baseline_models("qam16")[0]) * np.sqrt(10.0)
    assert {tuple(point) for point in points.round(4).tolist()} == set(
        itertools.product((-3.0, -1.0, 1.0, 3.0), repeat=2)
    )
    distance = np.linalg.norm(points[:, None] - points, axis=2)
    for first, second in zip(*np.nonzero(np.isclose(distance, 2.0, atol=1e-4)), strict=True):
        assert int(first ^ second).bit_count() == 1


def test_e8_has_its_minimum_distance_and_kissing_number():
    points = BASELINES["e8_8_8"].points
    assert len(np.unique(points, axis=0)) == 256
    distance = np.linalg.norm(points[:, None] - points, axis=2)
    assert distance[distance > 0].min() == pytest.approx(np.sqrt(2.0))
    origin = np.flatnonzero(~points.any(axis=1))
    assert np.isclose(distance[origin], np.sqrt(2.0)).sum() == 240


@pytest.mark.parametrize(
    "name", ["bpsk", "qpsk", "uncoded_8_8", "qam16", "hamming_7_4", "e8_8_8"]
)
def test_soft_decisions_are_maximum_likelihood(name):
    encoder, decoder = baseline_models(name)
    codebook = codebook_of(encoder).astype(np.float64)
    received = np.random.default_rng(7).normal(size=(5000, codebook.shape[1]))
    logits = session(decoder).run(["logits"], {"symbols": received.astype(np.float32)})
    distance = np.square(received[:, None, :] - codebook).sum(axis=2)
    assert np.array_equal(logits[0].argmax(axis=1), distance.argmin(axis=1))


def test_soft_logits_are_log_likelihoods_at_the_reference():
    encoder, decoder = baseline_models("hamming_7_4")
    codebook = codebook_of(encoder).astype(np.float64)
    received = np.random.default_rng(8).normal(size=(100, 7)).astype(np.float32)
    logits = session(decoder).run(["logits"], {"symbols": received})[0]
    n0 = (7 / 2) / 4 / 10 ** (REFERENCE_EBN0_DB / 10)
    exact = -np.square(received[:, None, :] - codebook).sum(axis=2) / n0
    difference = logits - exact
    assert np.ptp(difference, axis=1).max() < 1e-4


def test_hard_decisions_over_every_sign_pattern():
    _, decoder = baseline_models("hamming_7_4_hard")
    words = np.array([_hamming(message) for message in range(16)])
    for pattern in itertools.product([0, 1], repeat=7):
        received = np.where(np.array(pattern), -0.01, 100.0).astype(np.float32)
        logits = session(decoder).run(["logits"], {"symbols": received[None]})[0][0]
        nearest = (words != np.array(pattern)).sum(axis=1).argmin()
        assert logits.argmax() == nearest


def test_error_rates():
    # Counts of a fixed seed against closed forms, at most 4 standard deviations off.
    ebn0_db = 4.0
    snr = 10 ** (ebn0_db / 10)
    bit = norm.sf(np.sqrt(2 * snr))
    coded = norm.sf(np.sqrt(2 * snr * 4 / 7))
    expected = {
        "bpsk": bit,
        "qpsk": 1 - (1 - bit) ** 2,
        "hamming_7_4_hard": 1 - (1 - coded) ** 7 - 7 * coded * (1 - coded) ** 6,
        "hamming_7_4": 1.18e-2,
        "uncoded_8_8": 1 - (1 - bit) ** 8,
        # On each rail 3/2 Q(d / 2 sigma), d/2 sigma = sqrt(4 Eb / 5 N0).
        "qam16": 1 - (1 - 1.5 * norm.sf(np.sqrt(0.8 * snr))) ** 2,
    }
    for name, rate in expected.items():
        pair = Pair(*baseline_models(name))
        errors, sent = pair.count_block_errors(ebn0_db, 4321, 2000, 1 << 20)
        assert abs(errors - sent * rate) < 4 * np.sqrt(sent * rate), name
