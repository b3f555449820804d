# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a radio sends, by SoapySDR."""

from __future__ import annotations

from gnuradio import gr

from .soapy_device import Tuning, open_block, set_gain


class radio_sink(gr.hier_block2):
    """The first transmitting channel of a SoapySDR device.

    It takes one continuous stream: gr-soapy 3.10.5 drops the first of bursts that it is told of
    by length tags, so there are none.
    """

    def __init__(
        self,
        device: str,
        sample_rate: float,
        frequency: float,
        gain: float | None = None,
        antenna: str = "",
    ) -> None:
        """Open and tune the device.

        Args:
            device: SoapySDR's device string, such as ``driver=hackrf``.
            sample_rate: in samples per second.
            frequency: in Hz.
            gain: in dB; None: the device's own control where it has one.
            antenna: name of it; empty: the default one.

        Raises:
            RuntimeError: gr-soapy or the device is not there, or the device refuses a
                setting.
        """
        gr.hier_block2.__init__(
            self,
            "radio_sink",
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
            gr.io_signature(0, 0, 0),
        )
        tuning = Tuning(sample_rate, frequency, gain, antenna)
        self._sink = open_block(device, "sink", tuning)
        self.connect(self, self._sink)

    def samples(self) -> int:
        """How many samples the device has taken."""
        return self._sink.nitems_read(0)

    def set_frequency(self, frequency: float) -> None:
        """Tune while the flowgraph runs, to `frequency` in Hz."""
        self._sink.set_frequency(0, frequency)

    def set_gain(self, gain: float | None) -> None:
        """Change the gain while the flowgraph runs.

        Args:
            gain: in dB; None: the device's own control where it has one.
        """
        set_gain(self._sink, gain)
