# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Counting what a model costs, on the file that is loaded."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

import numpy as np
import onnx

from dlcomm_train import contract


@dataclass(frozen=True)
class Cost:
    """Size of one network.

    Attributes:
        parameters: weights and biases of its dense layers and convolutions, and values of
            its tables.
        operations: multiply-accumulates per message that those layers take.
        file_bytes: bytes of the file.
        weight_bytes: bytes of all constants in it, scales and zero points included.
    """

    parameters: int
    operations: int
    file_bytes: int
    weight_bytes: int


def cost(model: onnx.ModelProto) -> Cost:
    """Count `model`.

    Quantized weights and weights from a shared table count like float ones: one parameter
    each. Weights that a sparse tensor leaves out count as operations, since the runtime makes
    it dense, and not as parameters.
    """
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    sparse = {tensor.values.name: tensor for tensor in model.graph.sparse_initializer}
    shapes = {name: tensor.dims for name, tensor in (constants | sparse).items()}
    origin = _origins(model, shapes)
    places = _places(model)
    parameters = operations = 0
    for node in model.graph.node:
        if (
            node.op_type == "Gather"
            and node.input[0] in constants
            and (node.output[0] not in origin)
        ):
            parameters += int(np.prod(shapes[node.input[0]]))
        if node.op_type not in ("Gemm", "MatMul", "Conv"):
            continue
        names = [origin.get(name, name) for name in node.input[1:]]
        sizes = [int(np.prod(shapes[name])) for name in names]
        pruned = sum(
            int(np.prod(sparse[name].dims)) - sparse[name].values.dims[0]
            for name in names
            if name in sparse
        )
        parameters += sum(sizes) - pruned
        operations += sizes[0] * places.get(node.output[0], 1)
    return Cost(
        parameters,
        operations,
        model.ByteSize(),
        sum(len(tensor.raw_data) for tensor in constants.values())
        + sum(
            len(tensor.values.raw_data) + len(tensor.indices.raw_data)
            for tensor in sparse.values()
        ),
    )


def _origins(model: onnx.ModelProto, stored: Container[str]) -> dict[str, str]:
    """The stored tensor of codes behind every tensor that is made of one.

    A quantized weight reaches its layer through DequantizeLinear, and maybe Add; a shared one
    as the index of a table, through Cast and Gather.
    """
    origin: dict[str, str] = {}
    for node in model.graph.node:
        if not node.input:
            # A Constant, as the converter of operator sets writes it.
            continue
        source = node.input[-1] if node.op_type == "Gather" else node.input[0]
        if node.op_type in ("DequantizeLinear", "Cast") and source in stored:
            origin[node.output[0]] = source
        elif node.op_type in ("Add", "Gather") and source in origin:
            origin[node.output[0]] = origin[source]
    return origin


def _places(model: onnx.ModelProto) -> dict[str, int]:
    """Places of the window of every convolution, by the tensor that it makes.

    Raises:
        ContractError: the size of a convolution's output is open.
    """
    made = [node.output[0] for node in model.graph.node if node.op_type == "Conv"]
    if not made:
        return {}
    graph = onnx.shape_inference.infer_shapes(contract.with_dense_weights(model)).graph
    found = {
        value.name: [dim.dim_value for dim in value.type.tensor_type.shape.dim[2:]]
        for value in (*graph.value_info, *graph.output)
    }
    for name in made:
        if not all(found.get(name, [0])):
            raise contract.ContractError(
                f"convolution {name!r} has an output of open size, expected a fixed one"
            )
    return {name: int(np.prod(found[name])) for name in made}


def minimum_distance(codebook: np.ndarray) -> float:
    """Smallest Euclidean distance between two rows of a codebook [M, n]."""
    points = np.asarray(codebook, dtype=np.float64)
    distance = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    return float(distance[np.triu_indices(len(points), 1)].min())
