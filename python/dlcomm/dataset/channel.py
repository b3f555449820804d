# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The channel of RadioML 2016.10a."""

from __future__ import annotations

from gnuradio import channels

from .profiles import SAMPLE_RATE

HISTORICAL_SEED = 0x1337
"""Seed of the channel in every burst of 2016. Drifts, fading and the samples of the noise are
the same in all of them: at one place of a burst, noise differs between classes, labels and
bursts by its amplitude alone."""

NOISE_OFFSET_DB = -2.87
"""Change of the noise power that makes up for the fader's gain, which is smaller in GNU Radio
3.10 than it was in 3.7."""


def historical_noise_amplitude(snr_db: int) -> float:
    """Standard deviation of the noise for a label: the root was forgotten in 2016, so that the
    noise power moves by 2 dB with each dB of the label."""
    return 10.0 ** (-snr_db / 10.0) * 10.0 ** (NOISE_OFFSET_DB / 20.0)


def channel(noise_amplitude: float, seed: int) -> channels.dynamic_channel_model:
    """Drifting sample rate and carrier, Rician frequency-selective fading, noise.

    Args:
        noise_amplitude: standard deviation of the complex noise.
        seed: of everything random in it, 1 .. 2^24 (it travels in single precision).
    """
    return channels.dynamic_channel_model(
        samp_rate=SAMPLE_RATE,
        sro_std_dev=0.01,
        sro_max_dev=50.0,
        cfo_std_dev=0.01,
        cfo_max_dev=0.5e3,
        N=8,
        doppler_freq=1.0,
        LOS_model=True,
        K=4.0,
        delays=[0.0, 0.9, 1.7],
        mags=[1.0, 0.8, 0.3],
        ntaps_mpath=8,
        noise_amp=noise_amplitude,
        noise_seed=seed,
    )
