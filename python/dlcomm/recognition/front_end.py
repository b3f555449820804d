# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From a radio's stream to eight samples per symbol of one signal in it."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from gnuradio import filter, gr
from gnuradio.fft import window
from gnuradio.filter import firdes, pfb

from .moved_tags import MovedTags
from .unit_power import UnitPower

SAMPLES_PER_SYMBOL = 8
"""What the shipped classifiers have been trained with."""

STOP_BAND_DB = 70.0
"""By how much signals beside the wanted one are weakened."""

MOST_TAPS = 16_384
"""A longer filter would be needed for a signal that is a very small part of the band."""

USUAL_BANDWIDTH = 0.8
"""Of the output's rate, where no bandwidth is asked for."""

_SKIRT = 1.25
"""Where the stop band begins, in bandwidths, when a bandwidth is asked for."""

_KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7)
"""Kaiser's rule for windows whose stop band is that low."""

_TAPS_DB = 1.4 * STOP_BAND_DB
"""What firdes is asked for: it counts taps by a rule that is 30 % short for this window."""

_ARMS = 32
"""Filters in the bank of the arbitrary resampler."""

_MOST_ARMS = 64
"""Filters that a resampler by whole numbers may have."""

_POWER_LENGTH = 128 * SAMPLES_PER_SYMBOL
"""Samples that a level is the mean of."""

_DC_LENGTH = 32 * SAMPLES_PER_SYMBOL
"""Samples that a constant is the mean of, twice over."""


class signal_front_end(gr.hier_block2):
    """Picks one signal out of a stream and resamples it to eight samples per symbol.

    The signal at `centre` is moved to 0 Hz, what lies outside `bandwidth` is filtered away,
    and the rate becomes ``8 * symbol_rate``. For an analog signal, which has no symbols, the
    networks know channels of 200 kHz, which is a `symbol_rate` of 25 kHz.

    All filters have linear phase and a finite memory. Tags stay with their samples to within
    a symbol, so ``rx_time`` and ``truth`` mean behind it what they meant before it;
    ``rx_rate`` and ``rx_freq`` become those of the output. A NaN spoils the samples that the
    filters mix it into, and nothing after.

    The level is made one for what stands behind it, a recording in integers or an instrument
    with a fixed scale. The classifiers do not need it: they normalise every window
    themselves.
    """

    def __init__(
        self,
        sample_rate: float,
        symbol_rate: float = 25e3,
        centre: float = 0.0,
        bandwidth: float = 0.0,
        remove_dc: bool = False,
        normalise: bool = True,
    ) -> None:
        """Design the filters.

        Args:
            sample_rate: of the input, in samples per second.
            symbol_rate: of the wanted signal, in symbols per second.
            centre: frequency of the wanted signal in the input, in Hz.
            bandwidth: two-sided width in Hz of what is kept, at most 6.4 times the symbol
                rate. 0: as much as the output's rate can carry, with the noise beside the
                signal that the classifiers were trained with; they do worse without it, so
                a bandwidth is for neighbours that would be heard otherwise.
            remove_dc: filter away what was at 0 Hz of the input, which is what a radio's own
                oscillator leaves there. The notch is about `symbol_rate` / 50 wide.
            normalise: bring the output to unit power, as the mean over the last 128 symbols
                has it.

        Raises:
            ValueError: a rate is not positive, the signal does not fit into the band, or the
                input's rate is too low or too high for it.
        """
        gr.hier_block2.__init__(
            self,
            "signal_front_end",
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
        )
        self._sample_rate = _positive("sample_rate", sample_rate)
        self._symbol_rate = _positive("symbol_rate", symbol_rate)
        self._output_rate = SAMPLES_PER_SYMBOL * symbol_rate
        self._pass_band, self._stop_band = self._edges(bandwidth)
        self._width = bandwidth or symbol_rate
        self._centre = self._checked_centre(centre)
        # As low as whole numbers lead to without touching what is kept.
        decimation = max(1, int(sample_rate // (1.25 * self._output_rate)))
        between = sample_rate / decimation
        ratio = self._output_rate / between
        resampled = abs(ratio - 1.0) > 1e-12
        taps = [1.0]
        if decimation > 1:
            # What aliases must not fall into what the resampler keeps.
            taps = self._taps(1.0, sample_rate, between - self._stop_band)
        elif not resampled and self._stop_band <= sample_rate / 2.0:
            taps = self._taps(1.0, sample_rate, self._stop_band)
        self._shift = filter.freq_xlating_fir_filter_ccc(
            decimation, taps, self._centre, sample_rate
        )
        # The scheduler moves tags by samples of the input, before it scales them.
        self._shift.declare_sample_delay((len(taps) - 1) // 2)
        self._delay = (len(taps) - 1) / 2.0 / sample_rate
        chain: list[gr.basic_block] = [self, self._shift]
        if resampled:
            chain.append(self._resampler(ratio, between))
        self._notch = None
        if remove_dc:
            self._notch = filter.fir_filter_ccc(1, self._notch_taps())
            self._notch.declare_sample_delay(_DC_LENGTH - 1)
            self._delay += (_DC_LENGTH - 1) / self._output_rate
            chain.append(self._notch)
        if normalise:
            chain.append(UnitPower(_POWER_LENGTH))
        # Kept: a Python block goes away with its last Python name.
        self._tags = MovedTags(self._output_rate / sample_rate, self._centre)
        self.connect(*chain, self._tags, self)

    @property
    def output_rate(self) -> float:
        """Samples per second of the output."""
        return self._output_rate

    @property
    def bandwidth(self) -> float:
        """Two-sided width in Hz of what is kept."""
        return 2.0 * self._pass_band

    @property
    def delay(self) -> float:
        """Seconds by which a signal comes out later than it went in, filters being causal."""
        return self._delay

    def centre(self) -> float:
        """Frequency of the wanted signal in the input, in Hz."""
        return self._centre

    def set_centre(self, centre: float) -> None:
        """Pick another signal while the flowgraph runs.

        Args:
            centre: its frequency in the input, in Hz.

        Raises:
            ValueError: it does not fit into the band.
        """
        self._centre = self._checked_centre(centre)
        self._shift.set_center_freq(self._centre)
        self._tags.set_shift(self._centre)
        if self._notch is not None:
            self._notch.set_taps(self._notch_taps())

    def _edges(self, bandwidth: float) -> tuple[float, float]:
        """Where the band that is kept ends and the stop band begins, in Hz."""
        usual = USUAL_BANDWIDTH * self._output_rate
        if not math.isfinite(bandwidth) or bandwidth < 0.0:
            raise ValueError(f"bandwidth is {bandwidth:g}, expected Hz, or 0 for the usual one")
        if bandwidth > usual * (1.0 + 1e-9):
            raise ValueError(
                f"bandwidth is {bandwidth:g}, expected at most {usual:g}, "
                f"{USUAL_BANDWIDTH * SAMPLES_PER_SYMBOL:g} times the symbol rate"
            )
        if bandwidth > self._sample_rate:
            raise ValueError(
                f"bandwidth is {bandwidth:g}, expected at most the sample rate, "
                f"{self._sample_rate:g}"
            )
        if bandwidth:
            return bandwidth / 2.0, _SKIRT * bandwidth / 2.0
        # What aliases lies outside the pass band, where it fills the skirts of the filter
        # with noise again: the noise at the output is nearly white.
        pass_band = min(usual, 0.9 * self._sample_rate) / 2.0
        return pass_band, min(self._output_rate, self._sample_rate) - pass_band

    def _checked_centre(self, centre: float) -> float:
        """`centre`, where the signal fits into the band of the input.

        A signal at 0 Hz needs no room around it: one that fills the band is what the front
        end is given after a radio's own filter.
        """
        half = self._sample_rate / 2.0
        if not math.isfinite(centre) or abs(centre) > half:
            raise ValueError(
                f"centre is {centre:g}, expected -{half:g} to {half:g} Hz, half the sample rate"
            )
        if self._symbol_rate > half:
            raise ValueError(
                f"sample_rate is {self._sample_rate:g}, expected at least two samples for each "
                f"symbol at {self._symbol_rate:g} symbols per second"
            )
        if centre and abs(centre) + self._width / 2.0 > half:
            raise ValueError(
                f"centre is {centre:g}, expected a signal {self._width:g} Hz wide to lie "
                f"between -{half:g} and {half:g} Hz"
            )
        return centre

    def _taps(self, gain: float, rate: float, stop_band: float, arms: int = 1) -> list[float]:
        """Taps of a low-pass filter for the band that is kept.

        Args:
            gain: at 0 Hz.
            rate: of the samples that the taps are for.
            stop_band: where it begins, in Hz.
            arms: filters that share the taps.
        """
        width = stop_band - self._pass_band
        count = rate / width * _TAPS_DB / 22.0 / arms
        if count > MOST_TAPS:
            raise ValueError(
                f"sample_rate is {self._sample_rate:g}, which is too much for a signal of "
                f"{2.0 * self._pass_band:g} Hz: expected a filter of at most {MOST_TAPS} taps, "
                f"found {count:.0f}; resample before"
            )
        return firdes.low_pass_2(
            gain,
            rate,
            (self._pass_band + stop_band) / 2.0,
            width,
            _TAPS_DB,
            window.WIN_KAISER,
            _KAISER_BETA,
        )

    def _resampler(self, ratio: float, between: float) -> gr.basic_block:
        """What changes the rate by `ratio`, and is a filter for it as well.

        Exact where the ratio is one of small whole numbers. The arbitrary resampler takes
        any, rounds the instants of its samples, and is off by some -70 dB where the
        scheduler happens to cut the stream.
        """
        whole = Fraction(ratio).limit_denominator(_MOST_ARMS)
        exact = abs(whole / ratio - 1.0) < 1e-12 and whole.numerator <= _MOST_ARMS
        arms = whole.numerator if exact else _ARMS
        taps = self._taps(arms, arms * between, self._stop_band, arms)
        if exact:
            resampler = filter.rational_resampler_ccf(arms, whole.denominator, taps)
            # It asks for its history when it runs, too late for the zeros before a stream.
            resampler.set_history(math.ceil(len(taps) / arms))
        else:
            resampler = pfb.arb_resampler_ccf(ratio, taps, arms)
        samples = (len(taps) - 1) / arms / 2.0
        resampler.declare_sample_delay(round(samples))
        self._delay += samples / between
        return resampler

    def _notch_taps(self) -> list[complex]:
        """Taps that take away what was at 0 Hz, which now is at ``-centre``."""
        box = np.full(_DC_LENGTH, 1.0 / _DC_LENGTH)
        taps = np.zeros(2 * _DC_LENGTH - 1, np.complex128)
        taps[_DC_LENGTH - 1] = 1.0
        if abs(self._centre) < self._output_rate / 2.0:
            turn = -2.0 * np.pi * self._centre / self._output_rate
            place = np.arange(len(taps)) - (_DC_LENGTH - 1)
            taps -= np.convolve(box, box) * np.exp(1j * turn * place)
        return taps.tolist()


def _positive(name: str, value: float) -> float:
    if not (math.isfinite(value) and value > 0.0):
        raise ValueError(f"{name} is {value:g}, expected a positive number per second")
    return value
