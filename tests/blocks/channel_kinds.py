# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The four channels under one roof, for tests that hold for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from harness import through

from gnuradio import dlcomm

BITS = 8 / 7
"""Bits per complex sample of the channels made here, as of a (7, 4) link."""

CHANNELS: dict[str, Callable[..., Any]] = {
    "awgn": dlcomm.awgn_channel_cc,
    "rayleigh": lambda *args, **named: dlcomm.rayleigh_block_fading_channel_cc(
        13, *args, **named
    ),
    "polynomial": lambda *args, **named: dlcomm.polynomial_channel_cc(
        [0.1, 1.0, 0.2], *args, **named
    ),
    "interference": lambda *args, **named: dlcomm.interference_channel_cc(
        [1.0, 0.5j, -0.25, 1.0], *args, **named
    ),
}
"""Makers that take (ebn0_db, bits_per_sample, seed, stream)."""


def make(kind: str, ebn0_db: float = 3.0, seed: int = 1, stream: int = 0):
    """A channel of this kind."""
    return CHANNELS[kind](ebn0_db, BITS, seed=seed, stream=stream)


def send(channel, *inputs: np.ndarray, **options: Any) -> np.ndarray:
    """Samples through a channel, first output; of two users the second may be left out."""
    users = channel.input_signature().min_streams()
    if users == 2 and len(inputs) == 1:
        inputs = (inputs[0], np.zeros_like(inputs[0]))
    return through(channel, *inputs, out=[np.complex64] * users, **options)[0].items


def noise_of(channel, count: int, **options: Any) -> np.ndarray:
    """What a channel makes of `count` zero samples."""
    return send(channel, np.zeros(count, np.complex64), **options)


def noise_variance(ebn0_db: float, bits_per_sample: float = BITS) -> float:
    """N0 per complex sample at unit signal power, from the definition."""
    return 1.0 / (bits_per_sample * 10.0 ** (ebn0_db / 10.0))
