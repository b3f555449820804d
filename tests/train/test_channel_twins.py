# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The channel models of training against the channel blocks: one definition, twice.

Both get the same signal. Whatever is received is compared by two-sample
Kolmogorov-Smirnov tests on scalars, one value for every message so that values are
independent, and by the means and second moments of all real channel uses. Every single
comparison has a false-alarm rate of 1e-6 over the seeds, which are fixed; the whole file
makes fewer than 700 of them: false-alarm rate below 7e-4.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from dlcomm_train.channels.models import Awgn, Polynomial, Rayleigh
from gnuradio import dlcomm

MESSAGES = 100_000
LIMIT = 1e-6
EBN0_DB = 4.0
COEFFICIENTS = (0.3, -0.5, 1.0, 0.25)


def _signal(n: int, messages: int = MESSAGES) -> np.ndarray:
    """The same codeword over and over, [messages, n] float32, as the blocks would send it."""
    word = np.random.default_rng(n).normal(size=n)
    word *= np.sqrt(0.5 / np.mean(word**2))
    return np.tile(word.astype(np.float32), (messages, 1))


def _model(channel, signal: np.ndarray, seed: int):
    """What a channel model makes of the signal: symbols, and gains or None."""
    received = channel(torch.from_numpy(signal), torch.Generator().manual_seed(seed))
    csi = received.csi
    return received.symbols.numpy(), None if csi is None else csi.numpy()


def _block(run_block, channel, signal: np.ndarray):
    """What a channel block makes of it."""
    samples = signal.reshape(-1).view(np.complex64)
    (received,) = run_block(channel, samples, np.complex64)
    return received.view(np.float32).reshape(signal.shape)


def _same_distribution(ours: np.ndarray, theirs: np.ndarray, what: str) -> None:
    assert stats.ks_2samp(ours, theirs).pvalue > LIMIT, what


def _same_moments(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Means and second moments of the columns; messages are independent rows."""
    first, second = np.triu_indices(ours.shape[1])
    bound = stats.norm.isf(LIMIT / 2)
    for select in (lambda y: y, lambda y: y[:, first] * y[:, second]):
        a, b = select(ours.astype(np.float64)), select(theirs.astype(np.float64))
        deviation = np.sqrt(a.var(axis=0) / len(a) + b.var(axis=0) / len(b))
        assert (np.abs(a.mean(axis=0) - b.mean(axis=0)) <= bound * deviation).all()


def _columns(ours: np.ndarray, theirs: np.ndarray) -> None:
    for column in range(ours.shape[1]):
        _same_distribution(ours[:, column], theirs[:, column], f"channel use {column}")


@pytest.mark.parametrize(("n", "k"), [(7, 4), (2, 2), (4, 8)])
def test_white_noise(n, k, run_block):
    signal = _signal(n)
    ours, _ = _model(Awgn(n, k, EBN0_DB), signal, 1)
    block = dlcomm.awgn_channel_cc(EBN0_DB, 2.0 * k / n, seed=2)
    theirs = _block(run_block, block, signal)
    _columns(ours, theirs)
    _same_moments(ours, theirs)


@pytest.mark.parametrize("coefficients", [COEFFICIENTS, (0.0, 0.0, 1.0), (0.5,)])
def test_polynomial(coefficients, run_block):
    n, k = 7, 4
    signal = _signal(n)
    ours, _ = _model(Polynomial(n, k, EBN0_DB, coefficients), signal, 3)
    block = dlcomm.polynomial_channel_cc(coefficients, EBN0_DB, 2.0 * k / n, seed=4)
    theirs = _block(run_block, block, signal)
    _columns(ours, theirs)
    _same_moments(ours, theirs)


@pytest.mark.parametrize("real_positive", [False, True])
@pytest.mark.parametrize("ebn0_db", [EBN0_DB, 20.0])
def test_block_fading(real_positive, ebn0_db, run_block):
    n, k = 8, 8
    signal = _signal(n)
    model = Rayleigh(n, k, ebn0_db, real_positive=real_positive)
    ours, told = _model(model, signal, 5)
    assert told is None
    block = dlcomm.rayleigh_block_fading_channel_cc(
        n // 2, ebn0_db, 2.0 * k / n, seed=6, real_positive=real_positive
    )
    theirs = _block(run_block, block, signal)
    _columns(ours, theirs)
    _same_moments(ours, theirs)
    word = signal[0].view(np.complex64)

    def scalars(reals: np.ndarray) -> dict[str, np.ndarray]:
        # One gain for the whole message: its samples agree on it.
        y = reals.view(np.complex64)
        first_by_last = y[:, 0] * y[:, -1].conj()
        return {
            "energy": np.square(reals).sum(axis=1),
            "correlation with the word": np.abs(y @ word.conj()),
            "in-phase part of first by last sample": first_by_last.real,
            "quadrature part of first by last sample": first_by_last.imag,
        }

    expected = scalars(theirs)
    for name, values in scalars(ours).items():
        _same_distribution(values, expected[name], name)


@pytest.mark.parametrize("real_positive", [False, True])
def test_the_gain_that_is_told(real_positive, run_block):
    n, k, ebn0_db = 8, 8, 10.0
    signal = _signal(n)
    ours, told = _model(
        Rayleigh(n, k, ebn0_db, real_positive=real_positive, csi=True), signal, 7
    )
    block = dlcomm.rayleigh_block_fading_channel_cc(
        n // 2, ebn0_db, 2.0 * k / n, seed=8, real_positive=real_positive
    )
    samples = signal.reshape(-1).view(np.complex64)
    received, gain = run_block(block, samples, np.complex64, np.complex64)
    theirs = received.view(np.float32).reshape(signal.shape)
    gains = gain.reshape(MESSAGES, -1)[:, :1].copy().view(np.float32)
    if real_positive:
        assert (told[:, 1] == 0).all() and (gains[:, 1] == 0).all()
    else:
        _same_distribution(told[:, 1], gains[:, 1], "imaginary part")
    _same_distribution(told[:, 0], gains[:, 0], "real part")
    _same_distribution(np.hypot(*told.T), np.hypot(*gains.T), "amplitude")

    def rest(symbols: np.ndarray, gain: np.ndarray) -> np.ndarray:
        faded = signal.view(np.complex64) * (gain[:, :1] + 1j * gain[:, 1:])
        return symbols - faded.astype(np.complex64).view(np.float32)

    # What is left when the faded signal is taken away is the noise, and only that.
    noise = rest(ours, told), rest(theirs, gains)
    _columns(*noise)
    _same_moments(*(np.hstack([w, h]) for w, h in zip(noise, (told, gains), strict=True)))
