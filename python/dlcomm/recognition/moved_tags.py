# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a radio's tags say, made true again behind a change of rate and frequency."""

from __future__ import annotations

import threading

import numpy as np
import pmt

from gnuradio import gr

_RATE, _FREQ = pmt.intern("rx_rate"), pmt.intern("rx_freq")


class MovedTags(gr.sync_block):
    """Passes samples, and tags with ``rx_rate`` and ``rx_freq`` corrected.

    It runs at the lower rate, once for thousands of samples. ``rx_time`` needs no
    correction: the filters before it move a tag with its sample.
    """

    def __init__(self, ratio: float, shift: float) -> None:
        """Make the block.

        Args:
            ratio: of the rate here to the rate that the tags speak of.
            shift: frequency in Hz that is now at 0 Hz.
        """
        gr.sync_block.__init__(self, "moved_tags", [np.complex64], [np.complex64])
        self.set_tag_propagation_policy(gr.TPP_DONT)
        self._guard = threading.Lock()
        self._ratio, self._shift = ratio, shift
        self._frequency: float | None = None
        self._moved = False

    def set_shift(self, shift: float) -> None:
        """Another frequency is at 0 Hz from about now on: a new tag ``rx_freq`` says so."""
        with self._guard:
            self._shift, self._moved = shift, True

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        """Pass samples and tags; called by the scheduler."""
        output_items[0][:] = input_items[0]
        count = len(output_items[0])
        with self._guard:
            shift, moved, self._moved = self._shift, self._moved, False
        if moved and self._frequency is not None:
            frequency = pmt.from_double(self._frequency + shift)
            self.add_item_tag(0, self.nitems_written(0), _FREQ, frequency)
        for tag in self.get_tags_in_window(0, 0, count):
            value = tag.value
            if pmt.is_real(value) and pmt.eq(tag.key, _RATE):
                value = pmt.from_double(pmt.to_double(value) * self._ratio)
            elif pmt.is_real(value) and pmt.eq(tag.key, _FREQ):
                self._frequency = pmt.to_double(value)
                value = pmt.from_double(self._frequency + shift)
            self.add_item_tag(0, tag.offset, tag.key, value, tag.srcid)
        return count
