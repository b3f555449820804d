# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a burst's payload becomes, written down a second time in numpy; PDUs through blocks."""

from __future__ import annotations

import time
import zlib
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pmt

from gnuradio import blocks, dlcomm, gr

TIMEOUT = 120.0
"""Seconds after which messages are taken to have been lost."""

POLYNOMIALS = (109, 79)


class Heard(NamedTuple):
    """PDUs and failures that came out, in order."""

    pdus: list[tuple[dict[str, Any], np.ndarray]]
    failed: list[dict[str, Any]]


def whitening(count: int) -> np.ndarray:
    """The first bits of the whitening sequence."""
    bits = [1] * 15
    while len(bits) < count:
        bits.append(bits[-14] ^ bits[-15])
    return np.array(bits[:count], np.uint8)


def convolved(bits: np.ndarray) -> np.ndarray:
    """Bits of the terminated convolutional code."""
    padded = np.concatenate([bits, np.zeros(6, np.uint8)]).astype(int)
    outputs = []
    for polynomial in POLYNOMIALS:
        taps = [polynomial >> back & 1 for back in range(7)]
        outputs.append(np.convolve(padded, taps)[: len(padded)] % 2)
    return np.stack(outputs, axis=1).ravel().astype(np.uint8)


def places(length: int) -> np.ndarray:
    """Where the interleaver puts each of so many bits."""
    twister = np.random.MT19937()
    twister._legacy_seeding(length)
    place = np.arange(length)
    for i, number in zip(
        range(length - 1, 0, -1), twister.random_raw(length - 1), strict=True
    ):
        j = int(number) % (i + 1)
        place[i], place[j] = place[j], place[i]
    return place


def channel_bits(payload: bytes, code: str) -> np.ndarray:
    """The bits that go over the channel for a payload."""
    closed = payload + zlib.crc32(payload).to_bytes(4, "big")
    bits = np.unpackbits(np.frombuffer(closed, np.uint8))
    bits ^= whitening(len(bits))
    if code == "none":
        return bits
    coded = convolved(bits)
    mixed = np.empty_like(coded)
    mixed[places(len(coded))] = coded
    return mixed


def symbols(payload: bytes, model: str, code: str) -> np.ndarray:
    """The complex symbols of a payload."""
    link = dlcomm.link(model)
    bits = channel_bits(payload, code)
    padded = np.zeros(-(-len(bits) // link.k) * link.k, np.uint8)
    padded[: len(bits)] = bits
    messages = padded.reshape(-1, link.k) @ (1 << np.arange(link.k)[::-1])
    if len(messages) * link.n % 2:
        messages = np.append(messages, 0)
    book = np.array(dlcomm.neural_encoder_bc(link.encoder).codebook(), np.float32)
    return book.reshape(-1, link.n)[messages].ravel().view(np.complex64)


def crc16(text: str) -> int:
    """CRC-16/CCITT-FALSE of a text."""
    state = 0xFFFF
    for byte in text.encode():
        state ^= byte << 8
        for _ in range(8):
            state = (state << 1 ^ (0x1021 if state & 0x8000 else 0)) & 0xFFFF
    return state


def pdu(payload: bytes | np.ndarray, **entries: Any) -> pmt.pmt_base:
    """A PDU of bytes, or of complex symbols."""
    fields = pmt.make_dict()
    for key, value in entries.items():
        fields = pmt.dict_add(fields, pmt.intern(key), pmt.to_pmt(value))
    if isinstance(payload, bytes):
        return pmt.cons(fields, pmt.init_u8vector(len(payload), list(payload)))
    return pmt.cons(fields, pmt.init_c32vector(len(payload), payload.tolist()))


def post(block: Any, message: pmt.pmt_base) -> None:
    """Put a message into a block's queue `pdus`."""
    block.to_basic_block()._post(pmt.intern("pdus"), message)


def finish(block: Any) -> None:
    """Tell a block that no message comes any more, as a block in front of it would."""
    block.to_basic_block()._post(
        pmt.intern("system"), pmt.cons(pmt.intern("done"), pmt.from_long(1))
    )


def through(chain: list[Any], messages: Iterable[pmt.pmt_base], expected: int) -> Heard:
    """Send messages through blocks and return what the last one gave.

    Args:
        chain: blocks with ports `pdus`; the last one may have a port `failed`.
        messages: for the first one.
        expected: how many messages the last one gives in all.
    """
    graph = gr.top_block()
    good, bad = blocks.message_debug(), blocks.message_debug()
    for upstream, downstream in zip(chain, chain[1:], strict=False):
        graph.msg_connect(upstream, "pdus", downstream, "pdus")
    graph.msg_connect(chain[-1], "pdus", good, "store")
    if isinstance(chain[-1], dlcomm.neural_pdu_decoder):
        graph.msg_connect(chain[-1], "failed", bad, "store")
    graph.start()
    try:
        for message in messages:
            post(chain[0], message)
        wait_for(lambda: good.num_messages() + bad.num_messages() >= expected)
    finally:
        graph.stop()
        graph.wait()
    return heard(good, bad)


def wait_for(done: Any) -> None:
    """Wait until `done()` is true."""
    end = time.monotonic() + TIMEOUT
    while not done():
        assert time.monotonic() < end, "the messages did not come"
        time.sleep(0.005)


def heard(good: Any, bad: Any) -> Heard:
    """What two message_debug blocks have stored."""
    found = [good.get_message(i) for i in range(good.num_messages())]
    return Heard(
        [(fields_of(pmt.car(one)), np.array(pmt.to_python(pmt.cdr(one)))) for one in found],
        [fields_of(bad.get_message(i)) for i in range(bad.num_messages())],
    )


def fields_of(dictionary: pmt.pmt_base) -> dict[str, Any]:
    """A PMT dictionary, also one without entries, as one of Python."""
    return dict(pmt.to_python(dictionary) or {})
