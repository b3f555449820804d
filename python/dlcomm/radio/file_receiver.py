# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The block that makes a file of what a receiver decodes."""

from __future__ import annotations

from math import inf
from typing import Any

import pmt

from gnuradio import gr

from .burst_lengths import burst_symbols
from .packet_store import PacketStore
from .reception_counts import ReceptionCounts

_PDUS, _FAILED = pmt.intern("pdus"), pmt.intern("failed")
WRONG_SUM = "crc"
"""Why a burst failed whose header was good, and whose model and code are known."""


class file_receiver(gr.basic_block):
    """Keeps payloads in a `PacketStore`, and counts.

    Message port ``pdus``: pairs of a dictionary and a u8vector, one for each good packet;
    ``failed``: the dictionaries of bursts that gave none.

    Attributes:
        store: where packets go.
        counts: of packets, and what was measured.
        handled: bursts that have come to an end here.
        done: whether the last packet of a transfer has come, good or not.
        most: packets that are enough; None: no number of them.
        enough: whether so many are there. Nothing is kept behind that, or behind the last.
        error: what the disk said when it did not take a packet; nothing is kept from then on.
    """

    def __init__(self, store: PacketStore, sps: int, finish_at_stop: bool = False) -> None:
        """Make the receiver.

        Args:
            store: where packets go.
            sps: samples per symbol, to know how long bursts are.
            finish_at_stop: put the file in its place when the flowgraph stops; otherwise
                the owner of the store does.
        """
        gr.basic_block.__init__(self, "file_receiver", None, None)
        self.store, self._sps = store, sps
        self._finish_at_stop = finish_at_stop
        self.counts = ReceptionCounts()
        self.handled = 0
        self.done = False
        self._end = 0.0
        self.most: int | None = None
        self.enough = False
        self.error: OSError | None = None
        for port, handler in ((_PDUS, self._keep), (_FAILED, self._note_failed)):
            self.message_port_register_in(port)
            self.set_msg_handler(port, handler)

    def stop(self) -> bool:
        """Put the file in its place, if that is wanted; called by the scheduler."""
        if self._finish_at_stop and len(self.store.index):
            try:
                self.store.finish()
            except OSError as error:
                gr.logger(self.alias()).error(f"{self.store.path}: {error.strerror}")
        return True

    def _keep(self, message: object) -> None:
        """A good packet."""
        about = pmt.to_python(pmt.car(message)) or {}
        content = bytes(pmt.u8vector_elements(pmt.cdr(message)))
        if self.error is None and not self._behind(about):
            last = bool(about.get("last", False))
            try:
                arrival = self.store.add(int(about["sequence"]), content, last)
            except OSError as error:
                self.error = error
                return
            self.counts.arrivals[arrival.name] += 1
            self.counts.add(about, self._sps * burst_symbols(int(about.get("symbols", 0))))
            if last and self.store.total is not None:
                self._end_at(about)
            self.enough = self.most is not None and len(self.store.index) >= self.most
        self.handled += 1

    def _note_failed(self, message: object) -> None:
        """A burst without a good packet."""
        about = pmt.to_python(message) or {}
        if not self._behind(about):
            reason = str(about.get("reason", "unknown"))
            self.counts.failures[reason] += 1
            if reason == WRONG_SUM and about.get("last"):
                self.store.end_at(int(about["sequence"]) + 1)
                if self.store.total is not None:
                    self._end_at(about)
        self.handled += 1

    def _end_at(self, about: dict[str, Any]) -> None:
        """The last burst of the transfer is the one that this dictionary tells of."""
        self.done = True
        self._end = float(about.get("offset", 0.0))

    def _behind(self, about: dict[str, Any]) -> bool:
        """Whether a burst came behind the end.

        Not every one that is handled later: good ones and others come by different ports.
        """
        return self.enough or (self.done and float(about.get("offset", inf)) > self._end)
