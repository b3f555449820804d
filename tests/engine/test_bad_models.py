# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Tensors and weights that a block cannot use: one line for people."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from good_models import replace_weights, weights
from onnx import TensorProto, helper
from refusals import refused, refused_by_all

from gnuradio import dlcomm


def _value(name: str, dtype: int, shape: list) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, dtype, shape)


@pytest.mark.parametrize(
    ("kind", "where", "value", "parts"),
    [
        (
            "encoder",
            "input",
            _value("message", TensorProto.INT32, ["batch"]),
            ("input 'message' is int32", "expected int64"),
        ),
        (
            "encoder",
            "input",
            _value("message", TensorProto.INT64, ["batch", 1]),
            ("input 'message' is [batch, 1]", "expected [batch]"),
        ),
        (
            "encoder",
            "output",
            _value("codeword", TensorProto.FLOAT, ["batch", 4]),
            ("output is named 'codeword'", "expected 'symbols'"),
        ),
        (
            "decoder",
            "input",
            _value("symbols", TensorProto.DOUBLE, ["batch", 4]),
            ("input 'symbols' is float64", "expected float32"),
        ),
        (
            "decoder",
            "input",
            _value("symbols", TensorProto.FLOAT, [1, 4]),
            ("input 'symbols' is [1, 4]", "expected [batch, 4]"),
        ),
        (
            "decoder",
            "output",
            _value("logits", TensorProto.FLOAT, ["batch", 5]),
            ("output 'logits' is [batch, 5]", "expected [batch, 4]"),
        ),
        (
            "decoder",
            "output",
            _value("logits", TensorProto.FLOAT, None),
            ("output 'logits' is without a shape", "expected [batch, 4]"),
        ),
        (
            "classifier",
            "input",
            _value("iq", TensorProto.FLOAT, ["batch", 2, 16]),
            ("input 'iq' is [batch, 2, 16]", "expected [batch, 16, 2]"),
        ),
        (
            "classifier",
            "output",
            _value("logits", TensorProto.INT64, ["batch", 3]),
            ("output 'logits' is int64", "expected float32"),
        ),
        (
            "vector",
            "input",
            _value("x", TensorProto.INT8, ["batch", 2, 8]),
            ("input 'x' is int8", "expected float32"),
        ),
        (
            "vector",
            "input",
            _value("x", TensorProto.FLOAT, [7, 2, 8]),
            ("input 'x' has a batch axis of 7", "expected a free one"),
        ),
        (
            "vector",
            "output",
            _value("y", TensorProto.FLOAT, ["batch", "classes"]),
            ("tensor 'y': dimension 1 is free", "expected a fixed size"),
        ),
    ],
)
def test_bad_tensor(kind, where, value, parts, make_model, save):
    model = make_model(kind)
    values = getattr(model.graph, where)
    del values[:]
    values.append(value)
    refused_by_all(kind, save(model), *parts)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("encoder", "the number of inputs is 2, expected 1"),
        ("decoder", "the number of inputs is 3, expected 1 or 2"),
        ("classifier", "the number of inputs is 2, expected 1"),
        ("vector", "the number of inputs is 2, expected 1"),
    ],
)
def test_too_many_inputs(kind, parts, make_model, save):
    model = make_model(kind)
    for extra in range(2 if kind == "decoder" else 1):
        model.graph.input.append(_value(f"extra{extra}", TensorProto.FLOAT, ["batch", 2]))
    refused_by_all(kind, save(model), parts)


def test_vector_lengths_of_a_network(make_model, save):
    path = save(make_model("vector"))
    assert dlcomm.onnx_inference(path, True, False, 8, 5) is not None
    refused(
        lambda: dlcomm.onnx_inference(path, False, False, 8, 0),
        path,
        "input row is 16 items long, expected 8",
    )
    refused(
        lambda: dlcomm.onnx_inference(path, False, True),
        path,
        "output row has 5 floats, expected an even number on a complex port",
    )


def test_encoder_of_another_power(make_model, save):
    model = make_model("encoder")
    path = save(replace_weights(model, "codebook", 2 * weights(model, "codebook")))
    refused(
        lambda: dlcomm.neural_encoder_bc(path),
        path,
        "mean power per complex sample is 4.00",
        "expected 1",
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_encoder_that_is_not_finite(value, make_model, save):
    model = make_model("encoder")
    book = weights(model, "codebook")
    book[1, 2] = value
    path = save(replace_weights(model, "codebook", book))
    refused(lambda: dlcomm.neural_encoder_bc(path), path, "holds a NaN or an infinity")


@pytest.mark.parametrize(
    ("kind", "loader", "name"),
    [
        ("encoder", dlcomm.neural_encoder_bc, "codebook"),
        ("decoder", dlcomm.neural_decoder_cb, "w"),
        ("decoder", dlcomm.neural_decoder_cf, "b"),
        ("vector", dlcomm.onnx_inference, "g"),
    ],
)
def test_weights_of_another_size(kind, loader, name, make_model, save):
    model = make_model(kind)
    path = save(replace_weights(model, name, weights(model, name)[:-1]))
    refused(lambda: loader(path), path, "ONNX Runtime")
