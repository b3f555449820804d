# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How long packets are on the air."""

from __future__ import annotations

from ..links import Link

CODES = ("none", "cc")
"""Outer codes: none, and the convolutional code of rate 1/2 with constraint length 7."""

MAX_PAYLOAD_BYTES = 65535
MAX_PAYLOAD_SYMBOLS = 65535
"""The header has 16 bits for each."""

_PREAMBLE, _HEADER, _PILOT_PERIOD = 64, 216, 16
_CRC_BYTES = 4
_TAIL_BITS = 6


def payload_symbols(link: Link, code: str, payload_bytes: int) -> int:
    """Symbols of a payload, without pilots.

    Args:
        link: encoder and decoder.
        code: one of `CODES`.
        payload_bytes: bytes without the CRC-32.
    """
    bits = 8 * (payload_bytes + _CRC_BYTES)
    if code == "cc":
        bits = 2 * (bits + _TAIL_BITS)
    frames = -(-bits // (link.k * link.messages_per_frame))
    return frames * link.samples_per_frame


def burst_symbols(symbols: int) -> int:
    """Symbols of a whole burst with `symbols` in its payload: preamble, pilots and all."""
    data = _HEADER + symbols
    return _PREAMBLE + data - (-data // _PILOT_PERIOD)


def max_payload_bytes(link: Link, code: str) -> int:
    """The most bytes that a burst can carry."""
    low, high = 0, MAX_PAYLOAD_BYTES
    while low < high:
        middle = (low + high + 1) // 2
        if payload_symbols(link, code, middle) <= MAX_PAYLOAD_SYMBOLS:
            low = middle
        else:
            high = middle - 1
    return low
