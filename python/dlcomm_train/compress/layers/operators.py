# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Operators of a model file that are layers."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dlcomm_train.compress.layers.convolution import Convolution
from dlcomm_train.compress.layers.layer import CompressError, Layer

LAYERS = ("Gemm", "Conv")
"""Operators with weights."""
_DIMENSIONS = (1, 2)


def layer_of(
    node: onnx.NodeProto,
    constants: dict[str, onnx.TensorProto],
    sizes: dict[str, tuple[int, ...]],
    relu: bool,
    name: str,
) -> Layer:
    """The layer that an operator is.

    Args:
        node: a Gemm or a Conv.
        constants: tensors of the model, by name.
        sizes: shapes of tensors for one message, as :func:`sizes_of` has them.
        relu: whether a ReLU follows.
        name: what error messages call the model.

    Raises:
        CompressError: the operator is no layer, or its weights are not float tensors.
    """
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
    if padding not in ("NOTSET", "VALID"):
        raise CompressError(f"{what} has auto_pad {padding}, expected pads as numbers")
    groups = settings.get("group", 1)
    if weight.shape[1] * groups != size[0] or len(weight) % groups:
        raise CompressError(
            f"{what} has group {groups} and weights {list(weight.shape)}, expected weights for "
            f"{size[0]} channels in equal groups"
        )
    ones, zeros = (1,) * dimensions, (0,) * (2 * dimensions)
    geometry = Convolution(
        size[0],
        tuple(size[1:]),
        tuple(weight.shape[2:]),
        tuple(settings.get("strides", ones)),
        tuple(settings.get("pads", zeros)),
        tuple(settings.get("dilations", ones)),
        groups,
    )
    return Layer(weight.reshape(len(weight), -1), bias, relu, convolution=geometry)


def sizes_of(model: onnx.ModelProto) -> dict[str, tuple[int, ...]]:
    """Shapes of tensors for one message, where every dimension is known."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    found = {}
    for value in (*graph.input, *graph.value_info, *graph.output):
        dims = value.type.tensor_type.shape.dim[1:]
        if all(dim.HasField("dim_value") for dim in dims):
            found[value.name] = tuple(dim.dim_value for dim in dims)
    return found
