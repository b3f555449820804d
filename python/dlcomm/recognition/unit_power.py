# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A level control that looks at the stream itself and forgets what was wrong with it."""

from __future__ import annotations

from gnuradio import analog, blocks, filter, gr

_LEAST_POWER = 1e-24
"""Silence stays silence: it is not divided by zero."""


class UnitPower(gr.hier_block2):
    """Divides a complex stream by its own root mean square over the last samples.

    The mean has a finite memory. A NaN spoils as many samples as it covers and no more,
    where GNU Radio's recursive level controls and averages stay NaN from then on.

    At the beginning the mean is over the samples that have been there. A burst after silence
    starts too loud, by the square root of `length`, until the mean has filled with it.
    """

    def __init__(self, length: int) -> None:
        """Make the control.

        Args:
            length: samples that the mean is over.
        """
        signature = gr.io_signature(1, 1, gr.sizeof_gr_complex)
        gr.hier_block2.__init__(self, "unit_power", signature, signature)
        taps = [1.0 / length] * length
        # How much of the mean's memory has been filled: 1 from sample `length` on.
        filled = (
            analog.sig_source_f(1.0, analog.GR_CONST_WAVE, 0.0, 1.0),
            filter.fir_filter_fff(1, taps),
        )
        power = (
            blocks.complex_to_mag_squared(),
            filter.fir_filter_fff(1, taps),
            blocks.add_const_ff(_LEAST_POWER),
        )
        mean, root = blocks.divide_ff(), blocks.transcendental("sqrt", "float")
        level, divide = blocks.float_to_complex(), blocks.divide_cc()
        self.connect(self, *power, mean, root, level)
        self.connect(*filled, (mean, 1))
        self.connect(self, divide, self)
        self.connect(level, (divide, 1))
