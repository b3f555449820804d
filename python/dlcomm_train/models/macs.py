# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Multiply-accumulates of the operators of a model file."""

from __future__ import annotations

import math

import onnx

from dlcomm_train.contract import with_dense_weights

_MATRIX_PRODUCTS = {"MatMul": 0, "MatMulInteger": 0, "Gemm": 0, "QLinearMatMul": 0}
"""Operators that multiply matrices, and the place of the left one among their inputs."""
_CONVOLUTIONS = {"Conv": 1, "ConvInteger": 1, "QLinearConv": 3}
"""Operators that convolve, and the place of the weights among their inputs."""


def node_macs(model: onnx.ModelProto) -> list[tuple[onnx.NodeProto, int | None]]:
    """Every operator of a model and its multiply-accumulates for a batch of one.

    Zero of operators that neither multiply matrices nor convolve, None where a shape is
    unknown. The model's shapes are fixed on the way.
    """
    for value in (*model.graph.input, *model.graph.output):
        shape = value.type.tensor_type.shape
        if shape.dim and not shape.dim[0].HasField("dim_value"):
            shape.dim[0].dim_value = 1
    del model.graph.value_info[:]
    # Of a sparse tensor, the library knows no shape.
    dense = with_dense_weights(model)
    graph = onnx.shape_inference.infer_shapes(dense, data_prop=True).graph
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.input, *graph.output, *graph.value_info):
        dims = value.type.tensor_type.shape.dim
        if all(dim.HasField("dim_value") for dim in dims):
            shapes[value.name] = [dim.dim_value for dim in dims]
    return [(node, _node_macs(node, shapes)) for node in graph.node]


def _node_macs(node: onnx.NodeProto, shapes: dict[str, list[int]]) -> int | None:
    """Multiply-accumulates of one node; 0 for other operators, None when unknown."""
    if node.op_type in _MATRIX_PRODUCTS:
        left = shapes.get(node.input[_MATRIX_PRODUCTS[node.op_type]])
        result = shapes.get(node.output[0])
        if not left or result is None:
            return None
        transposed = any(a.name == "transA" and a.i for a in node.attribute)
        return math.prod(result) * (left[0] if transposed else left[-1])
    if node.op_type in _CONVOLUTIONS:
        weights = shapes.get(node.input[_CONVOLUTIONS[node.op_type]])
        result = shapes.get(node.output[0])
        if weights is None or result is None:
            return None
        # Weights are [outputs, inputs per group, window...]: one product for each of
        # the latter, at every place of every output.
        return math.prod(result) * math.prod(weights[1:])
    return 0
