# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Bit operations and bits of weights of a model, counted on its file.

Bit operations of a layer are its multiply-accumulates with weights other than zero, times
the bits of a weight, times the bits of an activation: the size of an array multiplier, as in
M. van Baalen et al., "Bayesian bits", 2020 (C. Baskin et al., "UNIQ: uniform noise injection
for the quantization of neural networks", 2018, add the width of the accumulator, which is
left out here). It is a measure of hardware that computes in these widths; ONNX Runtime and
this module's blocks compute in float32 where a file does not say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, numpy_helper

from dlcomm_train.models.macs import node_macs

FLOAT_BITS = 32
_WEIGHTS = {
    "Gemm": (0, 1), "MatMul": (0, 1), "Conv": (0, 1), "MatMulInteger": (0, 1),
    "ConvInteger": (0, 1), "QLinearMatMul": (0, 3), "QLinearConv": (0, 3),
}  # fmt: skip
"""Operators that multiply, and the places of activations and weights in their inputs."""
_PASSED = ("Add", "Mul", "Reshape", "Transpose", "Cast", "Gather", "Squeeze", "Unsqueeze")
"""Operators whose first input is looked through for where weights are stored."""
_NARROW = {TensorProto.INT8: 8, TensorProto.UINT8: 8, TensorProto.INT16: 16,
           TensorProto.UINT16: 16, TensorProto.INT4: 4, TensorProto.UINT4: 4,
           TensorProto.INT2: 2, TensorProto.UINT2: 2}  # fmt: skip

CHALLENGE_BIT_OPERATIONS = 807_699_904
CHALLENGE_WEIGHT_BITS = 1_244_936
"""Of the network that the challenge compares with."""


@dataclass(frozen=True)
class BitCosts:
    """What a network costs on hardware that computes in the widths of its file.

    Attributes:
        macs: multiply-accumulates for a batch of one, weights of zero counted like others.
        nonzero_macs: those with weights other than zero.
        bit_operations: bit operations for a batch of one.
        weight_bits: bits of all weights other than zero; no biases, no scales.
    """

    macs: int = 0
    nonzero_macs: int = 0
    bit_operations: int = 0
    weight_bits: int = 0

    @property
    def challenge(self) -> float:
        """Cost by the formula of the ITU challenge "Lightning-fast modulation classification
        with hardware-efficient neural networks", 2021: half the bit operations and half the
        bits of weights, each relative to its baseline's. Zero weights are left out, too.

        The challenge itself was about 24 classes in windows of 1024 samples: only the costs
        of networks for one task can be compared.
        """
        operations = self.bit_operations / CHALLENGE_BIT_OPERATIONS
        return 0.5 * operations + 0.5 * self.weight_bits / CHALLENGE_WEIGHT_BITS


def bit_costs(model: onnx.ModelProto) -> BitCosts:
    """Count a model, for a batch of one.

    Weights are taken as the runtime sees them, whatever they are stored as; their bits are
    those that tell the stored codes of a layer apart.

    Raises:
        ValueError: the multiply-accumulates of an operator are unknown; one line.
    """
    counted = onnx.ModelProto()
    counted.CopyFrom(model)
    multipliers = [node for node in model.graph.node if node.op_type in _WEIGHTS]
    weights = _values(model, [node.input[_WEIGHTS[node.op_type][1]] for node in multipliers])
    total = BitCosts()
    for node, macs in node_macs(counted):
        if macs is None:
            raise ValueError(f"operator {node.output[0]!r} has an unknown shape")
        if node.op_type not in _WEIGHTS or not macs:
            continue
        data, weight = (node.input[place] for place in _WEIGHTS[node.op_type])
        value = weights[weight]
        nonzero = int(np.count_nonzero(value))
        nonzero_macs = round(macs * nonzero / value.size)
        bits = _weight_bits(model.graph, weight)
        operations = nonzero_macs * bits * _activation_bits(model.graph, data)
        total = BitCosts(
            total.macs + macs,
            total.nonzero_macs + nonzero_macs,
            total.bit_operations + operations,
            total.weight_bits + nonzero * bits,
        )
    return total


def _values(model: onnx.ModelProto, names: list[str]) -> dict[str, np.ndarray]:
    """Values of tensors that do not depend on the input, as the runtime makes them."""
    names = list(dict.fromkeys(names))
    if not names:
        return {}
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    for number, name in enumerate(names):
        # By way of an operator: a sparse tensor by itself would stay sparse.
        probe.graph.node.append(onnx.helper.make_node("Identity", [name], [f"seen_{number}"]))
        probe.graph.output.append(onnx.ValueInfoProto(name=f"seen_{number}"))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        probe.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    feeds = {}
    for value in session.get_inputs():
        shape = [size if isinstance(size, int) else 1 for size in value.shape]
        kind = np.int64 if value.type == "tensor(int64)" else np.float32
        feeds[value.name] = np.zeros(shape, kind)
    outputs = [f"seen_{number}" for number in range(len(names))]
    return dict(zip(names, session.run(outputs, feeds), strict=True))


def _weight_bits(graph: onnx.GraphProto, name: str) -> int:
    """Bits that the codes of the weights `name` need; 32 where they are float32."""
    producers = {output: node for node in graph.node for output in node.output}
    while name in producers:
        node = producers[name]
        if node.op_type not in ("DequantizeLinear", *_PASSED):
            return FLOAT_BITS
        name = node.input[0]
    for sparse in graph.sparse_initializer:
        if sparse.values.name == name:
            # What is not written down is zero.
            return _code_bits(np.append(numpy_helper.to_array(sparse.values), 0))
    for tensor in graph.initializer:
        if tensor.name == name and tensor.data_type in _NARROW:
            return _code_bits(numpy_helper.to_array(tensor))
    return FLOAT_BITS


def _code_bits(codes: np.ndarray) -> int:
    """Bits that tell the codes apart; 32 of float weights."""
    if np.issubdtype(codes.dtype, np.floating):
        return FLOAT_BITS
    return max(1, (len(np.unique(codes.astype(np.int64))) - 1).bit_length())


def _activation_bits(graph: onnx.GraphProto, name: str) -> int:
    """Bits of the activations `name`: those they are quantized to, or 32."""
    producers = {output: node for node in graph.node for output in node.output}
    types = {tensor.name: tensor.data_type for tensor in graph.initializer}
    node = producers.get(name)
    if node is not None and node.op_type == "DequantizeLinear":
        node = producers.get(node.input[0])
    if node is None or node.op_type not in ("QuantizeLinear", "DynamicQuantizeLinear"):
        return FLOAT_BITS
    if len(node.input) < 3:
        return 8
    return _NARROW.get(types.get(node.input[2], TensorProto.UINT8), FLOAT_BITS)
