# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Finding the layers of a model file.

The last dense layer or convolution is one, and so is each one before it that leads there
through nothing but ReLU and a change of shape.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dlcomm_train.compress.layers.convolution import Convolution
from dlcomm_train.compress.layers.layer import CompressError, Layer

_LAYERS = ("Gemm", "Conv")
_RESHAPING = ("Flatten", "Reshape", "Squeeze", "Unsqueeze")
"""Operators that leave the order of values as it is."""
_DIMENSIONS = (1, 2)


@dataclass(frozen=True)
class Found:
    """The layers of a model.

    Attributes:
        layers: first to last.
        source: the tensor that the first layer reads.
        source_shape: its shape for one message.
        target: the tensor that the last layer makes.
        replaced: first outputs of the operators that the layers stand for.
    """

    layers: tuple[Layer, ...]
    source: str
    source_shape: tuple[int, ...]
    target: str
    replaced: frozenset[str]


def find_layers(model: onnx.ModelProto, name: str) -> Found:
    """Find the layers of a float model.

    Args:
        model: the model.
        name: what error messages call it.

    Raises:
        CompressError: there is no layer, or its weights are not float tensors.
    """
    graph = model.graph
    producers = {output: node for node in graph.node for output in node.output}
    readers = Counter(entry for node in graph.node for entry in node.input)
    readers.update(value.name for value in graph.output)
    nodes = [node for node in graph.node if node.op_type in _LAYERS]
    if not nodes:
        kinds = ", ".join(sorted({node.op_type for node in graph.node}))
        raise CompressError(
            f"{name}: has the operators {kinds}, expected dense layers (Gemm) or "
            "convolutions (Conv)"
        )
    sizes = _sizes(model) if any(node.op_type == "Conv" for node in nodes) else {}
    constants = {tensor.name: tensor for tensor in graph.initializer}
    node, relu = nodes[-1], False
    target, layers, replaced = node.output[0], [], set()
    while True:
        layers.insert(0, _layer(node, constants, sizes, relu, name))
        replaced.add(node.output[0])
        source = node.input[0]
        between, relu = [], False
        before = producers.get(source)
        while before is not None and readers[before.output[0]] == 1:
            if before.op_type != "Relu" and before.op_type not in _RESHAPING:
                break
            relu = relu or before.op_type == "Relu"
            between.append(before.output[0])
            before = producers.get(before.input[0])
        if before is None or before.op_type not in _LAYERS or readers[before.output[0]] != 1:
            break
        replaced.update(between)
        node = before
    first = layers[0]
    shape = (first.inputs,) if first.convolution is None else first.convolution.input_shape
    _check_sizes(layers, name)
    return Found(tuple(layers), source, shape, target, frozenset(replaced))


def _check_sizes(layers: list[Layer], name: str) -> None:
    """Raise CompressError unless every layer reads all that the one before it makes."""
    for number, (first, second) in enumerate(zip(layers[:-1], layers[1:], strict=True)):
        makes = int(np.prod(first.output_shape))
        if makes != second.inputs:
            raise CompressError(
                f"{name}: layer {number + 1} reads {second.inputs} values of a message, "
                f"expected the {makes} that layer {number} makes"
            )


def _layer(
    node: onnx.NodeProto,
    constants: dict[str, onnx.TensorProto],
    sizes: dict[str, tuple[int, ...]],
    relu: bool,
    name: str,
) -> Layer:
    arrays = []
    for tensor in node.input[1:]:
        found = constants.get(tensor)
        if found is None or found.data_type != TensorProto.FLOAT:
            raise CompressError(
                f"{name}: tensor {tensor!r} is not stored as float32, expected a model that "
                "has not been quantized or pruned"
            )
        arrays.append(numpy_helper.to_array(found).astype(np.float32))
    settings = {entry.name: helper.get_attribute_value(entry) for entry in node.attribute}
    if len(arrays) == 1:
        row = 0 if node.op_type == "Conv" or settings.get("transB") else 1
        arrays.append(np.zeros(arrays[0].shape[row], np.float32))
    if node.op_type == "Conv":
        return _convolution(node, arrays, settings, sizes, relu, name)
    alike = all(settings.get(key, 1.0) == 1.0 for key in ("alpha", "beta"))
    if not alike or "transA" in settings or len(arrays) != 2 or arrays[1].ndim != 1:
        raise CompressError(
            f"{name}: operator {node.output[0]!r} is a general Gemm, expected a dense layer"
        )
    weight, bias = arrays
    if not settings.get("transB"):
        weight = np.ascontiguousarray(weight.T)
    return Layer(weight, bias, relu)


def _convolution(
    node: onnx.NodeProto,
    arrays: list[np.ndarray],
    settings: dict[str, object],
    sizes: dict[str, tuple[int, ...]],
    relu: bool,
    name: str,
) -> Layer:
    weight, bias = arrays
    dimensions = weight.ndim - 2
    size = sizes.get(node.input[0])
    what = f"{name}: convolution {node.output[0]!r}"
    if dimensions not in _DIMENSIONS:
        raise CompressError(f"{what} has {dimensions} dimensions, expected 1 or 2")
    if size is None or len(size) != dimensions + 1:
        raise CompressError(f"{what} has an input of open size, expected a fixed one")
    padding = settings.get("auto_pad", b"NOTSET").decode()
    if settings.get("group", 1) != 1 or padding not in ("NOTSET", "VALID"):
        raise CompressError(
            f"{what} has group {settings.get('group', 1)} and auto_pad {padding}, expected "
            "group 1 and pads as numbers"
        )
    ones, zeros = (1,) * dimensions, (0,) * (2 * dimensions)
    geometry = Convolution(
        size[0],
        tuple(size[1:]),
        tuple(weight.shape[2:]),
        tuple(settings.get("strides", ones)),
        tuple(settings.get("pads", zeros)),
        tuple(settings.get("dilations", ones)),
    )
    return Layer(weight.reshape(len(weight), -1), bias, relu, convolution=geometry)


def _sizes(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    """Shapes of tensors for one message, where every dimension is known."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    found = {}
    for value in (*graph.input, *graph.value_info, *graph.output):
        dims = value.type.tensor_type.shape.dim[1:]
        if all(dim.HasField("dim_value") for dim in dims):
            found[value.name] = tuple(dim.dim_value for dim in dims)
    return found
