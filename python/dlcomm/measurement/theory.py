# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Error rates that are known: closed forms, and one integral done numerically.

Everything takes Eb/N0 in dB and gives a probability. Sources: Proakis and Salehi,
Digital Communications, 5th edition (uncoded and fading BPSK, bounded-distance
decoding); Lin and Costello, Error Control Coding (weights of the Hamming code).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from scipy import integrate, special
from scipy.stats import qmc

HAMMING_RATE = 4 / 7


def db_to_ratio(db: float) -> float:
    """The power ratio of `db` decibel."""
    return 10.0 ** (db / 10.0)


def gaussian_tail(x: float | np.ndarray) -> float | np.ndarray:
    """Q(x), the probability that a standard Gaussian exceeds `x`."""
    return special.ndtr(-x)


def bpsk_ber(ebn0_db: float) -> float:
    """Bit error rate of uncoded BPSK (and Gray-mapped QPSK) on AWGN, Q(sqrt(2 Eb/N0))."""
    return float(gaussian_tail(np.sqrt(2.0 * db_to_ratio(ebn0_db))))


def uncoded_bler(bit_error_rate: float, k: int) -> float:
    """Probability that one of `k` independent bits is wrong, 1 - (1 - p)^k."""
    return float(-np.expm1(k * np.log1p(-bit_error_rate)))


def bpsk_bler(ebn0_db: float, k: int) -> float:
    """Block error rate of `k` uncoded BPSK bits on AWGN."""
    return uncoded_bler(bpsk_ber(ebn0_db), k)


def rayleigh_bpsk_ber(ebn0_db: float) -> float:
    """Bit error rate of BPSK with coherent detection on Rayleigh fading.

    (1 - sqrt(g / (1 + g))) / 2 with g the mean Eb/N0 (Proakis and Salehi, 13.3-7).
    """
    g = db_to_ratio(ebn0_db)
    # The textbook form loses all digits at high Eb/N0; this is the same number.
    return float(0.5 / ((1.0 + g) * (1.0 + np.sqrt(g / (1.0 + g)))))


def rayleigh_bpsk_bler(ebn0_db: float, k: int) -> float:
    """Block error rate of `k` coherent BPSK bits that share one Rayleigh gain.

    The uncoded block error rate of the AWGN channel, averaged over the exponentially
    distributed power gain.
    """
    g = db_to_ratio(ebn0_db)

    def integrand(u: float) -> float:
        """Block error rate at the power gain e^u, times the density of u."""
        p = float(gaussian_tail(np.sqrt(2.0 * g * np.exp(u))))
        return uncoded_bler(p, k) * float(np.exp(u - np.exp(u)))

    # In the logarithm of the gain the integrand is smooth at every Eb/N0; what lies
    # outside these limits is below 1e-17.
    value, _ = integrate.quad(integrand, -40.0, 5.0, epsabs=0.0, epsrel=1e-9, limit=200)
    return float(value)


def hamming_codewords() -> np.ndarray:
    """The 16 words of a Hamming(7,4) code, [16, 7], 0 and 1; the all-zero word first.

    Columns of the parity-check matrix are the numbers 1 to 7. Every Hamming(7,4) code is
    this one up to the order of its bits, which error rates do not depend on.
    """
    check = (np.arange(1, 8)[None, :] >> np.arange(3)[:, None]) & 1
    words = np.array(list(itertools.product((0, 1), repeat=7)))
    return words[~np.any(words @ check.T % 2, axis=1)]


def hamming_hard_bler(ebn0_db: float) -> float:
    """Block error rate of Hamming(7,4), hard decisions: more than one of 7 bits wrong."""
    p = float(gaussian_tail(np.sqrt(2.0 * HAMMING_RATE * db_to_ratio(ebn0_db))))
    return float(special.bdtrc(1, 7, p))


def hamming_hard_ber(ebn0_db: float) -> float:
    """Bit error rate of systematic Hamming(7,4), hard decisions.

    Enumerates the 128 patterns of channel errors and counts wrong bits of the decoded
    word. All seven positions of the code are alike, so the mean over the word is the
    rate of the information bits, whichever four positions hold them.
    """
    p = float(gaussian_tail(np.sqrt(2.0 * HAMMING_RATE * db_to_ratio(ebn0_db))))
    words = hamming_codewords()
    patterns = np.array(list(itertools.product((0, 1), repeat=7)))
    distance = (patterns[:, None, :] != words[None, :, :]).sum(axis=2)
    decoded = words[distance.argmin(axis=1)]
    weight = patterns.sum(axis=1)
    probability = p**weight * (1.0 - p) ** (7 - weight)
    return float(probability @ decoded.mean(axis=1))


@dataclass(frozen=True)
class Estimate:
    """A number from a numerical method, and how far off it may be.

    Attributes:
        value: the number.
        standard_error: one standard deviation of `value`.
    """

    value: float
    standard_error: float


@lru_cache(maxsize=1024)
def hamming_ml(ebn0_db: float) -> tuple[Estimate, Estimate]:
    """Block and bit error rate of Hamming(7,4) with maximum-likelihood decoding on AWGN.

    The all-zero word is sent as +a in each of 7 positions, a = sqrt(2 R Eb/N0), with
    unit-variance noise z. The decoder takes the word S (as the set of its ones) with the
    smallest sum over S of (a + z_i), so an error to S happens when that sum is negative
    and no other word's sum is smaller: 15 linear inequalities in 7 dimensions.

    Noise splits into t along S and y across it (6 dimensions). Given y, every inequality
    is a lower limit on t (the slopes are never negative), so its probability is
    Q(limit), exact; the mean over y is a scrambled Sobol sum. Words of one weight are
    alike, so one word each of weight 3, 4 and 7 is enough.

    Returns:
        (block error rate, bit error rate). Bits are those of a systematic encoder; as in
        `hamming_hard_ber`, their rate is the mean over the word.
    """
    a = float(np.sqrt(2.0 * HAMMING_RATE * db_to_ratio(ebn0_db)))
    block = np.zeros(_REPEATS)
    bit = np.zeros(_REPEATS)
    for weight, count in ((3, 7), (4, 7), (7, 1)):
        probability = _decision_probability(weight, a)
        block += count * probability
        bit += count * probability * weight / 7.0
    return _estimate(block), _estimate(bit)


_REPEATS = 8
"""Independent scramblings, from whose spread the error is estimated."""
_POINTS = 1 << 13
"""Sobol points of each."""


@cache
def _gaussian_points() -> np.ndarray:
    """Scrambled Sobol points of a 6-dimensional standard Gaussian, [repeat, point, 6]."""
    return np.stack(
        [
            special.ndtri(
                np.clip(
                    qmc.Sobol(6, scramble=True, seed=repeat).random(_POINTS),
                    1e-12,
                    1.0 - 1e-12,
                )
            )
            for repeat in range(_REPEATS)
        ]
    )


@dataclass(frozen=True)
class _Rival:
    """Another word than the one decided for, and the noise across, seen along it.

    Attributes:
        slope: how fast the word gains on the rival with t; 0 when never.
        weight: ones of the rival.
        across: sum of y over the rival's ones, [repeat, point].
    """

    slope: float
    weight: int
    across: np.ndarray


@cache
def _rivals(weight: int) -> tuple[_Rival, ...]:
    """The 14 rivals of a word of this weight."""
    words = hamming_codewords()[1:]
    index = int(np.flatnonzero(words.sum(axis=1) == weight)[0])
    word = words[index]
    # Rows 1 to 6 of the SVD's right factor span the space across the word.
    basis = np.linalg.svd(word[None, :].astype(float))[2][1:]
    y = _gaussian_points() @ basis
    return tuple(
        _Rival((weight - int(word @ other)) / np.sqrt(weight), int(other.sum()), y @ other)
        for other in np.delete(words, index, axis=0)
    )


def _decision_probability(weight: int, a: float) -> np.ndarray:
    """Probability of deciding for one given word, once per scrambling, [repeat].

    Args:
        weight: ones of the word: 3, 4 or 7.
        a: amplitude over the noise's standard deviation.
    """
    # z = y - t * direction: t is the noise against the word.
    limit = np.full((_REPEATS, _POINTS), a * np.sqrt(weight))
    possible = np.ones(limit.shape, dtype=bool)
    for rival in _rivals(weight):
        offset = (weight - rival.weight) * a - rival.across
        if rival.slope > 0:
            np.maximum(limit, offset / rival.slope, out=limit)
        else:
            possible &= offset <= 0
    return np.where(possible, gaussian_tail(limit), 0.0).mean(axis=1)


def _estimate(repeats: np.ndarray) -> Estimate:
    """Mean over the scramblings and the standard error of that mean."""
    spread = float(repeats.std(ddof=1) / np.sqrt(len(repeats)))
    return Estimate(float(repeats.mean()), spread)
