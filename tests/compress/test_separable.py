# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Layers of separable networks with pooled features: read, written back, made smaller."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper

from dlcomm_train import contract
from dlcomm_train.compress import (
    Factorize,
    Prune,
    Quantize,
    RemoveDeadUnits,
    RemoveFilters,
    ShareWeights,
    compress_file,
)
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.training.network import TrainableStack
from dlcomm_train.contract import Contract
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.models.run_classifier import model_logits
from dlcomm_train.models.statistics import cost
from dlcomm_train.networks.classifiers import unit_power
from dlcomm_train.recognition.config import ClassifierConfig

_UNTRAINED = {"retraining": None}
LABELS = ("low", "middle", "high")


def _model(**settings: object) -> onnx.ModelProto:
    torch.manual_seed(5)
    config = ClassifierConfig(name="x", **settings)
    network = config.network(32, 3)
    # Statistics of batch norm that are not those it begins with.
    network(torch.randn(64, 32, 2))
    about = Contract("classifier", labels=LABELS, window=32)
    return classifier_model(network.eval(), about, "x")


@pytest.fixture(scope="module")
def separable() -> onnx.ModelProto:
    """Two blocks, both pooled, and a first convolution that is not."""
    return _model(channels=(6, 8, 4), strides=(1, 2, 2), taps=2)


@pytest.fixture(scope="module")
def windows() -> np.ndarray:
    """Random windows."""
    return np.random.default_rng(3).normal(size=(128, 32, 2)).astype(np.float32)


def _flat(windows: np.ndarray) -> np.ndarray:
    """What the first layer reads."""
    return unit_power(torch.from_numpy(windows)).transpose(1, 2).flatten(1).numpy()


def _near(found: np.ndarray, expected: np.ndarray) -> None:
    assert np.abs(found - expected).max() <= 2e-5 * np.abs(expected).max()


@pytest.mark.parametrize(
    "settings",
    [
        {"channels": (6, 8, 4), "strides": (1, 2, 2), "taps": 2},
        {"channels": (6, 8, 4), "strides": (2, 1, 2), "taps": 1},
        {"architecture": "vtcnn2"},
    ],
)
def test_layers_are_read_and_written_back(
    settings: dict[str, object], windows: np.ndarray
) -> None:
    model = _model(**settings)
    expected = model_logits(model, windows)
    stack = DenseStack.read(model, "classifier")
    assert stack.operations == cost(model).operations
    assert stack.parameters == cost(model).parameters
    again = stack.to_model(contract.check(model))
    contract.check(again)
    assert np.array_equal(model_logits(again, windows), expected)
    _near(stack.forward(_flat(windows)), expected)
    with torch.no_grad():
        found = TrainableStack.start(stack.layers)(torch.from_numpy(_flat(windows)))
    _near(found.numpy(), expected)


def test_what_is_pooled_is_marked(separable: onnx.ModelProto) -> None:
    layers = DenseStack.read(separable, "classifier").layers
    shapes = [(6, 2, 7), (6, 1, 5), (8, 6, 1), (8, 1, 5), (4, 8, 1), (3, 12)]
    assert [layer.shape for layer in layers] == shapes
    assert [layer.pooled for layer in layers] == [False, False, True, False, True, False]


@pytest.mark.parametrize(
    "steps",
    [
        [Quantize(bits=8, per_channel=True)],
        [Quantize(bits=4)],
        [Quantize(bits=2, per_channel=True)],
        [Prune(rate=0.6, **_UNTRAINED), Quantize(bits=8)],
        [ShareWeights(clusters=8, **_UNTRAINED)],
        [RemoveFilters(rate=0.4, **_UNTRAINED), Quantize(bits=4, per_channel=True)],
        [Factorize(rank=2, **_UNTRAINED), RemoveFilters(rate=0.4, **_UNTRAINED)],
    ],
)
def test_what_is_stored_is_what_was_computed(
    separable: onnx.ModelProto, windows: np.ndarray, steps: list
) -> None:
    link = Link.read_one(separable, contract.check(separable))
    for step in steps:
        link = step.apply(link, lambda *_: None)
    found = compress_file(separable, steps)
    expected = link.decoder.forward(_flat(windows))
    _near(model_logits(found.model, windows), expected)
    with torch.no_grad():
        trained = TrainableStack.start(link.decoder.layers)(torch.from_numpy(_flat(windows)))
    _near(trained.numpy(), expected)
    # Constants that only the operators before had are gone with them.
    read = {name for node in found.model.graph.node for name in node.input}
    made = {node.output[0] for node in found.model.graph.node if node.op_type == "Constant"}
    assert made <= read


def test_a_filter_leaves_with_everything_that_is_its_own(
    separable: onnx.ModelProto, windows: np.ndarray
) -> None:
    """Channel 5 of the first pooled block, and channel 1 of the first convolution."""
    stack = DenseStack.read(separable, "classifier")
    layers = list(stack.layers)
    for number, channel in ((2, 5), (0, 1)):
        weight, bias = layers[number].weight.copy(), layers[number].bias.copy()
        weight[channel], bias[channel] = 0.0, -1.0
        layers[number] = replace(layers[number], weight=weight, bias=bias)
        carried = layers[number + 1].bias.copy()
        carried[channel] = 0.0
        layers[number + 1] = replace(layers[number + 1], bias=carried)
    dead = stack.with_layers(layers).to_model(contract.check(separable))
    found = compress_file(dead, [RemoveDeadUnits()])
    shapes = [layer.shape for layer in DenseStack.read(found.model, "classifier").layers]
    assert shapes == [(5, 2, 7), (5, 1, 5), (7, 5, 1), (7, 1, 5), (4, 7, 1), (3, 11)]
    _near(model_logits(found.model, windows), model_logits(dead, windows))
    note = contract.check(found.model).recipe["compression"][0]
    assert note["filters"]["decoder"] == [5, 7, 4]


def test_a_constant_behind_a_dead_filter_is_no_silence(separable: onnx.ModelProto) -> None:
    """The depthwise filter's bias still speaks."""
    stack = DenseStack.read(separable, "classifier")
    layers = list(stack.layers)
    weight, bias = layers[0].weight.copy(), layers[0].bias.copy()
    weight[1], bias[1] = 0.0, -1.0
    layers[0] = replace(layers[0], weight=weight, bias=bias)
    assert layers[1].bias[1] != 0.0
    model = stack.with_layers(layers).to_model(contract.check(separable))
    found = compress_file(model, [RemoveDeadUnits()])
    assert DenseStack.read(found.model, "classifier").layers[0].shape == (6, 2, 7)


def test_fewer_filters_keep_the_largest(separable: onnx.ModelProto) -> None:
    before = DenseStack.read(separable, "classifier").layers
    found = compress_file(separable, [RemoveFilters(rate=0.5, **_UNTRAINED)])
    after = DenseStack.read(found.model, "classifier").layers
    shapes = [(3, 2, 7), (3, 1, 5), (4, 3, 1), (4, 1, 5), (2, 4, 1), (3, 6)]
    assert [layer.shape for layer in after] == shapes
    size = np.abs(before[0].weight).sum(axis=1) * np.abs(before[1].weight).sum(axis=1)
    largest = np.sort(np.argsort(-size)[:3])
    assert np.array_equal(after[0].weight, before[0].weight[largest])
    assert np.array_equal(after[1].weight, before[1].weight[largest])
    assert found.after.operations == cost(found.model).operations < cost(separable).operations


def test_means_that_something_else_reads_stay_where_they_are(
    separable: onnx.ModelProto, windows: np.ndarray
) -> None:
    """Then the dense layer alone can be taken out."""
    pool = next(node for node in separable.graph.node if node.output[0].startswith("concat"))
    model = onnx.ModelProto()
    model.CopyFrom(separable)
    del model.metadata_props[:]
    shown = helper.make_tensor_value_info(pool.input[0], TensorProto.FLOAT, ["b", 8])
    model.graph.output.append(shown)
    stack = DenseStack.read(model, "network")
    assert [layer.shape for layer in stack.layers] == [(3, 12)]
    assert np.array_equal(model_logits(stack.to_model(None), windows),
                          model_logits(separable, windows))  # fmt: skip
