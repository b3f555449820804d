# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Maximum-likelihood receivers against numerical integration, and in a flowgraph."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate

from dlcomm_train.contract import Contract
from dlcomm_train.models.baselines import baseline_models
from dlcomm_train.models.export import dense_encoder
from dlcomm_train.models.pairs import Pair, codebook_of, session
from dlcomm_train.models.references import gaussian_receiver, maximum_likelihood

N, K = 4, 3
REAL = "rayleigh:real_positive=1"


def _random_pair(seed: int, equal_energy: bool, n: int = N, k: int = K) -> Pair:
    """A link with a random codebook and a receiver for AWGN."""
    points = np.random.default_rng(seed).normal(size=(1 << k, n))
    power = np.mean(points**2, axis=1 if equal_energy else None, keepdims=True)
    points *= np.sqrt(0.5 / power)
    recipe = {"power_norm": "average"}

    def link(role: str) -> Contract:
        return Contract(role, "random", n, k, recipe=recipe)

    encoder = dense_encoder([(points.T, np.zeros(n))], link("encoder"), "average", 1.0)
    return Pair(encoder, gaussian_receiver(points, 1.0, link("decoder")))


def _n0(n: int, k: int, ebn0_db: float) -> float:
    return (n / (2.0 * k)) * 10 ** (-ebn0_db / 10)


def _logits(pair: Pair, received: np.ndarray) -> np.ndarray:
    return session(pair.decoder).run(["logits"], {"symbols": received})[0].astype(np.float64)


def _over_complex_gain(y: np.ndarray, c: np.ndarray, n0: float) -> float:
    """log of E exp((|y|^2 - |y - h c|^2) / N0) over h ~ CN(0, 1), by brute force."""
    y, c = y.view(np.complex128), c.view(np.complex128)

    def exponent(a: float, b: float) -> float:
        h = a + 1j * b
        misfit = np.sum(np.abs(y) ** 2 - np.abs(y - h * c) ** 2) / n0
        return misfit - abs(h) ** 2

    # Where the integrand lives: its exponent is quadratic in h, so its top and its width
    # follow from three values on each axis.
    top, width = [], []
    for axis in (lambda t: exponent(t, 0.0), lambda t: exponent(0.0, t)):
        slope, bend = (axis(1) - axis(-1)) / 2, axis(1) + axis(-1) - 2 * axis(0)
        top.append(-slope / bend)
        width.append(9.0 / np.sqrt(-bend))
    peak = exponent(*top)
    value, _ = integrate.dblquad(
        lambda b, a: np.exp(exponent(a, b) - peak) / np.pi,
        top[0] - width[0], top[0] + width[0],
        top[1] - width[1], top[1] + width[1],
        epsabs=0.0, epsrel=1e-7,
    )
    return float(np.log(value) + peak)


def _over_amplitude(y: np.ndarray, c: np.ndarray, n0: float) -> float:
    """log of E exp((|y|^2 - |y - r c|^2) / N0) over r of density 2 r exp(-r^2)."""
    b, a = 2.0 * (c @ y) / n0, 1.0 + c @ c / n0
    centre = max(0.0, b / (2.0 * a))
    peak = b * centre - a * centre**2
    # Left of its top, the exponent falls at least as fast as a Gaussian of variance 1/2a,
    # and with negative b also as exp(b r).
    width = min(12.0 / np.sqrt(a), 60.0 / abs(b) if b < 0 else np.inf)
    value, _ = integrate.quad(
        lambda r: 2.0 * r * np.exp(b * r - a * r**2 - peak),
        max(0.0, centre - width), centre + width,
        epsabs=0.0, epsrel=1e-10, limit=500,
    )
    return float(np.log(value) + peak)


@pytest.mark.parametrize(
    ("channel", "integral", "rows"),
    [("rayleigh", _over_complex_gain, 1), (REAL, _over_amplitude, 20)],
)
@pytest.mark.parametrize("ebn0_db", [0.0, 10.0, 20.0])
def test_fading_logits_are_integrals_over_the_gain(channel, integral, rows, ebn0_db):
    pair = maximum_likelihood(_random_pair(1, equal_energy=False), "r", channel, ebn0_db)
    codebook = codebook_of(pair.encoder).astype(np.float64)
    n0 = _n0(N, K, ebn0_db)
    generator = np.random.default_rng(2)
    sent = codebook[generator.integers(len(codebook), size=rows)]
    noise = np.sqrt(n0 / 2) * generator.normal(size=sent.shape)
    received = (generator.rayleigh(np.sqrt(0.5), (rows, 1)) * sent + noise).astype(np.float32)
    exact = [[integral(y, c, n0) for c in codebook] for y in received.astype(np.float64)]
    # One part in 1e4 of a likelihood, and what float32 makes of a large logarithm.
    np.testing.assert_allclose(_logits(pair, received), exact, atol=1e-4, rtol=5e-7)


def test_amplitudes_are_right_far_from_every_codeword():
    # <c, y> from strongly negative to strongly positive, through zero.
    pair = maximum_likelihood(Pair(*baseline_models("qpsk")), "r", REAL, 15.0)
    codebook = codebook_of(pair.encoder).astype(np.float64)
    n0 = _n0(2, 2, 15.0)
    scale = np.concatenate([-np.geomspace(20, 1e-6, 60), [0.0], np.geomspace(1e-6, 3, 60)])
    received = (scale[:, None] * codebook[:1]).astype(np.float32)
    exact = [
        [_over_amplitude(y, c, n0) for c in codebook] for y in received.astype(np.float64)
    ]
    np.testing.assert_allclose(_logits(pair, received), exact, atol=1e-4, rtol=5e-7)


@pytest.mark.parametrize("ebn0_db", [-20.0, 40.0])
@pytest.mark.parametrize("channel", ["awgn", "rayleigh", REAL, "polynomial:0,0,1"])
def test_extreme_noise_and_samples_give_finite_logits(channel, ebn0_db):
    pair = maximum_likelihood(_random_pair(3, equal_energy=False), "r", channel, ebn0_db)
    scale = np.geomspace(1e-30, 1e3, 200)[:, None]
    rows = np.random.default_rng(4).normal(size=(200, N)) * scale
    assert np.isfinite(_logits(pair, rows.astype(np.float32))).all()
    assert np.isfinite(_logits(pair, np.zeros((1, N), np.float32))).all()


@pytest.mark.parametrize("ebn0_db", [0.0, 25.0])
def test_equal_energies_leave_the_decisions_to_the_correlation(ebn0_db):
    source = _random_pair(5, equal_energy=True, n=8, k=8)
    codebook = codebook_of(source.encoder).astype(np.float64)
    received = np.random.default_rng(6).normal(size=(2000, 8))
    complex_book, samples = codebook.view(np.complex128), received.view(np.complex128)
    correlations = {
        "rayleigh": np.abs(samples @ complex_book.conj().T),
        REAL: received @ codebook.T,
    }
    for channel, correlation in correlations.items():
        pair = maximum_likelihood(source, "r", channel, ebn0_db)
        decisions = _logits(pair, received.astype(np.float32)).argmax(axis=1)
        assert (decisions == correlation.argmax(axis=1)).mean() > 0.999, channel


@pytest.mark.parametrize(
    ("channel", "arrives"),
    [("awgn", lambda c: c), ("polynomial:0.5,0,1", lambda c: 0.5 + c**2)],
)
def test_without_fading_logits_are_distances(channel, arrives):
    source = _random_pair(7, equal_energy=False, n=7, k=4)
    pair = maximum_likelihood(source, "r", channel, 5.0)
    means = arrives(codebook_of(pair.encoder).astype(np.float64))
    received = np.random.default_rng(8).normal(size=(100, 7)).astype(np.float32)
    exact = -np.square(received[:, None, :] - means).sum(axis=2) / _n0(7, 4, 5.0)
    difference = _logits(pair, received) - exact
    assert np.ptp(difference, axis=1).max() < 1e-4


@pytest.mark.parametrize("channel", ["rayleigh", REAL])
def test_a_flowgraph_decides_for_the_likeliest_message(channel, run_block, tmp_path):
    from gnuradio import dlcomm

    ebn0_db, count = 12.0, 20_000
    source = _random_pair(9, equal_energy=False, n=8, k=8)
    pair = maximum_likelihood(source, "r", channel, ebn0_db)
    pair.save(tmp_path)
    messages = np.random.default_rng(10).integers(0, 256, count, dtype=np.uint8)
    (sent,) = run_block(
        dlcomm.neural_encoder_bc(str(tmp_path / "encoder.onnx")), messages, np.complex64
    )
    fading = dlcomm.rayleigh_block_fading_channel_cc(
        4, ebn0_db, 2.0, seed=11, real_positive=channel == REAL
    )
    (received,) = run_block(fading, sent, np.complex64)
    decoder = dlcomm.neural_decoder_cb(str(tmp_path / "decoder.onnx"))
    (decided,) = run_block(decoder, received, np.uint8)

    logits = _logits(pair, received.view(np.float32).reshape(-1, 8))
    best_two = np.sort(logits, axis=1)[:, -2:]
    clear = best_two[:, 1] - best_two[:, 0] > 1e-3
    assert clear.mean() > 0.99
    np.testing.assert_array_equal(decided[clear], logits.argmax(axis=1)[clear])


def test_the_recipe_says_what_the_receiver_is_for():
    pair = maximum_likelihood(Pair(*baseline_models("qpsk")), "q_ml", REAL, 12.0)
    for contract in pair.contracts():
        assert contract.link == "q_ml"
        assert contract.recipe["channel"] == REAL
        assert contract.recipe["logits_exact_at_ebn0_db"] == 12.0
        assert contract.recipe["codebook"]["kind"] == "baseline"


@pytest.mark.parametrize("channel", ["rayleigh", REAL])
def test_messages_that_share_samples_do_not_fade(channel):
    with pytest.raises(ValueError, match=r"n is 7, expected an even number"):
        maximum_likelihood(Pair(*baseline_models("hamming_7_4")), "h", channel, 5.0)


@pytest.mark.parametrize("channel", ["rician", "polynomial:", "rayleigh:block=4"])
def test_a_channel_without_a_known_likelihood_is_named(channel):
    with pytest.raises(ValueError, match="expected"):
        maximum_likelihood(Pair(*baseline_models("qpsk")), "q", channel, 5.0)
