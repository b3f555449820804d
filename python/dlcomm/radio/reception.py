# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A flowgraph that receives a file::

    device --> valve --> receiver --pdus, failed--> file_receiver
                 ^-------how many wait-------------------+
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from gnuradio import gr

from ..running import running
from .backlog_valve import backlog_valve
from .burst_lengths import MAX_PAYLOAD_SYMBOLS, burst_symbols
from .device_string import DeviceError
from .endpoints import Source
from .file_receiver import file_receiver
from .packet_store import PacketStore
from .stall_watch import StallWatch

_PERIOD_S = 0.1
_MARGIN = 1 << 13
"""Samples that filters may keep to themselves."""


class Receiver(Protocol):
    """What a reception asks its receiver, a block with a stream in and two message ports."""

    def bursts(self) -> int:
        """How many bursts were handed to the decoder."""

    def samples(self) -> int:
        """How many samples have been searched."""


class Ending(Enum):
    """Why a reception has ended."""

    LAST = "the last packet arrived"
    PACKETS = "as many packets arrived as were asked for"
    SECONDS = "the time was over"
    RECORDING = "the recording was over"
    SILENCE = "nothing came any more"
    INTERRUPTED = "it was interrupted"
    LOST = "the device was lost"
    DISK = "the disk took no more"


@dataclass(frozen=True)
class Limits:
    """When to end, besides with the last packet.

    Attributes:
        seconds: of signal, or by the clock where the sample rate is not known.
        packets: when so many have arrived.
        silence_s: seconds without a packet, once one has come.
    """

    seconds: float | None = None
    packets: int | None = None
    silence_s: float | None = None


class Reception(gr.top_block):
    """Receives a file.

    Attributes:
        store: where packets go.
        receiver: the block that finds and decodes bursts.
        collector: the block that keeps them.
    """

    def __init__(
        self, source: Source, receiver: Receiver, store: PacketStore, device: str, sps: int
    ) -> None:
        """Connect everything.

        Args:
            source: the open device.
            receiver: block with message ports ``pdus`` and ``failed`` out.
            store: where packets go.
            device: what messages call it.
            sps: samples per symbol.
        """
        super().__init__("reception")
        self.store, self.receiver, self.source = store, receiver, source
        self.collector = file_receiver(store, sps)
        self._device, self._longest = device, sps * burst_symbols(MAX_PAYLOAD_SYMBOLS)
        self._valve = backlog_valve(self.waiting)
        self.connect(source.block, self._valve, receiver)
        for port in ("pdus", "failed"):
            self.msg_connect(receiver, port, self.collector, port)
        self._began = time.monotonic()

    def waiting(self) -> int:
        """How many bursts wait to be decoded or kept."""
        return self.receiver.bursts() - self.collector.handled

    def samples(self) -> int:
        """How many samples have come in."""
        return self._valve.nitems_read(0)

    def receive(self, look: Callable[[], None], limits: Limits) -> Ending:
        """Receive until something ends it.

        Args:
            look: called now and then.
            limits: when to end.

        Returns:
            Why it ended.

        Raises:
            DeviceError: the device is lost.
            NotStartedError: it hangs in its start.
            OSError: the disk does not take a packet.
        """
        self._began = time.monotonic()
        self.collector.most = limits.packets
        stall = StallWatch(self.samples, self.source.lost_s or float("inf"))
        arrived = StallWatch(lambda: self.collector.handled, limits.silence_s or float("inf"))
        ending, lost = None, False
        blocks = self.collector, self._valve, self.source.block
        with running(self, *blocks) as run:
            while ending is None and not run.end.wait(_PERIOD_S):
                look()
                ending = self._ending(limits, arrived)
                if lost := ending is None and stall.stalled():
                    break
        look()
        if lost:
            reason = "" if self.samples() else self.source.why_silent()
            standstill = f"has given no sample for {self.source.lost_s:g} s: is it lost?"
            raise DeviceError(f"device {self._device}: {reason or standstill}")
        ending = ending or self._ending(limits, arrived)
        if ending is None:
            raise DeviceError(f"device {self._device}: gives no more samples: is it lost?")
        return ending

    def _ending(self, limits: Limits, arrived: StallWatch) -> Ending | None:
        """Why to end now; None: go on."""
        if self.collector.error is not None:
            raise self.collector.error
        silent = arrived.stalled()
        if self.collector.done and self.waiting() <= 0:
            return Ending.LAST
        if self.collector.enough:
            self.store.end_at(limits.packets)
            return Ending.PACKETS
        if self.source.samples is not None:
            if self._through(self.source.samples):
                return Ending.SECONDS if self.source.cut else Ending.RECORDING
        elif limits.seconds is not None and self._listened(limits.seconds):
            return Ending.SECONDS
        return Ending.SILENCE if silent and self.collector.handled else None

    def _listened(self, seconds: float) -> bool:
        """Whether so many seconds of signal have been searched."""
        if self.source.sample_rate is None:
            return time.monotonic() - self._began >= seconds and self.waiting() <= 0
        count = int(seconds * self.source.sample_rate)
        return self.receiver.samples() >= count and self.waiting() <= 0

    def _through(self, samples: int) -> bool:
        """Whether a recording, and any burst that it breaks off in, have been searched."""
        return (
            self.receiver.samples() >= samples + self._longest + _MARGIN
            and self.waiting() <= 0
        )
