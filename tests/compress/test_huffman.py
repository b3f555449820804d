# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Huffman codes are optimal, decode to what went in, and are counted with all they need."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcomm_train.compress import Prune, Quantize, ShareWeights
from dlcomm_train.compress.layers.grid import range_grid
from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.storage import huffman
from dlcomm_train.compress.storage.coded_size import (
    coded,
    decoded,
    entropy_coded_bytes,
    huffman_coded_bytes,
)
from dlcomm_train.compress.storage.store import store


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 300), max_size=400))
def test_what_is_encoded_is_decoded(symbols):
    assert huffman.decode(huffman.encode(np.array(symbols, dtype=np.int64))).tolist() == symbols


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=5))
def test_no_prefix_code_is_shorter(counts):
    lengths = huffman.code_lengths(np.array(counts))
    # Kraft: a prefix code of these lengths exists, and no bit of it is wasted.
    assert sum(2.0 ** -int(length) for length in lengths) == 1.0
    best = min(
        sum(count * length for count, length in zip(counts, found, strict=True))
        for found in itertools.product(range(1, len(counts)), repeat=len(counts))
        if sum(2.0**-length for length in found) <= 1.0
    )
    assert int(lengths @ np.array(counts)) == best


def test_a_textbook_code():
    # Counts of successive Fibonacci numbers give the longest codes there are.
    assert huffman.code_lengths(np.array([1, 1, 2, 3, 5, 0])).tolist() == [4, 4, 3, 2, 1, 0]
    assert huffman.code_lengths(np.array([0, 7])).tolist() == [0, 1]


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    arrays(np.float32, (6, 9), elements=st.floats(-4, 4, width=32)),
    arrays(np.bool_, (6, 9)),
    st.sampled_from([None, 4, 200]),
    st.booleans(),
)
def test_a_layer_is_decoded_to_its_weights(weight, mask, levels, pruned):
    grid = None if levels is None else range_grid(weight, levels, True, with_zero=pruned)
    layer = Layer(weight, np.zeros(6, np.float32))
    layer = layer if grid is None else layer.quantized(grid)
    layer = layer.masked(mask) if pruned else layer
    empty = replace(layer, weight=np.zeros_like(weight))
    assert np.array_equal(decoded(coded(layer), empty), layer.weight)


@pytest.mark.parametrize("last", [Quantize(bits=4), ShareWeights(clusters=16, retraining=None)])
def test_sizes_of_a_pruned_layer(shipped, last):
    """Far places are bridged, and the whole is near what its entropy promises."""
    link = Link.read(shipped("ae_8_8"))
    for step in (Prune(rate=0.95, retraining=None), last):
        link = step.apply(link, lambda *_: None)
    layer = link.decoder.layers[1]
    assert np.diff(np.flatnonzero(layer.weight)).max() > 1 << 4
    assert np.array_equal(decoded(coded(layer), layer), layer.weight)
    size = huffman_coded_bytes(layer)
    # Distances and codes are coded apart, which costs little; the tables cost about 60 bytes.
    assert entropy_coded_bytes(layer) < size < 1.1 * entropy_coded_bytes(layer) + 100
    assert size < store(layer, "weight").size / 2
