# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a radio hears, by SoapySDR."""

from __future__ import annotations

from gnuradio import gr

from .soapy_device import Tuning, open_block, set_gain


class radio_source(gr.hier_block2):
    """The first receiving channel of a SoapySDR device.

    Unlike the blocks of gr-soapy it sets only what it is told: antenna, and gain control,
    differ from device to device.
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
            device: SoapySDR's device string, such as ``driver=rtlsdr``.
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
            "radio_source",
            gr.io_signature(0, 0, 0),
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
        )
        tuning = Tuning(sample_rate, frequency, gain, antenna)
        self._source = open_block(device, "source", tuning)
        self.connect(self._source, self)

    def set_frequency(self, frequency: float) -> None:
        """Tune while the flowgraph runs, to `frequency` in Hz."""
        self._source.set_frequency(0, frequency)

    def set_gain(self, gain: float | None) -> None:
        """Change the gain while the flowgraph runs.

        Args:
            gain: in dB; None: the device's own control where it has one.
        """
        set_gain(self._source, gain)
