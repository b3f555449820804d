# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Shared weights: few values, learned, stored as codes, before and after other steps."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx import TensorProto

from dlcomm_train.compress import (
    Factorize,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    ShareWeights,
    compress,
)
from dlcomm_train.compress.layers.centroids import Centroids, clustered
from dlcomm_train.compress.layers.grid import Grid, fitted_grid
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.pipeline import compress_and_count
from dlcomm_train.compress.training.network import TrainableLayer
from dlcomm_train.models.statistics import cost

_SHARE = ShareWeights(clusters=16, retraining=None)


def _applied(link, *steps):
    for step in steps:
        link = step.apply(link, lambda *_: None)
    return link


def _same(found, expected, tolerance=1e-5):
    assert np.abs(found - expected).max() <= tolerance * np.abs(expected).max()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    arrays(np.float32, (4, 7), elements=st.floats(-10, 10, width=32)),
    st.integers(2, 12),
    st.booleans(),
)
def test_every_weight_has_the_nearest_centroid(weight, clusters, with_zero):
    found = clustered(weight, clusters, with_zero)
    assert 1 <= found.levels <= clusters
    assert not with_zero or 0.0 in found.table
    distance = np.abs(found.values(found.codes(weight)) - weight)
    nearest = np.abs(weight[..., None] - found.table).min(axis=-1)
    assert np.allclose(distance, nearest, atol=1e-6)


def test_few_different_weights_stay_as_they_are():
    weight = np.array([[0.5, -1.0, 0.5], [2.0, 2.0, -1.0]], dtype=np.float32)
    assert clustered(weight, 3).table.tolist() == [-1.0, 0.5, 2.0]


def test_clusters_beat_even_levels():
    weight = np.random.default_rng(2).laplace(size=(64, 64)).astype(np.float32)
    errors = [
        np.square(levels.values(levels.codes(weight)) - weight).mean()
        for levels in (fitted_grid(weight, 8, False), clustered(weight, 8))
    ]
    assert errors[1] < errors[0]


@pytest.mark.parametrize(
    ("clusters", "kind"),
    [(4, TensorProto.UINT2), (16, TensorProto.UINT4), (200, TensorProto.UINT8)],
)
def test_codes_have_the_narrowest_standard_type(shipped, logits_of, clusters, kind):
    pair, step = shipped("ae_8_8"), ShareWeights(clusters=clusters, retraining=None)
    result = compress(pair, [step], "shared")
    result.contracts()
    tensors = {x.name: x for x in result.decoder.graph.initializer}
    assert tensors["weight_1_code"].data_type == kind
    assert list(tensors["weight_1_table"].dims) == [clusters]
    link = _applied(Link.read(pair), step)
    symbols = np.random.default_rng(7).normal(size=(4096, 8)).astype(np.float32)
    _same(logits_of(result.decoder), link.decoder.forward(symbols))
    # A shared weight is a weight: the table does not count.
    assert cost(result.decoder).parameters == cost(pair.decoder).parameters
    assert cost(result.decoder).operations == cost(pair.decoder).operations


def test_a_small_layer_stays_float_where_its_table_is_larger(shipped):
    result = compress(shipped("ae_2_2"), [ShareWeights(clusters=4, retraining=None)])
    assert {x.data_type for x in result.decoder.graph.initializer} == {TensorProto.FLOAT}


@pytest.mark.parametrize(
    "steps",
    [
        (Prune(rate=0.5, retraining=None), _SHARE),
        (_SHARE, Prune(rate=0.5, retraining=None)),
        (_SHARE, Prune(rate=0.5, retraining=None), _SHARE),
        (Quantize(bits=3), Prune(rate=0.5, retraining=None), _SHARE),
        (_SHARE, PruneUnits(rate=0.5, retraining=None), Factorize(rank=3, retraining=None)),
    ],
)
def test_any_order(shipped, logits_of, steps):
    pair = shipped("ae_7_4")
    link = _applied(Link.read(pair), *steps)
    for layer in link.encoder.layers + link.decoder.layers:
        assert isinstance(layer.grid, Centroids)
        assert np.isin(layer.weight, layer.grid.table).all()
        assert layer.mask is None or not np.any(layer.weight[~layer.mask])
        assert len(np.unique(layer.weight)) <= 16
    symbols = np.random.default_rng(7).normal(size=(4096, 7)).astype(np.float32)
    result = compress(pair, steps)
    result.contracts()
    _same(logits_of(result.decoder), link.decoder.forward(symbols))


def test_later_levels_replace_the_sharing(shipped):
    link = _applied(Link.read(shipped("ae_7_4")), _SHARE, Quantize(bits=4))
    assert all(isinstance(layer.grid, Grid) for layer in link.decoder.layers)
    link = _applied(link, _SHARE)
    assert all(isinstance(layer.grid, Centroids) for layer in link.decoder.layers)


def test_pruned_codes_are_stored_as_a_sparse_tensor(shipped, logits_of):
    steps = (Prune(rate=0.95, retraining=None), ShareWeights(clusters=30, retraining=None))
    pair = shipped("ae_8_8")
    result = compress(pair, steps)
    result.contracts()
    sparse = {x.values.name: x for x in result.decoder.graph.sparse_initializer}
    assert sparse["weight_1_code"].values.data_type == TensorProto.UINT8
    link = _applied(Link.read(pair), *steps)
    symbols = np.random.default_rng(7).normal(size=(4096, 8)).astype(np.float32)
    _same(logits_of(result.decoder), link.decoder.forward(symbols), 1e-4)
    weights = sum(np.count_nonzero(layer.weight) for layer in link.decoder.layers)
    biases = sum(layer.outputs for layer in link.decoder.layers)
    assert cost(result.decoder).parameters == weights + biases


def test_a_centroid_learns_from_the_sum_of_its_weights(shipped):
    link = _applied(
        Link.read(shipped("ae_7_4")), Prune(rate=0.3, retraining=None), _SHARE
    )
    (layer, *_) = link.decoder.layers
    module = TrainableLayer(layer)
    value = torch.randn(64, 7, generator=torch.Generator().manual_seed(1))
    weight = module.weight
    weight.retain_grad()
    torch.nn.functional.linear(value, weight, module.bias).square().sum().backward()
    codes, gradient = layer.grid.codes(layer.weight), weight.grad.numpy() * layer.mask
    sums = np.bincount(codes.ravel(), gradient.ravel(), minlength=layer.grid.levels)
    sums[layer.grid.table == 0.0] = 0.0
    assert np.allclose(module.levels.table.grad.numpy(), sums, rtol=1e-4, atol=1e-4)


def test_training_keeps_clusters_and_zeros(shipped, quick, block_errors):
    pair = shipped("ae_7_4_compact")
    before = _applied(Link.read(pair), ShareWeights(clusters=4, retraining=None))
    after = _applied(Link.read(pair), ShareWeights(clusters=4, retraining=quick))
    for first, second in zip(before.decoder.layers, after.decoder.layers, strict=True):
        together = [
            (x.weight.ravel()[:, None] == x.weight.ravel()) for x in (first, second)
        ]
        assert np.array_equal(*together)
    plain, trained = (link.to_pair("x", {}) for link in (before, after))
    # 1,800 errors against about 1,000: far beyond the spread of either.
    assert 1.2 * block_errors(trained, 4.0) < block_errors(plain, 4.0)


def test_prune_share_and_huffman_as_one_pipeline(shipped, quick):
    """Every stage makes the link smaller, the last by a code that no file stores."""
    steps = [Prune(rate=0.6, retraining=quick), ShareWeights(clusters=16, retraining=quick)]
    results = [
        compress_and_count(shipped("ae_8_8"), steps[:count]) for count in (1, 2)
    ]
    stored = [sum(x["stored_bytes"] for x in result.layers) for result in results]
    coded = [sum(x["huffman_coded_bytes"] for x in result.layers) for result in results]
    sizes = [stored[0], stored[1], coded[1]]
    assert all(first > second for first, second in itertools.pairwise(sizes))


def test_levels_are_learned_after_sharing(shipped, quick):
    link = _applied(
        Link.read(shipped("ae_7_4")), _SHARE, QuantizeAware(bits=4, retraining=quick)
    )
    assert all(len(np.unique(x.weight)) <= 16 for x in link.decoder.layers)
