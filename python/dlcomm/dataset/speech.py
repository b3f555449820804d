# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Speech without a speaker: a small formant synthesiser.

Voiced sounds are glottal pulses of 100 to 250 Hz through a cascade of resonators at the
formants of a vowel, fricatives are noise through one wide resonator, and there are pauses. It
says nothing that could be understood, and needs to: a modulator sees pitch, formants, levels
and pauses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

FORMANTS_HZ = (
    (270, 2290, 3010),
    (390, 1990, 2550),
    (530, 1840, 2480),
    (660, 1720, 2410),
    (730, 1090, 2440),
    (570, 840, 2410),
    (440, 1020, 2240),
    (300, 870, 2240),
)
"""First three formants of vowels of American English, means of male speakers: Peterson and
Barney, "Control methods used in a study of the vowels", 1952."""

BANDWIDTHS_HZ = (60, 90, 150)
"""Of the resonators at the formants."""

PITCH_HZ = (100.0, 250.0)
"""Lowest and highest pitch."""

PEAK = 0.5
"""Largest magnitude of a sample; full scale is 1."""

ROOM_LEVEL = 1e-3
"""Noise of the room, which pauses are filled with, relative to the peak."""

RAMP_SECONDS = 0.01
"""How long a sound takes to begin or to end."""


@dataclass(frozen=True)
class Speech:
    """An excerpt.

    Attributes:
        samples: float32 [n], of magnitude :data:`PEAK` at most.
        active: bool [n], False where the speaker pauses.
    """

    samples: np.ndarray
    active: np.ndarray


def speak(samples: int, rate: float, rng: np.random.Generator) -> Speech:
    """Make an excerpt of a speaker who is drawn anew.

    Args:
        samples: length of the excerpt.
        rate: samples per second.
        rng: source of every choice.
    """
    out = np.zeros(samples)
    active = np.zeros(samples, bool)
    pitch = np.exp(rng.uniform(*np.log(PITCH_HZ)))
    # Somebody listens in at any time: also in the middle of a sound.
    at = -int(rng.uniform(0.0, 0.1) * rate)
    while at < samples:
        kind = rng.choice(3, p=(0.6, 0.15, 0.25))
        shortest, longest = ((0.06, 0.2), (0.04, 0.12), (0.03, 0.15))[kind]
        length = max(2, int(rng.uniform(shortest, longest) * rate))
        if kind < 2:
            sound = (
                _vowel(length, rate, pitch, rng) if kind == 0 else _fricative(length, rate, rng)
            )
            low, high = max(at, 0), min(at + length, samples)
            if high > low:
                out[low:high] = sound[low - at : high - at]
                active[low:high] = True
        at += length
    peak = np.abs(out).max()
    if peak > 0.0:
        out *= PEAK / peak
    out += PEAK * ROOM_LEVEL * rng.standard_normal(samples)
    return Speech(np.clip(out, -PEAK, PEAK).astype(np.float32), active)


def _vowel(length: int, rate: float, pitch: float, rng: np.random.Generator) -> np.ndarray:
    """A voiced sound [length] whose pitch glides."""
    ends = np.clip(pitch * np.exp(rng.uniform(-0.15, 0.15, 2)), *PITCH_HZ)
    turns = np.cumsum(np.linspace(ends[0], ends[1], length) / rate) + rng.uniform()
    pulses = np.diff(np.floor(turns), prepend=np.floor(turns[0]))
    # Two real poles make the glottis' fall of 12 dB an octave; the lips give 6 back.
    pole = np.exp(-2.0 * np.pi * 100.0 / rate)
    sound = lfilter([1.0, -1.0], np.convolve([1.0, -pole], [1.0, -pole]), pulses)
    # Speakers differ in the length of their vocal tract.
    scale = rng.uniform(0.95, 1.2)
    for formant, width in zip(rng.choice(FORMANTS_HZ), BANDWIDTHS_HZ, strict=True):
        sound = _resonate(sound, scale * formant, width, rate)
    return _shaped(sound, rng.uniform(0.5, 1.0), rate)


def _fricative(length: int, rate: float, rng: np.random.Generator) -> np.ndarray:
    """A hiss [length]."""
    noise = np.diff(rng.standard_normal(length + 1))
    return _shaped(
        _resonate(noise, rng.uniform(2500, 6000), 1500, rate), rng.uniform(0.1, 0.4), rate
    )


def _resonate(sound: np.ndarray, centre: float, width: float, rate: float) -> np.ndarray:
    """Pass `sound` [n] through a pair of poles of unit gain at 0 Hz."""
    radius = np.exp(-np.pi * width / rate)
    poles = [1.0, -2.0 * radius * np.cos(2.0 * np.pi * centre / rate), radius**2]
    return lfilter([sum(poles)], poles, sound)


def _shaped(sound: np.ndarray, level: float, rate: float) -> np.ndarray:
    """Let `sound` [n] reach `level`, and begin and end softly."""
    ramp = min(int(RAMP_SECONDS * rate), len(sound) // 2)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(ramp) + 0.5) / ramp)
    envelope = np.ones(len(sound))
    envelope[:ramp] = rise
    envelope[len(sound) - ramp :] = rise[::-1]
    peak = np.abs(sound).max()
    return sound * envelope * (level / peak if peak > 0.0 else 0.0)
