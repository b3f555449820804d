# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How a layer's weights are stored in standard ONNX, and how large that is.

========  ==========================================================================
weights   stored as
========  ==========================================================================
float32   an initializer, or a ``sparse_initializer`` where that is smaller
1, 2 bit  UINT2 and ``DequantizeLinear`` (operator set 25)
3, 4 bit  UINT4 and ``DequantizeLinear`` (operator set 21)
5 to 8    UINT8 and ``DequantizeLinear``
pruned    of quantized weights, INT8 values in a ``sparse_initializer`` and
          ``DequantizeLinear``, where that is smaller than the types above
========  ==========================================================================

Levels that do not hold zero take an ``Add`` behind ``DequantizeLinear``. Indices of a
sparse tensor have the smallest signed type that holds them. ONNX Runtime takes INT8, INT16
and INT32 there; the ONNX checker knows INT64 only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from dlcomm_train.compress.layer import Layer

_PACKED = ((2, TensorProto.UINT2, 25, 13), (4, TensorProto.UINT4, 21, 10))
"""Bits, type, operator set and file format of types that are narrower than a byte."""
_LARGEST_INT8 = 127


@dataclass
class Stored:
    """The tensors and operators that make one tensor of weights.

    Attributes:
        name: the tensor that a layer reads.
        nodes: operators, in order.
        tensors: initializers.
        sparse: sparse initializers.
        opset: smallest operator set that has all this.
        ir_version: smallest file format that has all this.
    """

    name: str
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: list[onnx.TensorProto] = field(default_factory=list)
    sparse: list[onnx.SparseTensorProto] = field(default_factory=list)
    opset: int = 17
    ir_version: int = 8

    @property
    def size(self) -> int:
        """Bytes of all this in a file, but for a few bytes of framing."""
        parts = [*self.nodes, *self.tensors, *self.sparse]
        return sum(part.ByteSize() for part in parts)


def store(layer: Layer, name: str) -> Stored:
    """The smallest standard form of a layer's weights; the tensor is called `name`."""
    forms = [_dense(layer, name)]
    if layer.mask is not None and np.any(layer.weight):
        forms += _sparse(layer, name)
    return min(forms, key=lambda form: form.size)


def entropy_coded_bytes(layer: Layer) -> float:
    """Bytes that an ideal entropy coder would need for the weights' codes.

    The entropy of the codes' own histogram, pruned weights counted as one symbol more (they
    share the code of zero on a grid). Scales and the histogram itself are not counted.
    Not a size of anything that is stored. Float weights count 4 bytes each.
    """
    if layer.grid is None:
        return 4.0 * layer.nonzeros
    codes = layer.grid.codes(layer.weight)
    counts = np.unique(codes, return_counts=True)[1].astype(np.float64)
    return float(-(counts * np.log2(counts / counts.sum())).sum() / 8.0)


def _dense(layer: Layer, name: str) -> Stored:
    grid = layer.grid
    if grid is None:
        return Stored(name, tensors=[numpy_helper.from_array(layer.weight, name)])
    codes = layer.grid.codes(layer.weight)
    code_name = name + "_code"
    kind, result = TensorProto.UINT8, Stored(name)
    for bits, packed, opset, ir_version in reversed(_PACKED):
        if grid.bits <= bits:
            kind, result.opset, result.ir_version = packed, opset, ir_version
    result.tensors.append(_integers(code_name, kind, codes))
    return _dequantized(result, layer, code_name, kind, -grid.shift)


def _sparse(layer: Layer, name: str) -> list[Stored]:
    grid = layer.grid
    if grid is None:
        return [Stored(name, sparse=[_sparse_tensor(name, layer.weight)])]
    codes = (grid.codes(layer.weight) + grid.shift.astype(np.int64)) * layer.mask
    if np.abs(codes).max() > _LARGEST_INT8:
        return []
    code_name = name + "_code"
    result = Stored(name, sparse=[_sparse_tensor(code_name, codes.astype(np.int8))])
    return [_dequantized(result, layer, code_name, TensorProto.INT8, None)]


def _dequantized(
    result: Stored, layer: Layer, codes: str, kind: int, zero: np.ndarray | None
) -> Stored:
    """Add what turns codes into weights; `zero`: the code of zero, None where it is 0."""
    grid, name = layer.grid, result.name
    shape = (-1,) if grid.per_channel else ()
    result.tensors.append(numpy_helper.from_array(grid.scale.reshape(shape), name + "_scale"))
    inputs = [codes, name + "_scale"]
    if zero is None or grid.whole:
        if zero is not None and np.any(zero):
            inputs.append(name + "_zero")
            zero = np.rint(zero).astype(np.int64).reshape(shape)
            result.tensors.append(_integers(inputs[-1], kind, zero))
        result.nodes.append(helper.make_node("DequantizeLinear", inputs, [name], axis=0))
        return result
    between, offset = name + "_scaled", name + "_offset"
    value = (grid.shift * grid.scale).astype(np.float32)
    value = value if grid.per_channel else value.reshape(())
    result.tensors.append(numpy_helper.from_array(value, offset))
    result.nodes += [
        helper.make_node("DequantizeLinear", inputs, [between], axis=0),
        helper.make_node("Add", [between, offset], [name]),
    ]
    return result


def _integers(name: str, kind: int, values: np.ndarray) -> onnx.TensorProto:
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    return numpy_helper.from_array(np.asarray(values).astype(dtype), name)


def _sparse_tensor(name: str, values: np.ndarray) -> onnx.SparseTensorProto:
    flat = values.ravel()
    places = np.flatnonzero(flat)
    kinds = (np.int8, np.int16, np.int32)
    smallest = next(kind for kind in kinds if places[-1] <= np.iinfo(kind).max)
    return helper.make_sparse_tensor(
        numpy_helper.from_array(flat[places], name),
        numpy_helper.from_array(places.astype(smallest), name + "_index"),
        list(values.shape),
    )
