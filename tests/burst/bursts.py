# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The burst format written down a second time, in numpy, and flowgraphs around the blocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pmt

from gnuradio import blocks, dlcomm, gr

PREAMBLE = np.array([1.0 - 2.0 * int(bit) for bit in f"{0x26C9FD5F5A1D798C:064b}"])
SPAN = 11
Packet = tuple[dict[str, Any], np.ndarray]


def pilots(count: int) -> np.ndarray:
    """The first pilots, +-1."""
    state, found = 0x2D3B, np.empty(count)
    for i in range(count):
        bit = (state >> 14 ^ state >> 13) & 1
        found[i] = 1 - 2 * bit
        state = (state << 1 | bit) & 0x7FFF
    return found


def crc16(bits: Iterable[int]) -> int:
    """CRC-16/CCITT-FALSE of bits."""
    state = 0xFFFF
    for bit in bits:
        top = state >> 15 ^ int(bit)
        state = (state << 1 & 0xFFFF) ^ (0x1021 if top else 0)
    return state


def golay(message: int) -> str:
    """The 24 bits of an extended Golay codeword."""
    rest = message << 11
    for bit in range(22, 10, -1):
        if rest >> bit & 1:
            rest ^= 0xC75 << (bit - 11)
    word = f"{message:012b}{rest:011b}"
    return word + str(word.count("1") % 2)


def header_symbols(fields: Mapping[str, int]) -> np.ndarray:
    """216 symbols of a header; what is not named is 0, the version 1."""
    widths = {"version": 4, "flags": 4, "code": 4, "model": 16, "length": 16, "symbols": 16,
              "sequence": 32}
    values = {"version": 1, **fields}
    text = "".join(f"{values.get(name, 0):0{width}b}" for name, width in widths.items())
    text += f"{crc16(int(bit) for bit in text):016b}"
    words = [golay(int(text[i : i + 12], 2)) for i in range(0, 108, 12)]
    return np.array([1.0 - 2.0 * int(words[i % 9][i // 9]) for i in range(216)])


def burst_symbols(payload: np.ndarray, **fields: int) -> np.ndarray:
    """All symbols of a burst."""
    head = header_symbols({"symbols": len(payload), **fields})
    data = np.concatenate([head, payload])
    known = pilots(-(-len(data) // 16))
    groups = [
        part for n, pilot in enumerate(known)
        for part in (data[16 * n : 16 * n + 16], [pilot])
    ]
    return np.concatenate([PREAMBLE, *groups])


def pulse(sps: int, at: np.ndarray | None = None) -> np.ndarray:
    """The root-raised-cosine, at whole samples or at given ones, of unit energy."""
    whole = np.arange(-SPAN * sps // 2, SPAN * sps // 2 + 1)
    scale = 1.0 / np.sqrt(np.sum(_rrc(whole / sps) ** 2))
    return scale * _rrc((whole if at is None else at) / sps)


def _rrc(t: np.ndarray, a: float = 0.35) -> np.ndarray:
    t = np.where(np.abs(t) < 1e-7, 1e-7, t)
    t = np.where(np.abs(np.abs(t) - 1 / (4 * a)) < 1e-7, t + 1e-6, t)
    value = (np.sin(np.pi * t * (1 - a)) + 4 * a * t * np.cos(np.pi * t * (1 + a))) / (
        np.pi * t * (1 - (4 * a * t) ** 2)
    )
    return np.where(np.abs(t) > SPAN / 2 + 1e-6, 0.0, value)


def waveform(symbols: np.ndarray, sps: int = 4, amplitude: float = 0.25,
             delay: float = 0.0, clock_ppm: float = 0.0) -> np.ndarray:
    """Samples of symbols, whose first one has its centre at 5.5 sps + delay.

    With a clock that runs faster by so many ppm than the receiver's symbols are closer.
    """
    period = sps / (1.0 + clock_ppm * 1e-6)
    centres = 5.5 * sps + delay + np.arange(len(symbols)) * period
    out = np.zeros(int(centres[-1] + 5.5 * sps + 2), complex)
    first = np.ceil(centres - 5.5 * sps - 1e-9).astype(int)
    offsets = np.arange(SPAN * sps + 1)
    places = first[:, None] + offsets
    shapes = pulse(sps, (places - centres[:, None]) * (sps / period))
    np.add.at(out, np.minimum(places, len(out) - 1), symbols[:, None] * shapes)
    return out * amplitude * np.sqrt(sps)


def qpsk(rng: np.random.Generator, count: int) -> np.ndarray:
    """Random symbols of unit power."""
    return ((2 * rng.integers(0, 2, (count, 2)) - 1) @ [1, 1j]) * 0.5**0.5


def noise(rng: np.random.Generator, count: int, variance: float = 1.0) -> np.ndarray:
    """White circular Gaussian samples of this variance."""
    return rng.normal(0.0, np.sqrt(variance / 2), (count, 2)) @ [1, 1j]


def pdu(payload: np.ndarray, **entries: Any) -> pmt.pmt_base:
    """A PDU of complex symbols."""
    dictionary = pmt.make_dict()
    for key, value in entries.items():
        dictionary = pmt.dict_add(dictionary, pmt.intern(key), pmt.to_pmt(value))
    return pmt.cons(dictionary, pmt.init_c32vector(len(payload), payload.tolist()))


def shape(packets: Iterable[pmt.pmt_base], count: int | None = None, **arguments: Any):
    """Run burst_shaper_c on PDUs: its samples, tags, messages of `sent`, and the block.

    With a `count` the stream is cut there.
    """
    graph = gr.top_block()
    shaper = dlcomm.burst_shaper_c(**arguments)
    end = blocks.vector_sink_c()
    sent = blocks.message_debug()
    stages = [shaper, end] if count is None else [shaper, blocks.head(8, count), end]
    graph.connect(*stages)
    graph.msg_connect(shaper, "sent", sent, "store")
    for packet in packets:
        shaper.to_basic_block()._post(pmt.intern("pdus"), packet)
    graph.run()
    messages = [pmt.to_python(sent.get_message(i)) for i in range(sent.num_messages())]
    tags = [(tag.offset, str(tag.key), pmt.to_python(tag.value)) for tag in end.tags()]
    return np.array(end.data(), np.complex64), tags, messages, shaper


def receive(samples: np.ndarray, piece: int | None = None, **arguments: Any):
    """Run burst_sync_c on samples: dictionaries and payloads of its PDUs, and the block.

    With a `piece` it gets the stream in pieces of at most that many samples.
    """
    graph = gr.top_block()
    source = blocks.vector_source_c(np.asarray(samples, np.complex64).tolist())
    sync = dlcomm.burst_sync_c(**arguments)
    if piece is not None:
        source.set_max_noutput_items(piece)
        sync.set_max_noutput_items(piece)
    found = blocks.message_debug()
    graph.connect(source, sync)
    graph.msg_connect(sync, "pdus", found, "store")
    graph.run()
    return stored(found), sync


def stored(debug: blocks.message_debug) -> list[Packet]:
    """The PDUs that a message_debug block has stored."""
    pdus = [debug.get_message(i) for i in range(debug.num_messages())]
    return [
        (pmt.to_python(pmt.car(p)), np.array(pmt.c32vector_elements(pmt.cdr(p))))
        for p in pdus
    ]
