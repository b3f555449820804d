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
shared    codes in the same types, ``Cast`` and ``Gather`` from the table of centroids
          instead of ``DequantizeLinear``; float32 where that is smaller; of pruned
          weights UINT8 codes in a ``sparse_initializer``, with zero as code 0
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

from dlcomm_train.compress.layers.centroids import Centroids
from dlcomm_train.compress.layers.layer import Layer

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
    forms = [_float(layer, name) if layer.grid is None else _coded(layer, name)]
    if isinstance(layer.grid, Centroids):
        # The table of a small layer can be larger than the weights.
        forms.append(_float(layer, name))
    if layer.mask is not None and np.any(layer.weight):
        forms += _sparse(layer, name)
    return min(forms, key=lambda form: form.size)


def _float(layer: Layer, name: str) -> Stored:
    weight = layer.weight.reshape(layer.shape)
    return Stored(name, tensors=[numpy_helper.from_array(weight, name)])


def _coded(layer: Layer, name: str) -> Stored:
    grid = layer.grid
    codes = grid.codes(layer.weight).reshape(layer.shape)
    code_name = name + "_code"
    kind, result = TensorProto.UINT8, Stored(name)
    for bits, packed, opset, ir_version in reversed(_PACKED):
        if grid.bits <= bits:
            kind, result.opset, result.ir_version = packed, opset, ir_version
    result.tensors.append(_integers(code_name, kind, codes))
    if isinstance(grid, Centroids):
        return _looked_up(result, grid.table, code_name)
    return _dequantized(result, layer, code_name, kind, -grid.shift)


def _sparse(layer: Layer, name: str) -> list[Stored]:
    grid = layer.grid
    if grid is None:
        weight = layer.weight.reshape(layer.shape)
        return [Stored(name, sparse=[_sparse_tensor(name, weight)])]
    code_name, codes = name + "_code", grid.codes(layer.weight)
    if isinstance(grid, Centroids):
        zero = int(grid.codes(np.zeros(1))[0])
        codes = ((codes - zero) % grid.levels).astype(np.uint8).reshape(layer.shape)
        result = Stored(name, sparse=[_sparse_tensor(code_name, codes)])
        return [_looked_up(result, np.roll(grid.table, -zero), code_name)]
    codes = (codes + grid.shift.astype(np.int64)) * layer.mask
    if np.abs(codes).max() > _LARGEST_INT8:
        return []
    codes = codes.astype(np.int8).reshape(layer.shape)
    result = Stored(name, sparse=[_sparse_tensor(code_name, codes)])
    return [_dequantized(result, layer, code_name, TensorProto.INT8, None)]


def _looked_up(result: Stored, table: np.ndarray, codes: str) -> Stored:
    """Add what turns codes into the weights of a table."""
    names = [result.name + suffix for suffix in ("_table", "_index")]
    result.tensors.append(numpy_helper.from_array(table, names[0]))
    result.nodes += [
        helper.make_node("Cast", [codes], [names[1]], to=TensorProto.INT32),
        helper.make_node("Gather", names, [result.name]),
    ]
    return result


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
    # One offset per output goes along the first axis of dense and other weights alike.
    value = value.reshape((-1, *(1,) * (len(layer.shape) - 1)) if grid.per_channel else ())
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
