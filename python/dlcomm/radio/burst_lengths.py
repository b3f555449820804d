# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How long packets are on the air."""

from __future__ import annotations

CODES = ("none", "cc")
"""Outer codes: none, and the convolutional code of rate 1/2 with constraint length 7."""

MAX_PAYLOAD_SYMBOLS = 65535
"""The header counts them in 16 bits."""

_PREAMBLE, _HEADER, _PILOT_PERIOD = 64, 216, 16
_CRC_BYTES = 4
_TAIL_BITS = 6


def payload_symbols(n: int, k: int, code: str, payload_bytes: int) -> int:
    """Symbols of a payload, without pilots.

    Args:
        n: real channel uses of a message.
        k: bits of a message.
        code: one of `CODES`.
        payload_bytes: bytes without the CRC-32.
    """
    bits = 8 * (payload_bytes + _CRC_BYTES)
    if code == "cc":
        bits = 2 * (bits + _TAIL_BITS)
    # Two messages of an odd number of reals make whole complex symbols.
    messages = 1 + n % 2
    frames = -(-bits // (k * messages))
    return frames * (n * messages // 2)


def burst_symbols(symbols: int) -> int:
    """Symbols of a whole burst with `symbols` in its payload: preamble, pilots and all."""
    data = _HEADER + symbols
    return _PREAMBLE + data - (-data // _PILOT_PERIOD)
