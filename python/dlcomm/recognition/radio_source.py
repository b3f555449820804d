# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a radio hears, by SoapySDR."""

from __future__ import annotations

from gnuradio import gr


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
        try:
            from gnuradio import soapy
        except ImportError as error:
            raise RuntimeError(f"device {device}: gr-soapy is not installed") from error
        try:
            self._source = soapy.source(device, "fc32", 1, "", "", [""], [""])
            self._source.set_sample_rate(0, sample_rate)
            self._source.set_frequency(0, frequency)
            if antenna:
                self._source.set_antenna(0, antenna)
            self.set_gain(gain)
        except (RuntimeError, ValueError) as error:
            reason = str(error)
            if "no match" in reason:
                reason = "SoapySDR finds none such; SoapySDRUtil --find lists those it finds"
            raise RuntimeError(f"device {device}: {reason}") from error
        self.connect(self._source, self)

    def set_frequency(self, frequency: float) -> None:
        """Tune while the flowgraph runs, to `frequency` in Hz."""
        self._source.set_frequency(0, frequency)

    def set_gain(self, gain: float | None) -> None:
        """Change the gain while the flowgraph runs.

        Args:
            gain: in dB; None: the device's own control where it has one.
        """
        if gain is not None:
            self._source.set_gain(0, gain)
        elif self._source.has_gain_mode(0):
            self._source.set_gain_mode(0, True)
