# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What distinguishes the two ways to regenerate RadioML 2016.10a."""

from __future__ import annotations

from dataclasses import dataclass

SAMPLE_RATE = 200e3
"""Samples per second of the bursts."""

SAMPLES_PER_SYMBOL = 8
"""Of the digital modulations."""


@dataclass(frozen=True)
class Profile:
    """A recipe.

    Attributes:
        name: as manifests and people call it.
        audio_rate: rate in Hz at which the modulators of analog classes take audio in.
        speech_rate: rate in Hz at which speech is made. Speech of half the audio rate is
            played at double speed.
        calibrated: True: the SNR label is the true SNR of every window, windows lie where
            the pulse shaper has settled and the speaker does not pause, have unit mean
            power, and every burst has a channel of its own. False: as in 2016.
    """

    name: str
    audio_rate: float
    speech_rate: float
    calibrated: bool


HISTORICAL = Profile("historical", audio_rate=44.1e3, speech_rate=22.05e3, calibrated=False)
"""The recipe of 2016 with its defects: to compare with published figures."""

CALIBRATED = Profile("calibrated", audio_rate=40e3, speech_rate=40e3, calibrated=True)
"""The recipe put right: to train receivers that work."""

PROFILES = {profile.name: profile for profile in (HISTORICAL, CALIBRATED)}
"""Both, by name."""
