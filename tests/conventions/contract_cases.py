# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Models that obey the contract, and every way of breaking it."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

Change = Callable[[onnx.ModelProto], object]
Case = tuple[Callable[[], onnx.ModelProto], Change]
"""What makes a valid model, and what is then changed in it."""


def decoder() -> onnx.ModelProto:
    """A valid decoder of a (4, 2) link."""
    weight = np.arange(16, dtype=np.float32).reshape(4, 4) / 16
    return _model(
        [helper.make_node("Gemm", ["symbols", "w"], ["logits"], transB=1)],
        [("symbols", TensorProto.FLOAT, ["b", 4])],
        ("logits", TensorProto.FLOAT, ["b", 4]),
        {"w": weight},
        {"role": "decoder", "link": "test", "n": "4", "k": "2"},
    )


def encoder() -> onnx.ModelProto:
    """A valid encoder of a (4, 2) link."""
    book = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])
    return _model(
        [helper.make_node("Gather", ["book", "message"], ["symbols"])],
        [("message", TensorProto.INT64, ["b"])],
        ("symbols", TensorProto.FLOAT, ["b", 4]),
        {"book": (book * 0.5**0.5).astype(np.float32)},
        {"role": "encoder", "link": "test", "n": "4", "k": "2"},
    )


def convolutional() -> onnx.ModelProto:
    """A valid decoder of a (4, 2) link with two filters."""
    nodes = [
        helper.make_node("Unsqueeze", ["symbols", "axis"], ["channel"]),
        helper.make_node("Conv", ["channel", "f", "g"], ["conv"], pads=[1, 1]),
        helper.make_node("Relu", ["conv"], ["relu"]),
        helper.make_node("Flatten", ["relu"], ["flat"]),
        helper.make_node("Gemm", ["flat", "w", "v"], ["logits"], transB=1),
    ]
    constants = {
        "axis": np.array([1], np.int64),
        "f": np.arange(6, dtype=np.float32).reshape(2, 1, 3),
        "g": np.zeros(2, np.float32),
        "w": np.arange(32, dtype=np.float32).reshape(4, 8) / 32,
        "v": np.zeros(4, np.float32),
    }
    return _model(
        nodes,
        [("symbols", TensorProto.FLOAT, ["b", 4])],
        ("logits", TensorProto.FLOAT, ["b", 4]),
        constants,
        {"role": "decoder", "link": "test", "n": "4", "k": "2"},
    )


def classifier() -> onnx.ModelProto:
    """A valid classifier of three classes."""
    return _model(
        [
            helper.make_node("Flatten", ["iq"], ["flat"]),
            helper.make_node("MatMul", ["flat", "w"], ["logits"]),
        ],
        [("iq", TensorProto.FLOAT, ["b", 4, 2])],
        ("logits", TensorProto.FLOAT, ["b", 3]),
        {"w": np.zeros((8, 3), np.float32)},
        {"role": "classifier", "labels": '["am","fm","qpsk"]', "window": "4"},
    )


def _model(nodes, inputs, output, constants, metadata) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "test",
        [helper.make_tensor_value_info(*value) for value in inputs],
        [helper.make_tensor_value_info(*output)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    metadata = {"contract": "1", "recipe": '{"a":1}', "measured": '[{"b":2}]'} | metadata
    for key, value in metadata.items():
        model.metadata_props.add(key=f"dlcomm.{key}", value=value)
    return model


def meta(key: str, value: str | None) -> Change:
    """Set or, with None, remove a metadata entry."""

    def change(model: onnx.ModelProto) -> None:
        kept = [e for e in copy.deepcopy(model.metadata_props) if e.key != f"dlcomm.{key}"]
        del model.metadata_props[:]
        model.metadata_props.extend(kept)
        if value is not None:
            model.metadata_props.add(key=f"dlcomm.{key}", value=value)

    return change


def tensor(which: str, index: int = 0, **changes) -> Change:
    """Change name, element type or one dimension of an input or output."""

    def change(model: onnx.ModelProto) -> None:
        value = getattr(model.graph, which)[index]
        kind = value.type.tensor_type
        old = value.name
        value.name = changes.get("name", old)
        kind.elem_type = changes.get("kind", kind.elem_type)
        for axis, size in changes.get("dims", {}).items():
            kind.shape.dim[axis].dim_value = size
        if "rank" in changes:
            del kind.shape.dim[changes["rank"] :]
        if changes.get("no_shape"):
            kind.ClearField("shape")
        for node in model.graph.node:
            for names in (node.input, node.output):
                for i, name in enumerate(names):
                    if name == old:
                        names[i] = value.name

    return change


def extra_input(name: str, *shape: int, kind: int = TensorProto.FLOAT) -> Change:
    """Add an input that nothing reads."""
    return lambda model: model.graph.input.append(
        helper.make_tensor_value_info(name, kind, ["b", *shape])
    )


def extra_output(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Relu", ["logits"], ["more"]))
    model.graph.output.append(
        helper.make_tensor_value_info("more", TensorProto.FLOAT, ["b", 4])
    )


def opset(version: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        model.opset_import[0].version = version

    return change


def external(model: onnx.ModelProto) -> None:
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="../weights.bin")


def listed_weights(model: onnx.ModelProto) -> None:
    model.graph.input.append(
        helper.make_tensor_value_info("w", TensorProto.FLOAT, [4, 4])
    )


def csi_first(model: onnx.ModelProto) -> None:
    extra_input("csi", 2)(model)
    model.graph.input.reverse()


def of_width(n: int) -> Change:
    """Make the decoder one of n real channel uses."""

    def change(model: onnx.ModelProto) -> None:
        meta("n", str(n))(model)
        tensor("input", dims={1: n})(model)
        weight = numpy_helper.from_array(np.zeros((4, n), np.float32), "w")
        model.graph.initializer[0].CopyFrom(weight)

    return change


def csi_with_odd_n(model: onnx.ModelProto) -> None:
    of_width(5)(model)
    extra_input("csi", 2)(model)


def foreign_operators(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def unnamed_batch(model: onnx.ModelProto) -> None:
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.shape.dim[0].ClearField("dim_param")


GOOD: dict[str, Case] = {
    "decoder": (decoder, lambda model: None),
    "encoder": (encoder, lambda model: None),
    "decoder with a convolution": (convolutional, lambda model: None),
    "classifier": (classifier, lambda model: None),
    "csi": (decoder, extra_input("csi", 2)),
    "foreign metadata": (decoder, lambda m: m.metadata_props.add(key="origin", value="x")),
    "unknown key": (decoder, meta("comment", "hello")),
    "opset 18": (decoder, opset(18)),
    "opset 21": (decoder, opset(21)),
    "opset 25": (decoder, opset(25)),
    "weights listed as inputs": (decoder, listed_weights),
    "batch without a name": (decoder, unnamed_batch),
    "empty recipe": (decoder, meta("recipe", "{}")),
    "JSON with spaces": (decoder, meta("measured", ' [ { "a" : [1, null, true] } ] ')),
    "other link name": (decoder, meta("link", "Größe 7/4")),
    "n of 1": (decoder, of_width(1)),
    "odd n": (decoder, of_width(5)),
    "n of 64": (decoder, of_width(64)),
}

# The toolchain writes what serves for long and everywhere; the blocks run what they can.
STRICTER_TOOLCHAIN: dict[str, Case] = {
    "opset 13": (decoder, opset(13)),
    "opset 26": (decoder, opset(26)),
    "operators of the runtime's own": (decoder, foreign_operators),
    "recipe is a list": (decoder, meta("recipe", "[]")),
    "recipe is a number": (decoder, meta("recipe", "7")),
    "measured is an object": (decoder, meta("measured", "{}")),
    "measured is null": (decoder, meta("measured", "null")),
    "labels are numbers": (classifier, meta("labels", "[1,2,3]")),
}

BAD: dict[str, Case] = {
    **{
        f"{made.__name__} without {key}": (made, meta(key, None))
        for made, keys in (
            (decoder, "contract role link n k recipe measured"),
            (encoder, "contract role link n k recipe measured"),
            (classifier, "contract role labels window recipe measured"),
        )
        for key in keys.split()
    },
    **{
        f"{key} is {value!r}": (decoder, meta(key, value))
        for key, values in {
            "contract": ["", "0", "2", "01", "1.0", " 1"],
            "role": ["", "codec", "Decoder", "encoder", "classifier"],
            "link": [""],
            "n": ["", "0", "-4", "+4", " 4", "4.0", "four", "3", "8", "4096", "9" * 30, "٤"],
            "k": ["", "0", "9", "-2", "1", "3", "8", "two", "0x2"],
            "recipe": ["", "{", "recipe", "{'a': 1}", "{} {}"],
            "measured": ["", "[", "none", "[] []"],
        }.items()
        for value in values
    },
    **{
        f"classifier's {key} is {value!r}": (classifier, meta(key, value))
        for key, values in {
            "labels": ["", "[]", '["am"]', '["am","fm"]', '["a","b","c","d"]', '"am"', "{}",
                       '[["am"],"fm","qpsk"]'],
            "window": ["", "0", "-4", "8", "4.0"],
        }.items()
        for value in values
    },
    "input named otherwise": (decoder, tensor("input", name="samples")),
    "output named otherwise": (decoder, tensor("output", name="scores")),
    "message named otherwise": (encoder, tensor("input", name="messages")),
    "iq named otherwise": (classifier, tensor("input", name="samples")),
    "float64 input": (decoder, tensor("input", kind=TensorProto.DOUBLE)),
    "float64 output": (decoder, tensor("output", kind=TensorProto.DOUBLE)),
    "int32 message": (encoder, tensor("input", kind=TensorProto.INT32)),
    "float message": (encoder, tensor("input", kind=TensorProto.FLOAT)),
    "fixed batch of the input": (decoder, tensor("input", dims={0: 1})),
    "fixed batch of the output": (decoder, tensor("output", dims={0: 8})),
    "input too wide": (decoder, tensor("input", dims={1: 5})),
    "output too wide": (decoder, tensor("output", dims={1: 5})),
    "iq with three rails": (classifier, tensor("input", dims={2: 3})),
    "input of rank 1": (decoder, tensor("input", rank=1)),
    "output of rank 1": (decoder, tensor("output", rank=1)),
    "input without a shape": (decoder, tensor("input", no_shape=True)),
    "output without a shape": (decoder, tensor("output", no_shape=True)),
    "unknown input": (decoder, extra_input("noise", 2)),
    "csi of three": (decoder, extra_input("csi", 3)),
    "csi of integers": (decoder, extra_input("csi", 2, kind=TensorProto.INT64)),
    "csi before symbols": (decoder, csi_first),
    "csi with odd n": (decoder, csi_with_odd_n),
    "n of 65": (decoder, of_width(65)),
    "csi for an encoder": (encoder, extra_input("csi", 2)),
    "second output": (decoder, extra_output),
    "opset 0": (decoder, opset(0)),
    "opset 99": (decoder, opset(99)),
    "weights outside the folder": (decoder, external),
    "input of a node is nowhere": (
        decoder, lambda model: model.graph.node[0].input.__setitem__(1, "nowhere")
    ),
    "unknown operator": (
        decoder, lambda model: setattr(model.graph.node[0], "op_type", "Teleport")
    ),
}
