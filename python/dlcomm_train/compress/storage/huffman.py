# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Canonical Huffman codes of whole numbers, as bytes that decode to the numbers again.

The optimal lengths are those of D. Huffman, "A method for the construction of
minimum-redundancy codes", 1952. A canonical code counts upwards through the symbols in order
of length, so that the lengths alone tell it.

An encoded sequence is, in bits: how many numbers (32), the largest symbol (16), the bits of a
length (5), the length of every symbol from 0 to the largest (0: it does not occur), and the
codes, filled up to whole bytes.
"""

from __future__ import annotations

import heapq

import numpy as np

_COUNT_BITS, _SYMBOL_BITS, _WIDTH_BITS = 32, 16, 5


def code_lengths(counts: np.ndarray) -> np.ndarray:
    """Bits of every symbol's code, int64; 0 for a symbol that does not occur.

    Args:
        counts: how often each symbol occurs. A lone symbol gets one bit.
    """
    lengths = np.zeros(len(counts), dtype=np.int64)
    occurring = [int(symbol) for symbol in np.flatnonzero(counts)]
    if len(occurring) == 1:
        lengths[occurring] = 1
        return lengths
    # The second entry settles ties, so that the same counts always give the same code.
    heap = [(int(counts[symbol]), symbol, [symbol]) for symbol in occurring]
    heapq.heapify(heap)
    while len(heap) > 1:
        first, second = heapq.heappop(heap), heapq.heappop(heap)
        members = first[2] + second[2]
        lengths[members] += 1
        heapq.heappush(heap, (first[0] + second[0], min(first[1], second[1]), members))
    return lengths


def encode(symbols: np.ndarray) -> bytes:
    """`symbols`, whole numbers from 0 to 65,535, as bytes with the code table before them."""
    symbols = np.asarray(symbols, dtype=np.int64).ravel()
    lengths = code_lengths(np.bincount(symbols, minlength=1))
    width = int(lengths.max()).bit_length()
    fields = [(symbols.size, _COUNT_BITS), (lengths.size - 1, _SYMBOL_BITS)]
    fields += [(width, _WIDTH_BITS), *((int(length), width) for length in lengths)]
    values, widths = (np.array(column, dtype=np.int64) for column in zip(*fields, strict=True))
    codes = _canonical(lengths)
    bits = _bits(
        np.concatenate([values, codes[symbols]]), np.concatenate([widths, lengths[symbols]])
    )
    return np.packbits(bits).tobytes()


def decode(data: bytes) -> np.ndarray:
    """The numbers int64 that :func:`encode` was given."""
    reader = _Reader(np.unpackbits(np.frombuffer(data, dtype=np.uint8)))
    count, last = reader.number(_COUNT_BITS), reader.number(_SYMBOL_BITS)
    width = reader.number(_WIDTH_BITS)
    lengths = np.array([reader.number(width) for _ in range(last + 1)], dtype=np.int64)
    codes = _canonical(lengths)
    symbol_of = {
        (int(lengths[symbol]), int(codes[symbol])): int(symbol)
        for symbol in np.flatnonzero(lengths)
    }
    return np.array([reader.symbol(symbol_of) for _ in range(count)], dtype=np.int64)


def _canonical(lengths: np.ndarray) -> np.ndarray:
    """The code of every symbol, int64."""
    codes = np.zeros(len(lengths), dtype=np.int64)
    code = length = 0
    for symbol in np.argsort(lengths, kind="stable"):
        if lengths[symbol]:
            code <<= int(lengths[symbol]) - length
            length = int(lengths[symbol])
            codes[symbol] = code
            code += 1
    return codes


def _bits(values: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """Each of `values` in so many bits, highest first, one after the other."""
    starts = np.cumsum(widths) - widths
    bits = np.zeros(int(widths.sum()), dtype=np.uint8)
    for place in range(int(widths.max(initial=0))):
        has = widths > place
        bits[starts[has] + place] = (values[has] >> (widths[has] - 1 - place)) & 1
    return bits


class _Reader:
    """Reads numbers and codes from a row of bits."""

    def __init__(self, bits: np.ndarray) -> None:
        self._bits, self._at = bits.tolist(), 0

    def number(self, width: int) -> int:
        value = 0
        for _ in range(width):
            value = 2 * value + self._bits[self._at]
            self._at += 1
        return value

    def symbol(self, symbol_of: dict[tuple[int, int], int]) -> int:
        length = code = 0
        while (length, code) not in symbol_of:
            code = 2 * code + self._bits[self._at]
            length += 1
            self._at += 1
        return symbol_of[length, code]
