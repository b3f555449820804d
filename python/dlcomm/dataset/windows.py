# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Windows of 128 samples, cut from a burst at random and normalised."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlcomm_train.datasets.manifest import WINDOW

from .burst import Burst
from .profiles import Profile

FIRST_START = (50, 500)
"""Lowest and highest place of the first window of a burst."""

LARGEST_HOP = 0.05
"""Largest distance between the starts of neighbouring windows, as a part of the burst; the
least is the length of a window."""

SETTLED = 710
"""Sample from which the pulse shaper, and the channel behind it, have settled."""


def starts(length: int, profile: Profile, rng: np.random.Generator) -> Iterator[int]:
    """Where the windows of a burst of `length` samples begin."""
    start = int(rng.integers(FIRST_START[0], FIRST_START[1] + 1))
    if profile.calibrated:
        start += SETTLED
    highest = max(WINDOW, round(length * LARGEST_HOP))
    while start + WINDOW < length:
        yield start
        start += int(rng.integers(WINDOW, highest + 1))


def cut(
    burst: Burst, snr_db: int, profile: Profile, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """All windows of a burst.

    Returns:
        windows, complex64 [n, 128], and where they start, int64 [n].
    """
    places = np.array(
        [
            start
            for start in starts(len(burst.samples), profile, rng)
            if not profile.calibrated
            or burst.speaks(start, start + WINDOW, profile.audio_rate)
        ],
        np.int64,
    )
    windows = burst.samples[places[:, None] + np.arange(WINDOW)]
    if not profile.calibrated:
        return windows / np.abs(windows).sum(1, keepdims=True), places
    windows = add_noise(windows, snr_db, rng)
    return windows / np.sqrt(_power(windows)), places


def add_noise(windows: np.ndarray, snr_db: float, rng: np.random.Generator) -> np.ndarray:
    """Add white Gaussian noise, so that the SNR of every window is true.

    The SNR of a window is the mean power of its 128 samples of signal, as they come out of the
    channel, over the variance of the noise in a complex sample. The noise is counted over the
    whole band of 200 kHz, which is eight times the symbol rate, and not over the narrower one
    that the signal occupies: Es/N0 is higher by 10 log10(8) = 9 dB.

    Args:
        windows: complex64 [n, 128], without noise.
        snr_db: the SNR.
        rng: source of the noise.

    Returns:
        complex64 [n, 128].
    """
    parts = rng.standard_normal((*windows.shape, 2), np.float32)
    noise = parts.view(np.complex64)[..., 0]
    variance = _power(windows) * np.float32(10.0 ** (-snr_db / 10.0))
    return windows + np.sqrt(variance / 2.0) * noise


def _power(windows: np.ndarray) -> np.ndarray:
    """Mean power of each window, float32 [n, 1]."""
    return (windows.real**2 + windows.imag**2).mean(1, keepdims=True)
