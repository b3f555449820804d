# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Soft decisions feed GNU Radio's FEC decoders as they are, with nothing in between."""

import numpy as np
from harness import collected, finish, sink, source

from gnuradio import blocks, dlcomm, fec, gr

FRAME_BITS = 512
FRAMES = 60
EBN0_DB = 2.0  # of the link, whose bits are the code's: its own BER is near 3 % here


def bit_error_rate(scale: list, rng: np.random.Generator) -> float:
    """Bit error rate of a K = 7, rate 1/2 convolutional code around the ae_7_4 link.

    Args:
        scale: blocks between neural_decoder_cf and the FEC decoder, none for use as is.
        rng: for the bits.
    """
    link = dlcomm.link("ae_7_4")
    bits = rng.integers(0, 2, FRAMES * FRAME_BITS, dtype=np.uint8)
    code = {"frame_size": FRAME_BITS, "k": 7, "rate": 2, "polys": [79, 109]}
    encoder = fec.cc_encoder_make(**code, mode=fec.CC_TERMINATED)
    decoder = fec.cc_decoder.make(**code, mode=fec.CC_TERMINATED)
    graph = gr.top_block()
    end = sink(np.uint8)
    graph.connect(
        source(bits),
        fec.extended_encoder(encoder, threading=None, puncpat="11"),
        blocks.pack_k_bits_bb(link.k),
        dlcomm.neural_encoder_bc(link.encoder),
        dlcomm.awgn_channel_cc(EBN0_DB, link.bits_per_sample, seed=9),
        dlcomm.neural_decoder_cf(link.decoder),
        *scale,
        fec.extended_decoder(decoder, threading=None, ann=None, puncpat="11"),
        end,
    )
    finish(graph)
    decided = collected(end, np.uint8).items
    # Bits that fill no whole message at the end stay inside.
    assert len(decided) >= (FRAMES - 1) * FRAME_BITS
    return float(np.mean(decided != bits[: len(decided)]))


def test_a_fec_decoder_right_behind_the_block(rng):
    soft = bit_error_rate([], rng)
    assert soft < 2e-3
    # Decisions alone, without their reliabilities, leave several times the errors.
    hard = bit_error_rate([blocks.threshold_ff(0, 0, 0), blocks.add_const_ff(-0.5)], rng)
    assert hard > 3 * soft
    # Had the sign another meaning, the FEC decoder would be misled in this way.
    assert bit_error_rate([blocks.multiply_const_ff(-1.0)], rng) > 0.3
