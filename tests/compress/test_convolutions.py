# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Techniques on networks with convolutions, in links and in files of their own."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from dlcomm_train import contract
from dlcomm_train.compress import (
    CompressError,
    Distill,
    Factorize,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    RemoveDeadUnits,
    RemoveFilters,
    Retraining,
    ShareWeights,
    compress,
    compress_file,
)
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.training.network import TrainableLayer
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.models.export import decoder_model, encoder_model
from dlcomm_train.models.pairs import Pair, session
from dlcomm_train.models.statistics import cost
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.train import train

_UNTRAINED = {"retraining": None}


@pytest.fixture(scope="module")
def convolutional():
    """A (7,4) link with eight filters in its decoder, trained for a few seconds."""
    config = LinkConfig(
        name="conv", n=7, k=4, form="convolutional", decoder_units=8, batch=1024, steps=1200
    )
    found = train(config)
    entries = config.model_dump(mode="json")
    recipe = {"config": {key: value for key, value in entries.items() if key != "name"}}
    return Pair(
        encoder_model(found.encoder, Contract("encoder", "conv", 7, 4, recipe=recipe)),
        decoder_model(found.decoder, Contract("decoder", "conv", 7, 4, recipe=recipe)),
    )


@pytest.fixture
def classifier():
    """Two convolutions in two dimensions of every geometry, and two dense layers."""
    rng = np.random.default_rng(4)

    def drawn(*shape):
        return rng.normal(size=shape).astype(np.float32)

    constants = {
        "image": np.array([0, 1, 10, 2], dtype=np.int64),
        "w0": drawn(5, 1, 3, 2), "b0": drawn(5),
        "w1": drawn(4, 5, 2, 1),
        "w2": drawn(4 * 3 * 3, 6), "b2": drawn(6),
        "w3": drawn(3, 6), "b3": drawn(3),
    }  # fmt: skip
    make = helper.make_node
    nodes = [
        make("Reshape", ["iq", "image"], ["shaped"]),
        make("Conv", ["shaped", "w0", "b0"], ["c0"], pads=[2, 0, 1, 1], dilations=[2, 1]),
        make("Relu", ["c0"], ["r0"]),
        make("Conv", ["r0", "w1"], ["c1"], strides=[3, 2], pads=[0, 2, 1, 2]),
        make("Flatten", ["c1"], ["flat"]),
        make("Relu", ["flat"], ["r1"]),
        make("Gemm", ["r1", "w2", "b2"], ["d2"]),
        make("Relu", ["d2"], ["r2"]),
        make("Gemm", ["r2", "w3", "b3"], ["d3"], transB=1),
        make("LogSoftmax", ["d3"], ["logits"], axis=1),
    ]

    def info(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["b", *shape])

    graph = helper.make_graph(
        nodes,
        "classifier",
        [info("iq", [10, 2])],
        [info("logits", [3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8)
    labels = ("am", "fm", "qpsk")
    contract.attach(model, Contract("classifier", labels=labels, window=10))
    contract.check(model)
    return model


def _answers(model):
    value = np.random.default_rng(5).normal(size=(256, 10, 2)).astype(np.float32)
    return session(model).run(["logits"], {"iq": value})[0]


def _applied(link, *steps):
    for step in steps:
        link = step.apply(link, lambda *_: None)
    return link


def _near(found, expected):
    assert np.abs(found - expected).max() <= 2e-5 * np.abs(expected).max()


def test_geometry_is_that_of_the_runtime(classifier):
    stack = DenseStack.read(classifier, "classifier")
    assert [layer.shape for layer in stack.layers] == [
        (5, 1, 3, 2), (4, 5, 2, 1), (6, 36), (3, 6),
    ]  # fmt: skip
    assert [layer.relu for layer in stack.layers] == [True, True, True, False]
    value = np.random.default_rng(5).normal(size=(256, 20)).astype(np.float32)
    expected = _answers(classifier)

    def normalised(logits):
        return logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))

    _near(normalised(stack.forward(value)), expected)
    _near(_answers(stack.to_model(contract.check(classifier))), expected)
    with torch.no_grad():
        result = torch.from_numpy(value)
        for layer in stack.layers:
            result = TrainableLayer(layer)(result)
    _near(normalised(result.numpy()), expected)
    places = (9 * 2, 3 * 3)
    operations = 5 * 6 * places[0] + 4 * 10 * places[1] + 36 * 6 + 18
    assert stack.operations == cost(classifier).operations == operations


@pytest.mark.parametrize(
    "steps",
    [
        [Quantize(bits=8)],
        [Quantize(bits=3, per_channel=True)],
        [Quantize(bits=2, per_channel=True)],
        [Prune(rate=0.8, **_UNTRAINED)],
        [Prune(rate=0.8, **_UNTRAINED), Quantize(bits=8, per_channel=True)],
        [ShareWeights(clusters=4, **_UNTRAINED), Prune(rate=0.8, **_UNTRAINED)],
        [RemoveFilters(rate=0.4, **_UNTRAINED), Factorize(rank=1, **_UNTRAINED)],
        [Factorize(energy=0.9, **_UNTRAINED), ShareWeights(clusters=16, **_UNTRAINED)],
        [PruneUnits(rate=0.5, **_UNTRAINED), RemoveDeadUnits()],
    ],
)
def test_what_is_stored_is_what_was_computed(classifier, steps):
    link = Link.read_one(classifier, contract.check(classifier))
    logits = _applied(link, *steps).decoder.forward(
        np.random.default_rng(5).normal(size=(256, 20)).astype(np.float32)
    )
    found = compress_file(classifier, steps)
    assert contract.check(found.model).labels == ("am", "fm", "qpsk")
    expected = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    _near(_answers(found.model), expected)
    assert found.after.operations == cost(found.model).operations
    kinds = [x["kind"] for x in contract.check(found.model).recipe["compression"]]
    assert kinds == [step.kind for step in steps]


def test_filters_with_the_smallest_weights_leave_whole(classifier):
    stack = DenseStack.read(classifier, "classifier")
    result = compress_file(classifier, [RemoveFilters(rate=0.4, **_UNTRAINED)])
    smaller = DenseStack.read(result.model, "classifier")
    assert [layer.shape for layer in smaller.layers] == [
        (3, 1, 3, 2), (2, 3, 2, 1), (6, 18), (3, 6),
    ]  # fmt: skip
    sizes = np.abs(stack.layers[0].weight).sum(axis=1)
    largest = np.sort(np.argsort(-sizes)[:3])
    assert np.array_equal(smaller.layers[0].weight, stack.layers[0].weight[largest])


@pytest.mark.parametrize("step", [RemoveDeadUnits(), RemoveFilters(rate=0.4, **_UNTRAINED)])
def test_dead_filters_leave_without_a_change(classifier, step):
    stack = DenseStack.read(classifier, "classifier")
    first, second, third, last = stack.layers
    weight, bias = first.weight.copy(), first.bias.copy()
    weight[2], bias[2] = 0.0, -1.0
    out = second.weight.reshape(4, 5, 2).copy()
    out[:, 4] = 0.0
    second = replace(second, weight=out.reshape(4, -1))
    places = third.weight.reshape(6, 4, 9).copy()
    places[:, [0, 3]] = 0.0
    third = replace(third, weight=places.reshape(6, -1))
    layers = [replace(first, weight=weight, bias=bias), second, third, last]
    dead = stack.with_layers(layers).to_model(contract.check(classifier))
    result = compress_file(dead, [step]).model
    shapes = [layer.shape for layer in DenseStack.read(result, "classifier").layers]
    assert shapes == [(3, 1, 3, 2), (2, 3, 2, 1), (6, 18), (3, 6)]
    _near(_answers(result), _answers(dead))
    assert np.array_equal(_answers(result).argmax(axis=1), _answers(dead).argmax(axis=1))


def test_a_link_learns_to_do_with_fewer_filters(convolutional, quick, block_errors):
    step = RemoveFilters(rate=0.5, retraining=quick)
    plain = compress(convolutional, [step.model_copy(update=_UNTRAINED)])
    trained = compress(convolutional, [step])
    assert DenseStack.read(trained.decoder, "decoder").layers[0].shape == (4, 1, 3)
    # Counts differ severalfold, far beyond their spread.
    assert 2 * block_errors(trained, 4.0) < block_errors(plain, 4.0)
    assert 2 * cost(trained.decoder).operations == cost(convolutional.decoder).operations


@pytest.mark.parametrize(
    "step",
    [
        QuantizeAware(bits=4),
        Prune(rate=0.5),
        ShareWeights(clusters=16),
        Factorize(rank=8),
    ],
)
def test_every_technique_trains_convolutions(convolutional, quick, block_errors, step):
    result = compress(convolutional, [step.model_copy(update={"retraining": quick})])
    # About 900 errors; 2,000 are beyond 30 standard deviations.
    assert block_errors(result, 4.0) < 2000
    assert "Conv" in {node.op_type for node in result.decoder.graph.node}


def test_a_student_without_convolutions(convolutional, block_errors):
    rounds = Retraining(steps=0, receiver_steps=800, batch=1024, receiver_learning_rate=0.05)
    result = compress(convolutional, [Distill(retraining=rounds)])
    assert "Conv" not in {node.op_type for node in result.decoder.graph.node}
    # About 900 errors either way; a ratio of 1.3 is beyond six standard deviations.
    assert block_errors(result, 4.0) < 1.3 * block_errors(convolutional, 4.0)


def test_no_filters_to_remove_is_said(shipped):
    with pytest.raises(CompressError, match="no filters to remove, expected a convolution"):
        compress(shipped("ae_7_4"), [RemoveFilters(rate=0.5)])


@pytest.mark.parametrize("role", ["encoder", "decoder"])
def test_one_half_of_a_link(shipped, tmp_path, role):
    pair, steps = shipped("ae_7_4"), [Prune(rate=0.3, **_UNTRAINED), Quantize(bits=4)]
    contract.save(getattr(pair, role), tmp_path / "one.onnx")
    found = compress_file(tmp_path / "one.onnx", steps, "small")
    assert contract.check(found.model).link == "small"
    assert found.after.file_bytes == found.model.ByteSize() < found.before.file_bytes
    assert {entry["network"] for entry in found.layers} == {role}
    found.save(tmp_path / "small.onnx")
    assert contract.load(tmp_path / "small.onnx")[1].role == role


def test_a_file_without_a_contract_gets_none(classifier):
    del classifier.metadata_props[:]
    classifier.metadata_props.add(key="author", value="me")
    found = compress_file(classifier, [Quantize(bits=8)])
    assert [entry.key for entry in found.model.metadata_props] == ["author"]
    agree = _answers(found.model).argmax(axis=1) == _answers(classifier).argmax(axis=1)
    # Rounding moves the few answers that are near a border.
    assert 0.9 < agree.mean()


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (QuantizeAware(bits=4), "quantize_aware: trains, and found the decoder alone"),
        (Prune(rate=0.5), "prune: trains, and found the decoder alone"),
        (Distill(), "distill: trains, and found the decoder alone"),
        (Quantize(bits=4, side="encoder"), "side is encoder, expected both or decoder"),
    ],
)
def test_what_one_file_cannot_do_is_said(shipped, step, message):
    with pytest.raises(CompressError, match=message) as error:
        compress_file(shipped("ae_7_4").decoder, [step])
    assert "\n" not in str(error.value)


def test_a_file_that_is_no_model(tmp_path):
    (tmp_path / "x.onnx").write_text("no model")
    with pytest.raises(ContractError, match="x.onnx: is not an ONNX model"):
        compress_file(tmp_path / "x.onnx", [Quantize(bits=4)])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda node: node.attribute.append(helper.make_attribute("group", 5)), "group 5"),
        (
            lambda node: node.attribute.append(helper.make_attribute("auto_pad", "SAME_UPPER")),
            "auto_pad SAME_UPPER",
        ),
    ],
)
def test_convolutions_that_are_not_understood(classifier, change, message):
    (node,) = [node for node in classifier.graph.node if node.output[0] == "c1"]
    change(node)
    with pytest.raises(CompressError, match=message):
        DenseStack.read(classifier, "classifier")


def test_layers_end_where_a_tensor_has_another_reader(classifier):
    """What reads the tensor as well must go on getting it."""
    classifier.graph.output.append(onnx.ValueInfoProto())
    classifier.graph.output[1].CopyFrom(
        helper.make_tensor_value_info("r1", TensorProto.FLOAT, ["b", 36])
    )
    stack = DenseStack.read(classifier, "classifier")
    assert [layer.shape for layer in stack.layers] == [(6, 36), (3, 6)]


def test_recipes_name_the_form(convolutional):
    recipe = convolutional.contracts()[1].recipe
    assert json.loads(json.dumps(recipe))["config"]["form"] == "convolutional"
    assert Link.read(convolutional).config.decoder_units == 8
