# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From a radio's stream to eight samples per symbol of one signal in it."""

from __future__ import annotations

import math

from gnuradio import blocks, filter, gr
from gnuradio.fft import window
from gnuradio.filter import firdes, pfb

SAMPLES_PER_SYMBOL = 8
"""What the shipped classifiers have been trained with."""

STOP_BAND_DB = 70.0
"""By how much signals beside the wanted one are weakened."""

MOST_TAPS = 16_384
"""A longer filter would be needed for a signal that is a very small part of the band."""

_KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7)
"""Kaiser's rule for windows whose stop band is that low."""

_TAPS_DB = 1.4 * STOP_BAND_DB
"""What firdes is asked for: it counts taps by a rule that is 30 % short for this window."""

_ARMS = 32
"""Filters in the bank of the resampler."""

_LEAST_LEVEL = 1e-12
"""Silence is not divided by zero."""


class signal_front_end(gr.hier_block2):
    """Picks one signal out of a stream and resamples it to eight samples per symbol.

    The signal at `centre` is moved to 0 Hz, what lies outside `bandwidth` is filtered away,
    and the rate becomes ``8 * symbol_rate``. For an analog signal, which has no symbols, the
    networks know channels of 200 kHz, which is a `symbol_rate` of 25 kHz.

    Tags stay with their samples to within a symbol; ``rx_time`` and others are moved, not
    changed. The level is brought to unit power slowly, over about a thousand symbols, for the
    instruments and recordings behind it; the classifiers do not need it, since they
    normalise every window themselves.
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
            bandwidth: two-sided width in Hz of what is kept; 0: 6.4 times the symbol rate,
                which is 80 % of the output's band and more than a classifier has learned to
                expect.
            remove_dc: filter away what lies at 0 Hz of the input, before `centre` is moved
                there: the local oscillator of a radio that the signal was tuned beside.
            normalise: bring the output to unit power.

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
        if not math.isfinite(bandwidth) or bandwidth < 0.0:
            raise ValueError(f"bandwidth is {bandwidth:g}, expected Hz, or 0 for the usual one")
        self._bandwidth = bandwidth or 0.8 * self._output_rate
        if self._bandwidth > self._output_rate:
            raise ValueError(
                f"bandwidth is {self._bandwidth:g}, expected at most the output's rate, "
                f"{self._output_rate:g}"
            )
        self._centre = self._checked_centre(centre)
        # As low as whole numbers lead to without touching what is kept.
        decimation = max(1, int(sample_rate // (1.25 * self._output_rate)))
        between = sample_rate / decimation
        self._shift = filter.freq_xlating_fir_filter_ccc(
            decimation, self._taps(between), self._centre, sample_rate
        )
        # Where a tag is in the output, its sample must be: filters delay samples alone.
        self._shift.declare_sample_delay(0, len(self._shift.taps()) // 2 // decimation)
        chain: list[gr.basic_block] = [self]
        if remove_dc:
            chain.append(filter.dc_blocker_cc(1024, True))
        chain.append(self._shift)
        ratio = self._output_rate / between
        if abs(ratio - 1.0) > 1e-12:
            chain.append(self._resampler(ratio, between))
        if normalise:
            chain.append(_UnitPower(1.0 / (1000 * SAMPLES_PER_SYMBOL)))
        self.connect(*chain, self)

    @property
    def output_rate(self) -> float:
        """Samples per second of the output."""
        return self._output_rate

    @property
    def bandwidth(self) -> float:
        """Two-sided width in Hz of what is kept."""
        return self._bandwidth

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
        if self._symbol_rate > self._sample_rate / 2.0:
            raise ValueError(
                f"sample_rate is {self._sample_rate:g}, expected at least two samples for each "
                f"symbol at {self._symbol_rate:g} symbols per second"
            )
        if centre and abs(centre) + self._symbol_rate / 2.0 > half:
            raise ValueError(
                f"centre is {centre:g}, expected a signal of {self._symbol_rate:g} symbols per "
                f"second to lie between -{half:g} and {half:g} Hz"
            )
        return centre

    def _taps(self, between: float) -> list[complex]:
        """Taps of the filter before the decimation."""
        pass_band = min(self._bandwidth, self._sample_rate * 0.98) / 2.0
        # What aliases must not fall into the pass band.
        stop_band = min(between - pass_band, self._sample_rate / 2.0)
        if stop_band <= pass_band:
            return [1.0]
        width = stop_band - pass_band
        count = self._sample_rate / width * _TAPS_DB / 22.0
        if count > MOST_TAPS:
            raise ValueError(
                f"sample_rate is {self._sample_rate:g}, expected at most "
                f"{self._sample_rate * MOST_TAPS / count:g} for a signal of "
                f"{self._symbol_rate:g} symbols per second: resample before"
            )
        return firdes.low_pass_2(
            1.0,
            self._sample_rate,
            (pass_band + stop_band) / 2.0,
            width,
            _TAPS_DB,
            window.WIN_KAISER,
            _KAISER_BETA,
        )

    def _resampler(self, ratio: float, between: float) -> gr.basic_block:
        """What changes the rate by any `ratio`, and is a filter for it as well."""
        pass_band = min(self._bandwidth, 0.9 * between) / 2.0
        stop_band = min(self._output_rate, between) - pass_band
        taps = firdes.low_pass_2(
            _ARMS,
            _ARMS * between,
            (pass_band + stop_band) / 2.0,
            stop_band - pass_band,
            _TAPS_DB,
            window.WIN_KAISER,
            _KAISER_BETA,
        )
        resampler = pfb.arb_resampler_ccf(ratio, taps, _ARMS)
        resampler.declare_sample_delay(round(len(taps) / _ARMS / 2.0 * ratio))
        return resampler


class _UnitPower(gr.hier_block2):
    """Divides a stream by its own level, averaged exponentially with factor `share`."""

    def __init__(self, share: float) -> None:
        signature = gr.io_signature(1, 1, gr.sizeof_gr_complex)
        gr.hier_block2.__init__(self, "unit_power", signature, signature)
        divide = blocks.divide_cc()
        self.connect(self, divide, self)
        level = (blocks.rms_cf(share), blocks.add_const_ff(_LEAST_LEVEL))
        self.connect(self, *level, blocks.float_to_complex(), (divide, 1))


def _positive(name: str, value: float) -> float:
    if not (math.isfinite(value) and value > 0.0):
        raise ValueError(f"{name} is {value:g}, expected a positive number per second")
    return value
