# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The block that hands the packets of a file to a transmitter."""

from __future__ import annotations

import pmt

from gnuradio import gr

from .packet_file import PacketFile, TransferError

OUTSTANDING = 16
"""PDUs that may be on their way: GNU Radio drops messages of full queues silently."""

_PDUS, _SENT = pmt.intern("pdus"), pmt.intern("sent")
_SEQUENCE, _LAST, _OFFSET = map(pmt.intern, ("sequence", "last", "offset"))


class file_sender(gr.basic_block):
    """Publishes a file as PDUs, each when an earlier one has been sent.

    Message port ``pdus`` out: pairs of a dictionary with ``sequence``, and ``last`` on the last
    one, and a u8vector. Message port ``sent`` in: a dictionary for each that has been sent.

    Attributes:
        sent: packets that have been sent.
        last_offset: where in the stream the latest burst lay, as the transmitter told.
        error: what went wrong with the file; the sender goes no further then.
    """

    def __init__(self, packets: PacketFile, outstanding: int = OUTSTANDING) -> None:
        """Make the sender.

        Args:
            packets: the open file.
            outstanding: PDUs that may be on their way at a time.

        Raises:
            ValueError: `outstanding` is less than one.
        """
        gr.basic_block.__init__(self, "file_sender", None, None)
        if outstanding < 1:
            raise ValueError(f"outstanding: found {outstanding}, expected 1 or more")
        self._packets, self._outstanding = packets, outstanding
        self._published = 0
        self.sent = 0
        self.last_offset = 0
        self.error: TransferError | None = None
        self.message_port_register_out(_PDUS)
        self.message_port_register_in(_SENT)
        self.set_msg_handler(_SENT, self._note_sent)

    @property
    def finished(self) -> bool:
        """Whether every packet has been sent."""
        return self.sent == self._packets.packets

    def start(self) -> bool:
        """Publish the first packets; called by the scheduler."""
        self._publish()
        return True

    def _note_sent(self, message: object) -> None:
        """One packet less on its way."""
        offset = pmt.dict_ref(message, _OFFSET, pmt.PMT_NIL)
        if not pmt.is_null(offset):
            self.last_offset = int(pmt.to_python(offset))
        self.sent += 1
        self._publish()

    def _publish(self) -> None:
        """Have as many packets on their way as may be."""
        end = min(self.sent + self._outstanding, self._packets.packets)
        while self._published < end and self.error is None:
            try:
                content = self._packets.read(self._published)
            except TransferError as error:
                self.error = error
                return
            about = pmt.dict_add(
                pmt.make_dict(), _SEQUENCE, pmt.from_uint64(self._published)
            )
            if self._published == self._packets.packets - 1:
                about = pmt.dict_add(about, _LAST, pmt.PMT_T)
            payload = pmt.init_u8vector(len(content), list(content))
            self.message_port_pub(_PDUS, pmt.cons(about, payload))
            self._published += 1
