#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Run the modulation classifier on a long stream; watch its memory and count its decisions.

    .venv/bin/python scripts/soak_classifier.py [--model NAME] [--hours 1] [--speed 10]

An hour of a stream of 200 kHz has 720 million samples. Every decision also goes out as a
message, and every message's offset is checked: one window after the other, none lost. Ends
with exit status 1 where a window is missing or the memory has grown.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time

import pmt
import psutil

from gnuradio import analog, blocks, gr
from gnuradio.dlcomm import modulation_classifier_c

RATE = 200e3
SEED = 1
MOST_GROWTH = 8 << 20
"""Bytes that the process may grow by after the first tenth of the stream."""


class Offsets(gr.basic_block):
    """Counts decisions, and those whose offset is not a hop behind the one before."""

    def __init__(self, hop: int) -> None:
        gr.basic_block.__init__(self, "offsets", None, None)
        self._hop, self._key = hop, pmt.intern("offset")
        self.count = self.wrong = 0
        self.message_port_register_in(pmt.intern("in"))
        self.set_msg_handler(pmt.intern("in"), self.take)

    def take(self, message: object) -> None:
        """Check a message; called by the scheduler."""
        offset = pmt.to_uint64(pmt.dict_ref(message, self._key, pmt.PMT_NIL))
        self.wrong += offset != self.count * self._hop
        self.count += 1


def main() -> int:
    """Run the stream; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="amc_compact")
    parser.add_argument("--hours", type=float, default=1.0, help="length of the stream")
    parser.add_argument("--speed", type=float, default=10.0, help="times real time")
    given = parser.parse_args()
    samples = int(given.hours * 3600.0 * RATE)
    graph = gr.top_block("soak")
    source = analog.fastnoise_source_c(analog.GR_GAUSSIAN, 1.0, SEED, 8192)
    head = blocks.head(gr.sizeof_gr_complex, samples)
    pace = blocks.throttle(gr.sizeof_gr_complex, RATE * given.speed)
    block = modulation_classifier_c(given.model, sample_rate=RATE * given.speed)
    offsets = Offsets(block.hop())
    graph.connect(source, head, pace, block, blocks.null_sink(gr.sizeof_char))
    graph.msg_connect(block, "decisions", offsets, "in")
    ended = threading.Event()
    graph.start()
    threading.Thread(target=lambda: (graph.wait(), ended.set()), daemon=True).start()
    process, sizes, begin = psutil.Process(), [], time.monotonic()
    while not ended.wait(2.0):
        sizes.append(process.memory_info().rss)
        done = block.decisions() * block.hop()
        print(
            f"\r{done / samples:.0%}, {sizes[-1] / 2**20:.1f} MiB, {block.lag():.2f} s behind, "
            f"{block.load():.1%} of a core ",
            end="",
            file=sys.stderr,
        )
    expected = (samples - block.window()) // block.hop() + 1
    settled = sizes[len(sizes) // 10 :] or [0]
    growth = settled[-1] - settled[0]
    print(file=sys.stderr)
    print(
        f"{samples:,} samples ({given.hours:g} h at {RATE:g} Hz) in "
        f"{time.monotonic() - begin:.0f} s: {block.decisions():,} decisions and "
        f"{offsets.count:,} messages of {expected:,} expected, {offsets.wrong} offsets wrong; "
        f"memory {settled[0] / 2**20:.1f} MiB, {growth / 2**20:+.2f} MiB to the end"
    )
    whole = block.decisions() == offsets.count == expected and not offsets.wrong
    return 0 if whole and growth < MOST_GROWTH else 1


if __name__ == "__main__":
    sys.exit(main())
