# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Counting what a model costs, on the file that is loaded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx


@dataclass(frozen=True)
class Cost:
    """Size of one network.

    Attributes:
        parameters: weights and biases of its dense layers, and values of its tables.
        operations: multiply-accumulates per message that the dense layers take.
        file_bytes: bytes of the file.
        weight_bytes: bytes of all constants in it, scales and zero points included.
    """

    parameters: int
    operations: int
    file_bytes: int
    weight_bytes: int


def cost(model: onnx.ModelProto) -> Cost:
    """Count `model`.

    Quantized weights count like float ones: one parameter each. Weights that a sparse tensor
    leaves out count as operations, since the runtime makes it dense, and not as parameters.
    """
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    sparse = {tensor.values.name: tensor for tensor in model.graph.sparse_initializer}
    # A quantized weight reaches its layer through DequantizeLinear, and maybe Add.
    origin: dict[str, str] = {}
    for node in model.graph.node:
        source = node.input[0]
        if node.op_type == "DequantizeLinear" and source in constants | sparse:
            origin[node.output[0]] = source
        elif node.op_type == "Add" and source in origin:
            origin[node.output[0]] = origin[source]
    shapes = {name: tensor.dims for name, tensor in (constants | sparse).items()}
    parameters = operations = 0
    for node in model.graph.node:
        if node.op_type == "Gather" and node.input[0] in constants:
            parameters += int(np.prod(shapes[node.input[0]]))
        if node.op_type not in ("Gemm", "MatMul"):
            continue
        names = [origin.get(name, name) for name in node.input[1:]]
        sizes = [int(np.prod(shapes[name])) for name in names]
        pruned = sum(
            int(np.prod(sparse[name].dims)) - sparse[name].values.dims[0]
            for name in names
            if name in sparse
        )
        parameters += sum(sizes) - pruned
        operations += sizes[0]
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


def minimum_distance(codebook: np.ndarray) -> float:
    """Smallest Euclidean distance between two rows of a codebook [M, n]."""
    points = np.asarray(codebook, dtype=np.float64)
    distance = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    return float(distance[np.triu_indices(len(points), 1)].min())
