# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Short flowgraphs that look inside a link: its codewords, its decisions, its samples.

All take and give messages as uint8 [b] and symbols as float32 [b, n], the real channel uses
in their order; the blocks see them as complex samples, two reals to a sample.
"""

from __future__ import annotations

import numpy as np

from gnuradio import blocks, gr

from ..dlcomm_python import awgn_channel_cc, neural_decoder_cb, neural_encoder_bc
from ..links import Link


def codewords(link: Link) -> np.ndarray:
    """What `link`'s encoder sends for each message, float32 [M, n]."""
    return encoded(link, np.arange(link.messages, dtype=np.uint8))


def encoded(link: Link, messages: np.ndarray) -> np.ndarray:
    """What `link`'s encoder sends for `messages`, float32 [b, n]."""
    return _through_encoder(link, messages, [])


def received(link: Link, messages: np.ndarray, ebn0_db: float, seed: int) -> np.ndarray:
    """What arrives of `messages` over an AWGN channel, float32 [b, n].

    Args:
        link: the link.
        messages: uint8 [b].
        ebn0_db: Eb/N0 in dB.
        seed: seed of the noise.
    """
    channel = awgn_channel_cc(ebn0_db, link.bits_per_sample, seed=seed)
    return _through_encoder(link, messages, [channel])


def decisions(link: Link, symbols: np.ndarray) -> np.ndarray:
    """What `link`'s decoder makes of `symbols`, uint8 [b].

    Args:
        link: a link without channel knowledge.
        symbols: float32 [b, n].
    """
    frames = _whole_frames(link, symbols)
    graph = gr.top_block()
    source = blocks.vector_source_c(
        np.ascontiguousarray(frames, dtype=np.float32).reshape(-1).view(np.complex64).tolist()
    )
    sink = blocks.vector_sink_b()
    graph.connect(source, neural_decoder_cb(link.decoder), sink)
    graph.run()
    return np.array(sink.data(), dtype=np.uint8)[: len(symbols)]


def _through_encoder(
    link: Link, messages: np.ndarray, behind: list[gr.basic_block]
) -> np.ndarray:
    """Symbols of `messages` behind the encoder and the blocks that follow it."""
    graph = gr.top_block()
    source = blocks.vector_source_b(_whole_frames(link, messages).tolist())
    sink = blocks.vector_sink_c()
    graph.connect(source, neural_encoder_bc(link.encoder), *behind, sink)
    graph.run()
    samples = np.array(sink.data(), dtype=np.complex64)
    return samples.view(np.float32).reshape(-1, link.n)[: len(messages)]


def _whole_frames(link: Link, values: np.ndarray) -> np.ndarray:
    """`values` of every message, the last one repeated until the last frame is whole."""
    short = -len(values) % link.messages_per_frame
    return np.concatenate([values, np.repeat(values[-1:], short, axis=0)])
