#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measure what soft decisions bring a convolutional code around a learned link.

    .venv/bin/python scripts/measure_outer_code.py docs/outer-code.md

The chain is that of examples/radio/coded_link.grc: bits, GNU Radio's convolutional code
(K = 7, rate 1/2, terminated every 1018 bits), a link, white Gaussian noise, the link's
log-likelihood ratios, and the code's decoder twice, with the ratios and with their signs
alone. Prints two tables, or puts them between the two marks of a Markdown file. Takes about
two minutes.
"""

from __future__ import annotations

import argparse
import math
import os
import re
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from gnuradio import analog, blocks, digital, dlcomm, fec, gr
from gnuradio.dlcomm.measurement.intervals import clopper_pearson

FRAME_BITS = 1018
"""With the six bits that end a frame: 2048 bits of the code."""

CODE = {"frame_size": FRAME_BITS, "k": 7, "rate": 2, "polys": [109, 79]}
HARD_LEVEL = 2.65
"""Extended decoders multiply by 48 and add 128: the ends of a byte."""

FRAMES = 4000
WANTED_BER = 1e-4
POINTS = {
    "qpsk": ((3.0, 3.5, 4.0), (5.0, 5.5, 6.0)),
    "ae_8_8": ((5.5, 6.0, 6.5), (7.5, 8.0, 8.5)),
    "ae_8_8_bitwise": ((4.5, 5.0, 5.5), (6.5, 7.0, 7.5)),
}
"""Eb/N0 in dB for soft and for hard decisions, around the wanted rate."""

MARKS = ("<!-- measured: scripts/measure_outer_code.py -->", "<!-- end of measured -->")


class Count(NamedTuple):
    """Errors of information bits behind the decoder."""

    ebn0_db: float
    frames: int
    wrong_frames: int
    wrong_bits: int

    @property
    def bits(self) -> int:
        """Information bits compared."""
        return self.frames * FRAME_BITS

    @property
    def rate(self) -> float:
        """Bit error rate."""
        return self.wrong_bits / self.bits

    def interval(self) -> tuple[float, float]:
        """95 % interval; the errors of a frame come together."""
        cluster = max(1.0, self.wrong_bits / max(1, self.wrong_frames))
        return clopper_pearson(self.wrong_bits, self.bits, cluster)


def count(model: str, ebn0_db: float, soft: bool, frames: int = FRAMES) -> Count:
    """Send frames over a link.

    Args:
        model: name of a shipped link.
        ebn0_db: per information bit, so with the rate of the code.
        soft: ratios for the code's decoder, or their signs.
        frames: how many.
    """
    link = dlcomm.link(model)
    bits = np.random.default_rng(1).integers(0, 2, frames * FRAME_BITS, dtype=np.uint8)
    encoder = fec.cc_encoder_make(**CODE, mode=fec.CC_TERMINATED)
    decoder = fec.cc_decoder.make(**CODE, mode=fec.CC_TERMINATED)
    code_rate = FRAME_BITS / (2.0 * (FRAME_BITS + 6))
    levels: list[gr.basic_block] = [analog.agc_ff(1e-4, 1.0, 1.0)]
    if not soft:
        levels = [
            digital.binary_slicer_fb(),
            digital.chunks_to_symbols_bf([-HARD_LEVEL, HARD_LEVEL]),
        ]
    end = blocks.vector_sink_b()
    graph = gr.top_block()
    graph.connect(
        blocks.vector_source_b(bits.tolist()),
        fec.extended_encoder(encoder, threading=None, puncpat="11"),
        blocks.pack_k_bits_bb(link.k),
        dlcomm.neural_encoder_bc(link.encoder),
        dlcomm.awgn_channel_cc(ebn0_db, link.bits_per_sample * code_rate, seed=1),
        dlcomm.neural_decoder_cf(link.decoder),
        *levels,
        fec.extended_decoder(decoder, threading=None, ann=None, puncpat="11"),
        end,
    )
    graph.run()
    decided = np.array(end.data(), np.uint8)
    arrived = len(decided) // FRAME_BITS
    wrong = decided[: arrived * FRAME_BITS] != bits[: arrived * FRAME_BITS]
    per_frame = wrong.reshape(arrived, FRAME_BITS).sum(axis=1)
    return Count(ebn0_db, arrived, int(np.count_nonzero(per_frame)), int(per_frame.sum()))


def crossing(counts: list[Count], end: int | None = None) -> float:
    """Eb/N0 in dB at which the bit error rate falls through `WANTED_BER`.

    Args:
        counts: at growing Eb/N0, on both sides of it.
        end: 0 or 1 for the lower or the upper ends of the intervals, None for the rates.
    """
    rates = [one.rate if end is None else one.interval()[end] for one in counts]
    logs = [math.log10(max(rate, 1e-12)) for rate in rates]
    return float(
        np.interp(-math.log10(WANTED_BER), [-x for x in logs], [c.ebn0_db for c in counts])
    )


def tables() -> str:
    """Measure everything, as two Markdown tables."""
    rows = ["| link | decisions | Eb/N0, dB | BER (95 %) | wrong bits | wrong frames |",
            "|---|---|---|---|---|---|"]
    gains = ["| link | soft: Eb/N0 at 1e-4 | hard: Eb/N0 at 1e-4 | gain |", "|---|---|---|---|"]
    for model, (for_soft, for_hard) in POINTS.items():
        found = {}
        for soft, points in ((True, for_soft), (False, for_hard)):
            counts = [count(model, ebn0_db, soft) for ebn0_db in points]
            found[soft] = counts
            for one in counts:
                low, high = one.interval()
                rows.append(
                    f"| `{model}` | {'soft' if soft else 'hard'} | {one.ebn0_db:g} | "
                    f"{one.rate:.2e} ({low:.2e} to {high:.2e}) | {one.wrong_bits} of "
                    f"{one.bits} | {one.wrong_frames} of {one.frames} |"
                )
                print(rows[-1], file=sys.stderr)
        texts = [
            f"{crossing(found[soft]):.2f} dB ({crossing(found[soft], 0):.2f} to "
            f"{crossing(found[soft], 1):.2f})" for soft in (True, False)
        ]
        gain = crossing(found[False]) - crossing(found[True])
        gains.append(f"| `{model}` | {texts[0]} | {texts[1]} | {gain:.1f} dB |")
    return "\n".join([*gains, "", *rows])


def main() -> None:
    """Print the tables, or write them into a file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, help="Markdown file to bring up to date")
    file = parser.parse_args().file
    if file is None:
        print(tables())
        return
    text = file.read_text(encoding="utf-8")
    place = re.compile(f"{re.escape(MARKS[0])}.*?{re.escape(MARKS[1])}", re.DOTALL)
    if not place.search(text):
        sys.exit(f"{parser.prog}: {file}: has no line {MARKS[0]!r}")
    made = f"{MARKS[0]}\n{tables()}\n{MARKS[1]}"
    temporary = file.with_suffix(".new")
    temporary.write_text(place.sub(lambda _: made, text), encoding="utf-8")
    os.replace(temporary, file)


if __name__ == "__main__":
    main()
