# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Modulators: chains of GNU Radio blocks from a source to eight samples per symbol."""

from __future__ import annotations

import contextlib
import functools
import io

import numpy as np

from gnuradio import analog, blocks, digital, filter, gr
from gnuradio.filter import firdes

from .profiles import SAMPLE_RATE, SAMPLES_PER_SYMBOL, Profile

EXCESS_BANDWIDTH = 0.35
"""Roll-off of the pulses; for GFSK, the product of bandwidth and symbol duration."""

FILTERS = 32
"""Filters in the bank that shapes the pulses."""

PULSE_SYMBOLS = 88
"""Length of the pulse in symbols, 11 * 8 of the recipe's taps."""

HILBERT_TAPS = 401
"""Length of the filter that makes single-sideband signals."""


def _psk(points: int) -> np.ndarray:
    return np.exp(2j * np.pi * np.arange(points) / points)


def _qam(side: int) -> np.ndarray:
    levels = np.arange(1 - side, side, 2)
    return (levels[:, None] + 1j * levels).ravel()


CONSTELLATIONS = {
    "BPSK": _psk(2),
    "QPSK": _psk(4) * np.exp(0.25j * np.pi),
    "8PSK": _psk(8),
    "PAM4": np.array([-3.0, -1.0, 1.0, 3.0], complex),
    "QAM16": _qam(4),
    "QAM64": _qam(8),
}
"""Points of the linear modulations, not normalised: PSK on the unit circle, the levels of the
others are odd integers."""

BITS_PER_BURST = {"QAM16": 20_000, "QAM64": 30_000}
"""Where it is not :data:`ITEMS_PER_BURST`."""

ITEMS_PER_BURST = 10_000
"""Bits, or samples of audio, that a burst carries."""

ANALOG = ("AM-DSB", "AM-SSB", "WBFM")
"""Classes that carry audio."""


def data_symbols(modulation: str, rng: np.random.Generator) -> np.ndarray:
    """Random data of a burst: uint8, bits or, for linear modulations, places of points."""
    points = len(CONSTELLATIONS.get(modulation, (0, 1)))
    bits = BITS_PER_BURST.get(modulation, ITEMS_PER_BURST)
    return rng.integers(points, size=bits // (points.bit_length() - 1), dtype=np.uint8)


def modulator(modulation: str, profile: Profile) -> list[gr.basic_block]:
    """The chain that modulates bits, places of points or audio, for use in one flowgraph."""
    if modulation in CONSTELLATIONS:
        return [
            digital.chunks_to_symbols_bc(CONSTELLATIONS[modulation].tolist()),
            filter.pfb_arb_resampler_ccf(SAMPLES_PER_SYMBOL, _pulse(), FILTERS),
        ]
    if modulation == "GFSK":
        return [
            digital.gfsk_mod(
                SAMPLES_PER_SYMBOL, sensitivity=0.1, bt=EXCESS_BANDWIDTH, do_unpack=False
            )
        ]
    if modulation == "CPFSK":
        return [analog.cpfsk_bc(0.5, 1.0, SAMPLES_PER_SYMBOL)]
    if modulation == "WBFM":
        # The 220.5 kHz of 2016 were then taken for 200 kHz.
        with contextlib.redirect_stdout(io.StringIO()):  # It prints the length of its filter.
            return [analog.wfm_tx(profile.audio_rate, 5 * profile.audio_rate)]
    step = profile.audio_rate / SAMPLE_RATE
    if modulation == "AM-DSB":
        return [
            filter.mmse_resampler_ff(0.0, step),
            blocks.float_to_complex(),
            blocks.add_const_cc(1.0),
        ]
    if modulation == "AM-SSB" and profile.calibrated:
        # At the rate of the audio, so that the filter reaches low enough for speech.
        return [filter.hilbert_fc(HILBERT_TAPS), filter.mmse_resampler_cc(0.0, step)]
    if modulation == "AM-SSB":
        # The carrier of 2016 is a sine of 0 Hz, which is zero.
        return [
            filter.mmse_resampler_ff(0.0, step),
            blocks.add_const_ff(1.0),
            _Product(analog.sig_source_f(0, analog.GR_SIN_WAVE, 0, 1.0)),
            filter.hilbert_fc(HILBERT_TAPS),
        ]
    raise ValueError(f"modulation: found {modulation!r}, expected a class of RadioML 2016.10a")


def samples_of(modulation: str, items: int, profile: Profile) -> int:
    """How long the burst of so many items is.

    It is what GNU Radio 3.10 gives out in the channel of 2016 when nothing follows the items:
    the filter bank takes symbols in pairs, resamplers and the channel keep eight samples, and
    what is left over from a multiple of eight is lost. In other channels, and with other cuts
    of the stream, that would be eight samples more or less, and windows would move.
    """
    if modulation in CONSTELLATIONS:
        samples = items // 2 * 2 * SAMPLES_PER_SYMBOL
    elif modulation == "WBFM":
        samples = 5 * items
    elif modulation in ANALOG:
        samples = int((items - 8) * SAMPLE_RATE / profile.audio_rate)
    else:
        samples = items * SAMPLES_PER_SYMBOL
    return samples // 8 * 8 - 8


class _Product(gr.hier_block2):
    """Multiplies a stream with a source."""

    def __init__(self, carrier: gr.basic_block) -> None:
        signature = gr.io_signature(1, 1, gr.sizeof_float)
        gr.hier_block2.__init__(self, "product", signature, signature)
        multiply = blocks.multiply_ff()
        self.connect(self, multiply, self)
        self.connect(carrier, (multiply, 1))


@functools.cache
def _pulse() -> list[float]:
    """Taps of the pulse: a root raised cosine at the rate of the filter bank."""
    return firdes.root_raised_cosine(
        FILTERS, FILTERS, 1.0, EXCESS_BANDWIDTH, FILTERS * PULSE_SYMBOLS
    )
