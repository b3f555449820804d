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
    """Count `model`. Quantized weights count like float ones: one parameter each."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    # A quantized weight reaches its layer through DequantizeLinear.
    origin = {
        node.output[0]: node.input[0]
        for node in model.graph.node
        if node.op_type == "DequantizeLinear" and node.input[0] in constants
    }
    parameters = operations = 0
    for node in model.graph.node:
        if node.op_type == "Gather" and node.input[0] in constants:
            parameters += int(np.prod(constants[node.input[0]].dims))
        if node.op_type not in ("Gemm", "MatMul"):
            continue
        names = [origin.get(name, name) for name in node.input[1:]]
        sizes = [int(np.prod(constants[name].dims)) for name in names]
        parameters += sum(sizes)
        operations += sizes[0]
    return Cost(
        parameters,
        operations,
        model.ByteSize(),
        sum(len(tensor.raw_data) for tensor in constants.values()),
    )


def minimum_distance(codebook: np.ndarray) -> float:
    """Smallest Euclidean distance between two rows of a codebook [M, n]."""
    points = np.asarray(codebook, dtype=np.float64)
    distance = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    return float(distance[np.triu_indices(len(points), 1)].min())
