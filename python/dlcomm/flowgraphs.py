# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs that run a link over a channel and count its errors::

    source --> encoder --> channel --> decoder --> sink
       |                       (gain) ----^           ^
       +----------------------------------------------+

The gain is wired where the decoder uses channel knowledge.
"""

from __future__ import annotations

import hashlib
from typing import Any

from gnuradio import analog, gr

from .channel_specs import Awgn, ChannelSpec, Flowgraph, Interference, Polynomial, Rayleigh
from .dlcomm_python import (
    awgn_channel_cc,
    error_rate_sink_bb,
    neural_decoder_cb,
    neural_encoder_bc,
    polynomial_channel_cc,
    rayleigh_block_fading_channel_cc,
)
from .flowgraph_channel.aligned import AlignedFlowgraph
from .flowgraph_channel.loader import load
from .links import Link
from .two_user import SharedMedium, other_user
from .watched_flowgraph import WatchedFlowgraph

SAMPLES_PER_BUFFER = 32768
DECISIONS_PER_BUFFER = 16384


class LinkFlowgraph(WatchedFlowgraph):
    """Random messages through encoder, channel and decoder into an error-rate sink.

    The flowgraph ends by itself when the sink's rule is met. Equal arguments give
    equal counts: messages, fading and noise follow from `seed` alone.

    Attributes:
        source, encoder, channel, decoder, sink: the blocks.
    """

    def __init__(
        self,
        link: Link,
        channel: ChannelSpec,
        ebn0_db: float,
        seed: int,
        target_block_errors: int,
        max_messages: int,
    ) -> None:
        """Build the flowgraph; see `link_flowgraph` for the arguments."""
        super().__init__(f"{link.name} over {channel.text}")
        message_seed, channel_seed = _derive_seeds(seed)
        # The source draws from [minimum, maximum).
        self.source = analog.random_uniform_source_b(0, link.messages, message_seed)
        self.encoder = neural_encoder_bc(link.encoder)
        self.channel = make_channel(channel, link, ebn0_db, channel_seed)
        self.decoder = neural_decoder_cb(link.decoder)
        self.sink = error_rate_sink_bb(
            link.k,
            target_block_errors=target_block_errors,
            max_messages=max_messages,
        )
        # Few, large calls: waking a thread costs as much as hundreds of messages.
        self.encoder.set_min_output_buffer(SAMPLES_PER_BUFFER)
        if isinstance(self.channel, AlignedFlowgraph):
            # The messages wait for their decisions at the sink, or neither would go on.
            waiting = self.channel.holds * link.messages_per_frame // link.samples_per_frame
            self.source.set_min_output_buffer(waiting + SAMPLES_PER_BUFFER)
            self.channel.widen(SAMPLES_PER_BUFFER)
        else:
            self.channel.set_min_output_buffer(SAMPLES_PER_BUFFER)
        # What is decided after the sink has seen enough is time lost.
        self.decoder.set_max_output_buffer(DECISIONS_PER_BUFFER)
        self.connect(self.source, self.encoder, self.channel, self.decoder)
        self.connect(self.source, (self.sink, 0))
        self.connect(self.decoder, (self.sink, 1))
        if link.uses_csi:
            if isinstance(channel, Rayleigh):
                self.connect((self.channel, 1), (self.decoder, 1))
            else:
                # Without fading the gain is 1, and a receiver that asks is told so.
                gain = analog.sig_source_c(0, analog.GR_CONST_WAVE, 0, 1)
                self.connect(gain, (self.decoder, 1))


def link_flowgraph(
    link: Link,
    channel: ChannelSpec,
    ebn0_db: float,
    *,
    seed: int = 0,
    target_block_errors: int = 0,
    max_messages: int = 0,
) -> LinkFlowgraph:
    """Build the flowgraph that measures one point of an error-rate curve.

    Args:
        link: the link, from `links.link`.
        channel: the channel, from `channel_specs.parse_channel`.
        ebn0_db: Eb/N0 in dB.
        seed: any whole number; messages, fading and noise follow from it.
        target_block_errors: end at this many message errors; 0: no such rule.
        max_messages: end at this many messages; 0: no such rule.

    Raises:
        ValueError, RuntimeError: one line about an argument that is out of range or a
            model that cannot be loaded.
    """
    return LinkFlowgraph(link, channel, ebn0_db, seed, target_block_errors, max_messages)


def quiet_blocks(warnings: bool = True) -> None:
    """Let blocks of this process log warnings and errors only.

    For programs whose standard output is a table: GNU Radio logs to it.

    Args:
        warnings: False leaves errors only, for a program that tells itself what blocks warn of.
    """
    levels = gr.log_levels
    gr.logging().set_default_level(levels.warn if warnings else levels.err)


def make_channel(channel: ChannelSpec, link: Link, ebn0_db: float, seed: int) -> Any:
    """Make the channel block of `channel` for `link` at `ebn0_db`.

    Args:
        channel: what to make.
        link: gives the bits per sample and the default fading block.
        ebn0_db: Eb/N0 in dB.
        seed: seed of the block's generator, 0 to 2^64 - 1.

    Raises:
        ValueError, RuntimeError: a flowgraph that cannot be loaded or is not whole.
    """
    common = {"ebn0_db": ebn0_db, "bits_per_sample": link.bits_per_sample, "seed": seed}
    if isinstance(channel, Awgn):
        return awgn_channel_cc(**common)
    if isinstance(channel, Polynomial):
        return polynomial_channel_cc(coefficients=list(channel.coefficients), **common)
    if isinstance(channel, Flowgraph):
        found = load(channel.file)
        settings = dict(channel.parameters)
        return AlignedFlowgraph(
            lambda: found.make(settings, **common), found.text, link.samples_per_frame
        )
    if isinstance(channel, Interference):
        return SharedMedium(other_user(channel.model, link), **common)
    return rayleigh_block_fading_channel_cc(
        block_length=fading_block_length(channel, link),
        real_positive=channel.real_positive,
        tag_blocks=False,  # nobody here reads the gains off the tags
        **common,
    )


def fading_block_length(channel: Rayleigh, link: Link) -> int:
    """Complex samples per fading block of `channel` under `link`."""
    return link.samples_per_frame if channel.block is None else channel.block


def messages_per_channel_state(channel: ChannelSpec, link: Link) -> float:
    """Messages that share one state of the channel, at least 1.

    Errors of messages in one fading block come together, so they are not independent
    trials; intervals take this into account.
    """
    if not isinstance(channel, Rayleigh):
        return 1.0
    return max(1.0, 2.0 * fading_block_length(channel, link) / link.n)


def _derive_seeds(seed: int) -> tuple[int, int]:
    """Seeds of the message source (1 to 2^31 - 1) and of the channel (64 bits).

    Drawn from a hash, so that neighbouring seeds give unrelated streams. The source
    takes 0 as "seed from the clock", which must not happen.
    """
    digest = hashlib.sha256(f"gr-dlcomm link flowgraph {seed}".encode()).digest()
    message_seed = 1 + int.from_bytes(digest[:8], "big") % (2**31 - 1)
    return message_seed, int.from_bytes(digest[8:16], "big")
