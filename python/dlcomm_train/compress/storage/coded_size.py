# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How small a layer's weights become when they are coded, which no file here stores.

:func:`entropy_coded_bytes` is a bound, computed from a histogram. :func:`coded` really makes
the bytes, of the whole chain of S. Han et al., "Deep compression", 2016: places of pruned
weights as distances, values as codes of their levels, both Huffman-coded.
"""

from __future__ import annotations

import numpy as np

from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.storage import huffman

_GAP_BITS = range(2, 9)
_SIZE_BYTES = 4


def entropy_coded_bytes(layer: Layer) -> float:
    """Bytes that an ideal entropy coder would need for the weights' codes.

    The entropy of the codes' own histogram, pruned weights counted as one symbol more (they
    share the code of zero on a grid). Scales and the histogram itself are not counted.
    Not a size of anything that is stored. Float weights count 4 bytes each.
    """
    if layer.grid is None:
        return 4.0 * layer.nonzeros
    codes = layer.grid.codes(layer.weight)
    counts = np.unique(codes, return_counts=True)[1].astype(np.float64)
    return float(-(counts * np.log2(counts / counts.sum())).sum() / 8.0)


def huffman_coded_bytes(layer: Layer) -> int:
    """Bytes of :func:`coded`, and of the numbers that turn codes into weights."""
    constants = 0 if layer.grid is None else layer.grid.constant_bytes
    return len(coded(layer)) + constants


def coded(layer: Layer) -> bytes:
    """A layer's weights as bytes, code tables included; the smallest of these forms.

    First byte 0: all weights. 2 to 8: those that are not zero; before them, for each, the
    distance from the one before, in that many bits at most: where it is larger, zeros stand
    in between. Distances and codes of levels are Huffman-coded, float32 is not.
    """
    forms = [b"\0" + _values(layer, np.arange(layer.weight.size))]
    if layer.mask is not None:
        places = np.flatnonzero(layer.weight)
        for bits in _GAP_BITS:
            gaps, stored = _gaps(places, bits)
            distances = huffman.encode(gaps)
            size = len(distances).to_bytes(_SIZE_BYTES, "little")
            forms.append(bytes([bits]) + size + distances + _values(layer, stored))
    return min(forms, key=len)


def decoded(data: bytes, layer: Layer) -> np.ndarray:
    """The weights [outputs, inputs] float32 that :func:`coded` was given.

    Args:
        data: the bytes.
        layer: tells the shape and the levels; its weights are not looked at.
    """
    weight = np.zeros(layer.weight.size, dtype=np.float32)
    rest, stored = data[1:], np.arange(weight.size)
    if data[0]:
        size = int.from_bytes(rest[:_SIZE_BYTES], "little")
        gaps, rest = rest[_SIZE_BYTES : _SIZE_BYTES + size], rest[_SIZE_BYTES + size :]
        stored = np.cumsum(huffman.decode(gaps) + 1) - 1
    if layer.grid is None:
        weight[stored] = np.frombuffer(rest, dtype="<f4")
        return weight.reshape(layer.weight.shape)
    codes = layer.grid.codes(weight.reshape(layer.weight.shape))
    codes.ravel()[stored] = huffman.decode(rest)
    return layer.grid.values(codes)


def _values(layer: Layer, places: np.ndarray) -> bytes:
    """The weights at `places` of the flat matrix: Huffman-coded on levels, else float32."""
    if layer.grid is None:
        return layer.weight.ravel()[places].astype("<f4").tobytes()
    return huffman.encode(layer.grid.codes(layer.weight).ravel()[places])


def _gaps(places: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Distances less one, from the weight before to every stored one, and the stored places.

    A distance beyond 2^bits is bridged by stored zeros.
    """
    reach = 1 << bits
    steps = np.diff(places, prepend=-1)
    bridges = (steps - 1) // reach
    gaps = np.full(places.size + int(bridges.sum()), reach - 1, dtype=np.int64)
    ends = np.cumsum(bridges + 1) - 1
    gaps[ends] = steps - bridges * reach - 1
    return gaps, np.cumsum(gaps + 1) - 1
