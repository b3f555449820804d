# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A flowgraph that sends a file::

    file_sender --pdus--> transmitter --samples--> device
         ^------sent-----------+
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gnuradio import gr

from ..running import running
from .device_string import DeviceError
from .endpoints import Sink
from .file_sender import file_sender
from .packet_file import PacketFile
from .stall_watch import StallWatch

_PERIOD_S = 0.1
_PATIENCE_S = 2.0
"""A receiver that has everything need not take the zeros that come behind: it gets so long."""


class Transmission(gr.top_block):
    """Sends a file to its end.

    Attributes:
        packets: the file.
        sender: the block that publishes it.
    """

    def __init__(
        self, packets: PacketFile, transmitter: Any, sink: Sink, device: str, longest: int
    ) -> None:
        """Connect everything.

        Args:
            packets: the open file.
            transmitter: block with message ports ``pdus`` in and ``sent`` out.
            sink: the open device.
            device: what messages call it.
            longest: samples of the longest burst.
        """
        super().__init__("transmission")
        self.packets = packets
        self.sender = file_sender(packets)
        self._transmitter, self._sink = transmitter, sink
        self._device, self._longest = device, longest
        self.connect(transmitter, sink.block)
        self.msg_connect(self.sender, "pdus", transmitter, "pdus")
        self.msg_connect(transmitter, "sent", self.sender, "sent")

    def samples(self) -> int:
        """How many the device has taken."""
        return self._sink.samples()

    def send(self, look: Callable[[], None]) -> None:
        """Send everything.

        Args:
            look: called now and then.

        Raises:
            DeviceError: the device is lost.
            NotStartedError: it hangs in its start.
            TransferError: the file cannot be read to its end, or the recording not written.
        """
        stall, lost = StallWatch(self._sink.samples, self._sink.lost_s), False
        with running(self, self.sender, self._sink.block) as run:
            while not run.end.wait(_PERIOD_S):
                look()
                self._check()
                if self._drained():
                    break
                standstill_s = stall.standstill_s()
                if self._sink.waits and self.sender.finished and standstill_s > _PATIENCE_S:
                    break
                waiting = self._sink.waits and not self._sink.samples()
                if lost := stall.stalled() and not waiting:
                    break
        look()
        self._check()
        if lost:
            raise DeviceError(self._why_lost())
        if not self.sender.finished:
            raise DeviceError(f"device {self._device}: takes no more: {self._how_far()}")

    def _check(self) -> None:
        self._sink.check()
        if self.sender.error is not None:
            raise self.sender.error

    def _why_lost(self) -> str:
        reason = "" if self._sink.samples() else self._sink.why_silent()
        standstill = f"has taken no sample for {self._sink.lost_s:g} s: is it lost?"
        return f"device {self._device}: {reason or standstill} {self._how_far()}"

    def _drained(self) -> bool:
        """Whether the last burst has left the device for certain."""
        if self._sink.drain is None or not self.sender.finished:
            return False
        behind = self.sender.last_offset + self._longest + self._sink.drain
        return self._sink.samples() >= behind

    def _how_far(self) -> str:
        return f"{self.sender.sent} of {self.packets.packets} packets were sent"
