# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Two radios, bursts and synchronisation included, as a channel for symbols."""

from __future__ import annotations

from typing import Any

import numpy as np
import pmt

from gnuradio import gr

from ..dlcomm_python import burst_shaper_c, burst_sync_c
from .frame_exchange import FrameExchange
from .radio_sink import radio_sink
from .radio_source import radio_source

LONGEST_FRAME = 16_384
"""Symbols of a burst's payload."""

_PDUS, _SENT, _SEQUENCE = map(pmt.intern, ("pdus", "sent", "sequence"))


class air_channel(gr.hier_block2):
    """Complex symbols in, the same number of complex symbols out, over the air in between.

    Symbols of unit mean power are cut into frames; each frame is the payload of a burst, which
    a transmitter sends and a receiver finds, synchronises to and hands back at unit power, as
    ``docs/burst-format.md`` describes. Frames come out in order and without delay; one that was
    lost comes out as zeros; when too many in a row were, the stream ends. Symbols at the end of
    the stream that fill no frame are not sent.

    So a radio can stand where a simulated channel stands, in ``dlcomm ber`` and for training
    (``docs/learning-on-the-air.md``).

    How frames fall into the stream of samples depends on time for a real device; with this
    module's loopback device and ``pace=false`` it does not, and equal seeds give equal symbols.
    """

    def __init__(
        self,
        device: str,
        sample_rate: float,
        frequency: float,
        tx_gain: float | None = None,
        rx_gain: float | None = None,
        rx_device: str = "",
        frame: int = 1024,
        sps: int = 4,
        amplitude: float = 0.25,
        gap: int = 256,
        phase_noise: float = 3e-5,
    ) -> None:
        """Open and tune the devices.

        Args:
            device: SoapySDR's device string of the transmitter.
            sample_rate: of both, in samples per second.
            frequency: of both, in Hz.
            tx_gain: in dB; None: the device's own control where it has one.
            rx_gain: likewise.
            rx_device: device string of the receiver; empty: the transmitter's.
            frame: symbols of a burst's payload.
            sps: samples per symbol.
            amplitude: root mean square of the samples within a burst.
            gap: zeros between bursts, in symbols.
            phase_noise: what the receiver expects of both oscillators, in rad^2 per symbol.

        Raises:
            RuntimeError: a device is not there or refuses a setting.
            ValueError: an argument is out of range.
        """
        stream = gr.io_signature(1, 1, gr.sizeof_gr_complex)
        gr.hier_block2.__init__(self, "air_channel", stream, stream)
        if not 1 <= frame <= LONGEST_FRAME:
            raise ValueError(f"frame is {frame}, expected 1 to {LONGEST_FRAME}")
        self._radios = _Radios(
            burst_shaper_c(sps, amplitude, gap, True),
            radio_sink(device, sample_rate, frequency, tx_gain),
            radio_source(rx_device or device, sample_rate, frequency, rx_gain),
            burst_sync_c(sps=sps, max_payload_symbols=frame, phase_noise=phase_noise),
            frame,
        )
        # Kept: a Python block goes away with its last Python name.
        self._framer = _Framer(self._radios.exchange, frame)
        self._collector = _Collector(self._radios)
        self.connect(self, self._framer)
        self.connect(self._collector, self)

    @property
    def received(self) -> int:
        """Frames that were received."""
        return self._radios.exchange.received

    @property
    def lost(self) -> int:
        """Frames that were lost."""
        return self._radios.exchange.lost


class _Radios(gr.top_block):
    """Transmitter and receiver, in a flowgraph of their own: a radio never comes to an end."""

    def __init__(
        self, shaper: Any, sink: radio_sink, source: radio_source, sync: Any, frame: int
    ) -> None:
        gr.top_block.__init__(self, "radios", catch_exceptions=True)
        self._shaper = shaper
        self.exchange = FrameExchange(frame, self._send)
        self._ear = _Ear(self.exchange)
        self._parts = sink, source, sync
        self.connect(shaper, sink)
        self.connect(source, sync)
        self.msg_connect((shaper, "sent"), (self._ear, "sent"))
        self.msg_connect((sync, "pdus"), (self._ear, "pdus"))

    def _send(self, number: int, frame: np.ndarray) -> None:
        about = pmt.dict_add(pmt.make_dict(), _SEQUENCE, pmt.from_uint64(number))
        symbols = pmt.init_c32vector(len(frame), frame.tolist())
        self._shaper.to_basic_block()._post(_PDUS, pmt.cons(about, symbols))

    def close(self) -> None:
        """Let nobody wait for them any longer, and end."""
        self.exchange.close()
        self.stop()
        self.wait()


class _Ear(gr.basic_block):
    """Hears what was sent and what arrived."""

    def __init__(self, exchange: FrameExchange) -> None:
        gr.basic_block.__init__(self, "ear", None, None)
        self._exchange = exchange
        for port, handler in ((_SENT, self._sent), (_PDUS, self._arrived)):
            self.message_port_register_in(port)
            self.set_msg_handler(port, handler)

    def _sent(self, about: Any) -> None:
        self._exchange.note_sent(_number(about))

    def _arrived(self, pdu: Any) -> None:
        symbols = np.asarray(pmt.c32vector_elements(pmt.cdr(pdu)), np.complex64)
        self._exchange.note_arrived(_number(pmt.car(pdu)), symbols)


class _Framer(gr.sync_block):
    """Cuts a stream into frames."""

    def __init__(self, exchange: FrameExchange, length: int) -> None:
        gr.sync_block.__init__(self, "framer", [np.complex64], None)
        self._exchange = exchange
        self._frame, self._filled = np.empty(length, np.complex64), 0

    def work(self, input_items: Any, output_items: Any) -> int:
        """Fill frames and send those that are full."""
        symbols = input_items[0]
        done = 0
        while done < len(symbols):
            count = min(len(symbols) - done, len(self._frame) - self._filled)
            self._frame[self._filled : self._filled + count] = symbols[done : done + count]
            self._filled += count
            done += count
            if self._filled == len(self._frame):
                self._exchange.put(self._frame.copy())
                self._filled = 0
        return done

    def stop(self) -> bool:
        """Called by GNU Radio at the end of the stream."""
        self._exchange.end()
        return True


class _Collector(gr.sync_block):
    """Runs the radios, and makes a stream of the frames that come back."""

    def __init__(self, radios: _Radios) -> None:
        gr.sync_block.__init__(self, "collector", None, [np.complex64])
        self._radios = radios
        self._rest = np.empty(0, np.complex64)

    def start(self) -> bool:
        """Called by GNU Radio before the first work."""
        self._radios.start()
        return True

    def stop(self) -> bool:
        """Called by GNU Radio at the end."""
        self._radios.close()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        """Hand out what has come back; -1 when nothing more will."""
        room = output_items[0]
        if not len(self._rest):
            try:
                frame = self._radios.exchange.take()
            except RuntimeError as error:
                # Raised any further it would leave the flowgraph waiting for this block.
                self._radios.close()
                self.logger.error(str(error))
                return -1
            if frame is None:
                return -1 if self._radios.exchange.finished else 0
            self._rest = frame
        count = min(len(room), len(self._rest))
        room[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _number(about: Any) -> int:
    """The sequence number in a dictionary."""
    return int(pmt.to_python(pmt.dict_ref(about, _SEQUENCE, pmt.from_uint64(0))))
