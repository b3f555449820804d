# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What is being sent, told beside what is heard, where no tag travels between the two."""

from __future__ import annotations

import threading

import numpy as np
import pmt

from gnuradio import gr

_TRUTH = pmt.intern("truth")
_ROOM = 1024
"""Samples that may wait between the sender's block and what follows it."""


class SentTruth:
    """The truth about what is being sent, and how often it has changed."""

    def __init__(self) -> None:
        """Nothing is sent yet."""
        self._guard = threading.Lock()
        self._changes, self._truth = 0, pmt.PMT_NIL

    def note(self, truth: pmt.pmt_base) -> None:
        """What is sent from now on is this; nil: not known, or nothing."""
        with self._guard:
            self._changes, self._truth = self._changes + 1, truth

    def now(self) -> tuple[int, pmt.pmt_base]:
        """How often the truth has changed, and what it is."""
        with self._guard:
            return self._changes, self._truth


class _Sent(gr.sync_block):
    """Passes what is sent, and notes its truth tags before they go on."""

    def __init__(self, truth: SentTruth) -> None:
        gr.sync_block.__init__(self, "sent_truth", [np.complex64], [np.complex64])
        self.set_max_output_buffer(_ROOM)
        self._truth = truth
        self.ended = False

    def start(self) -> bool:
        self.ended = False
        return True

    def stop(self) -> bool:
        """Nothing follows; called by the scheduler when the stream is over."""
        self._truth.note(pmt.PMT_NIL)
        self.ended = True
        return True

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        count = len(output_items[0])
        tags = self.get_tags_in_window(0, 0, count, _TRUTH)
        if tags:
            self._truth.note(max(tags, key=lambda tag: tag.offset).value)
        output_items[0][:] = input_items[0]
        return count


class _Heard(gr.sync_block):
    """Passes what is heard, with the truth on it once it has settled."""

    def __init__(self, truth: SentTruth, settle: int) -> None:
        gr.sync_block.__init__(self, "heard_truth", [np.complex64], [np.complex64])
        self._truth, self._settle = truth, settle
        self._changes, self._left = 0, 0

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        count = len(output_items[0])
        begin = self.nitems_written(0)
        # Read when the samples are here: they were all sent before a change that comes later.
        changes, truth = self._truth.now()
        if changes != self._changes:
            self._changes, self._left = changes, self._settle
            self.add_item_tag(0, begin, _TRUTH, pmt.PMT_NIL)
        if 0 <= self._left < count:
            self.add_item_tag(0, begin + self._left, _TRUTH, truth)
            self._left = -1
        elif self._left > 0:
            self._left -= count
        output_items[0][:] = input_items[0]
        return count


class air_truth(gr.hier_block2):
    """Puts truth tags on what a radio hears, from what another one sends in this flowgraph.

    The first input is what goes to the transmitter, with tags ``truth``; the second is what
    comes from the receiver. Both leave as they are but for the tags on the second: from a
    change of what is sent on its truth is not known, and `settle` samples later it is the
    new one. It is right where a sample is heard no more than `settle` samples after it came
    to the transmitter's input; how long that takes is not looked at. When the transmitter's
    stream ends, the truth is not known again.
    """

    def __init__(self, settle: int = 25_600) -> None:
        """Make the block.

        Args:
            settle: samples heard after a change whose truth is not known.

        Raises:
            ValueError: `settle` is less than 1.
        """
        signature = gr.io_signature(2, 2, gr.sizeof_gr_complex)
        gr.hier_block2.__init__(self, "air_truth", signature, signature)
        if settle < 1:
            raise ValueError(f"settle: found {settle}, expected 1 or more samples")
        self._truth = SentTruth()
        # Kept: a Python block goes away with its last Python name.
        self._sent, self._heard = _Sent(self._truth), _Heard(self._truth, settle)
        self.connect((self, 0), self._sent, (self, 0))
        self.connect((self, 1), self._heard, (self, 1))

    def sent(self) -> str | None:
        """The modulation that is being sent; None: not known, or nothing."""
        truth = pmt.to_python(self._truth.now()[1])
        return str(truth.get("modulation")) if isinstance(truth, dict) else None

    def ended(self) -> bool:
        """Whether the transmitter's stream is over."""
        return self._sent.ended
