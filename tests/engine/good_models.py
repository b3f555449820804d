# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Small good models, written with the onnx package, for tests that spoil them."""

from __future__ import annotations

import json

import numpy as np
import onnx
from onnx import TensorProto, external_data_helper, helper, numpy_helper

N, K = 4, 2
WINDOW, LABELS = 16, ("bpsk", "qpsk", "8psk")


def _model(nodes, inputs, outputs, weights, metadata) -> onnx.ModelProto:
    def value(name, dtype, shape):
        return helper.make_tensor_value_info(name, dtype, ["batch", *shape])

    graph = helper.make_graph(
        nodes,
        "graph",
        [value(*entry) for entry in inputs],
        [value(*entry) for entry in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, metadata)
    return model


def _metadata(role: str, **more: str) -> dict[str, str]:
    keys = {"contract": "1", "role": role, "recipe": "{}", "measured": "[]", **more}
    return {f"dlcomm.{key}": value for key, value in keys.items()}


def _link(role: str) -> dict[str, str]:
    return _metadata(role, link="test", n=str(N), k=str(K))


def codebook() -> np.ndarray:
    """Codewords of unit power per complex sample, float32 [2^K, N]."""
    book = np.random.default_rng(1).normal(size=(2**K, N))
    return (book * np.sqrt(book.size / 2 / np.sum(book**2))).astype(np.float32)


def encoder_model() -> onnx.ModelProto:
    """An encoder that looks its codewords up."""
    return _model(
        [helper.make_node("Gather", ["codebook", "message"], ["symbols"])],
        [("message", TensorProto.INT64, [])],
        [("symbols", TensorProto.FLOAT, [N])],
        {"codebook": codebook()},
        _link("encoder"),
    )


def decoder_model() -> onnx.ModelProto:
    """The correlation receiver of that encoder."""
    book = codebook()
    return _model(
        [helper.make_node("Gemm", ["symbols", "w", "b"], ["logits"], transB=1)],
        [("symbols", TensorProto.FLOAT, [N])],
        [("logits", TensorProto.FLOAT, [2**K])],
        {"w": book, "b": -0.5 * np.sum(book**2, axis=1)},
        _link("decoder"),
    )


def classifier_model() -> onnx.ModelProto:
    """A classifier of one dense layer."""
    weights = np.random.default_rng(2).normal(size=(2 * WINDOW, len(LABELS)))
    return _model(
        [
            helper.make_node("Flatten", ["iq"], ["flat"]),
            helper.make_node("MatMul", ["flat", "w"], ["logits"]),
        ],
        [("iq", TensorProto.FLOAT, [WINDOW, 2])],
        [("logits", TensorProto.FLOAT, [len(LABELS)])],
        {"w": weights.astype(np.float32)},
        _metadata("classifier", labels=json.dumps(LABELS), window=str(WINDOW)),
    )


def vector_model() -> onnx.ModelProto:
    """A small convolutional network without a contract: [batch, 2, 8] to [batch, 5]."""
    rng = np.random.default_rng(3)
    return _model(
        [
            helper.make_node("Conv", ["x", "w"], ["a"], kernel_shape=[3]),
            helper.make_node("Relu", ["a"], ["b"]),
            helper.make_node("Flatten", ["b"], ["c"]),
            helper.make_node("Gemm", ["c", "g"], ["d"]),
            helper.make_node("Softmax", ["d"], ["y"], axis=1),
        ],
        [("x", TensorProto.FLOAT, [2, 8])],
        [("y", TensorProto.FLOAT, [5])],
        {
            "w": rng.normal(size=(4, 2, 3)).astype(np.float32),
            "g": rng.normal(size=(24, 5)).astype(np.float32),
        },
        {},
    )


MAKERS = {
    "encoder": encoder_model,
    "decoder": decoder_model,
    "classifier": classifier_model,
    "vector": vector_model,
}


def set_key(model: onnx.ModelProto, key: str, value: str) -> onnx.ModelProto:
    """Change the value of the metadata key ``dlcomm.<key>``; returns the model."""
    for entry in model.metadata_props:
        if entry.key == f"dlcomm.{key}":
            entry.value = value
            return model
    raise KeyError(key)


def weights(model: onnx.ModelProto, name: str) -> np.ndarray:
    """A copy of an initializer's values."""
    (found,) = (tensor for tensor in model.graph.initializer if tensor.name == name)
    return numpy_helper.to_array(found).copy()


def replace_weights(model: onnx.ModelProto, name: str, array: np.ndarray) -> onnx.ModelProto:
    """Give an initializer other values; returns the model."""
    (found,) = (tensor for tensor in model.graph.initializer if tensor.name == name)
    found.CopyFrom(numpy_helper.from_array(array, name))
    return model


def externalise(model: onnx.ModelProto, location: str) -> bytes:
    """Let the first initializer refer to another file; returns what belongs in there."""
    tensor = model.graph.initializer[0]
    data = tensor.raw_data
    external_data_helper.set_external_data(tensor, location)
    tensor.ClearField("raw_data")
    return data
