# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Transmits a known sequence over and over until its standard input ends.

Usage: remote_transmitter.py DEVICE RATE
"""

from __future__ import annotations

import sys

from remote_sequence import sequence
from soapy_loop import sink

from gnuradio import blocks, gr


def main() -> None:
    graph = gr.top_block()
    graph.connect(blocks.vector_source_c(sequence().tolist(), True),
                  sink(sys.argv[1], rate=float(sys.argv[2])))
    graph.start()
    sys.stdin.read()
    graph.stop()
    graph.wait()


if __name__ == "__main__":
    main()
