# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Seeded damage to ONNX files: to their bytes, and to what the bytes say.

Damaged bytes mostly test the reading of files; damage to the parsed message leaves a
well-formed file behind and gets as far as the checks of graphs, shapes and weights.
"""

from __future__ import annotations

import numpy as np
import onnx

BOUNDARIES = (
    *(0, 1, 2, 3, 127, 128, 255, 256, 1 << 16, 1 << 24, 1 << 26, 1 << 30),
    *((1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40),
    *((1 << 62) - 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1),
)
"""Unsigned 64-bit values around the limits that readers get wrong."""

OPERATORS = (
    *("Gemm", "MatMul", "Relu", "Mul", "Add", "Div", "Mod", "OneHot", "Gather", "Reshape"),
    *("Expand", "Tile", "ConstantOfShape", "Pad", "Slice", "Concat", "Conv", "Loop", "If"),
    *("QuantizeLinear", "DequantizeLinear", "Softmax", "Identity", "NoSuchOperator"),
)


def mutate(model: bytes, seed: int) -> tuple[str, bytes]:
    """Damage a model file.

    Args:
        model: the file's bytes.
        seed: every choice follows from it.

    Returns:
        The kind of damage, and the damaged bytes.
    """
    rng = np.random.default_rng(seed)
    kinds = (*_BYTE_KINDS, *_MESSAGE_KINDS)
    kind = kinds[rng.integers(len(kinds))]
    if kind in _BYTE_KINDS:
        data = bytearray(model)
        for _ in range(int(rng.choice([1, 1, 2, 8]))):
            kind(data, rng)
        return kind.__name__, bytes(data)
    message = onnx.ModelProto.FromString(model)
    for _ in range(int(rng.choice([1, 1, 2, 4]))):
        kind(message, rng)
    return kind.__name__, message.SerializeToString()


def _position(data: bytearray, rng: np.random.Generator) -> int:
    return int(rng.integers(len(data))) if data else 0


def _varint(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def flip_bits(data: bytearray, rng: np.random.Generator) -> None:
    if data:
        data[_position(data, rng)] ^= int(rng.integers(1, 256))


def insert_bytes(data: bytearray, rng: np.random.Generator) -> None:
    at = _position(data, rng)
    data[at:at] = rng.bytes(int(rng.integers(1, 17)))


def delete_bytes(data: bytearray, rng: np.random.Generator) -> None:
    at = _position(data, rng)
    del data[at : at + int(rng.integers(1, 65))]


def truncate(data: bytearray, rng: np.random.Generator) -> None:
    del data[_position(data, rng) :]


def swap_chunks(data: bytearray, rng: np.random.Generator) -> None:
    length = int(rng.integers(1, 65))
    a, b = _position(data, rng), _position(data, rng)
    if abs(a - b) >= length and max(a, b) + length <= len(data):
        first, second = data[a : a + length], data[b : b + length]
        data[a : a + length], data[b : b + length] = second, first


def boundary_varint(data: bytearray, rng: np.random.Generator) -> None:
    at = end = _position(data, rng)
    while end < len(data) - 1 and data[end] & 0x80:
        end += 1
    data[at : end + 1] = _varint(int(rng.choice(np.array(BOUNDARIES, np.uint64))))


def _boundary(rng: np.random.Generator) -> int:
    """A boundary value as the signed 64-bit integer of the same bits."""
    value = BOUNDARIES[rng.integers(len(BOUNDARIES))]
    return value - (1 << 64) if value >= 1 << 63 else value


def _pick(items, rng: np.random.Generator):
    return items[rng.integers(len(items))] if len(items) else None


def dimension(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    tensor = _pick(model.graph.initializer, rng)
    if tensor is None or not tensor.dims or rng.integers(2):
        value = _pick([*model.graph.input, *model.graph.output], rng)
        dim = _pick(value.type.tensor_type.shape.dim, rng)
        if dim is not None:
            dim.dim_value = _boundary(rng)
    else:
        tensor.dims[rng.integers(len(tensor.dims))] = _boundary(rng)


def element_type(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    new_type = int(rng.integers(0, 26))
    tensor = _pick(model.graph.initializer, rng)
    if tensor is None or rng.integers(3) == 0:
        value = _pick([*model.graph.input, *model.graph.output], rng)
        value.type.tensor_type.elem_type = new_type
    else:
        tensor.data_type = new_type


def weights(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    tensor = _pick(model.graph.initializer, rng)
    if tensor is None:
        return
    data = bytearray(tensor.raw_data)
    _pick((flip_bits, insert_bytes, delete_bytes, truncate), rng)(data, rng)
    if rng.integers(4) == 0:
        data = bytearray(len(tensor.raw_data))
    tensor.raw_data = bytes(data)


def attribute(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    node = _pick(model.graph.node, rng)
    if node is None:
        return
    found = _pick(node.attribute, rng)
    if found is None or rng.integers(4) == 0:
        name = _pick(("axis", "transA", "transB", "alpha", "group", "kernel_shape"), rng)
        found = node.attribute.add(name=name, type=onnx.AttributeProto.INT)
    if found.ints and rng.integers(2):
        found.ints[rng.integers(len(found.ints))] = _boundary(rng)
    elif rng.integers(2):
        found.i = _boundary(rng)
    else:
        found.f = float(_pick((0.0, -1.0, 1e38, np.inf, np.nan), rng))


def operator(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    node = _pick(model.graph.node, rng)
    if node is not None:
        node.op_type = _pick(OPERATORS, rng)


def wiring(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    names = [name for n in model.graph.node for name in (*n.input, *n.output)] + ["", "nowhere"]
    node = _pick(model.graph.node, rng)
    if node is None:
        return
    ends = node.input if rng.integers(3) else node.output
    if len(ends):
        ends[rng.integers(len(ends))] = _pick(names, rng)


def duplicate(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    graph = model.graph
    parts = _pick((graph.node, graph.initializer, graph.input, graph.output), rng)
    if len(parts):
        parts.add().CopyFrom(parts[rng.integers(len(parts))])


def remove(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    graph = model.graph
    parts = _pick((graph.node, graph.initializer, graph.input, graph.output), rng)
    if len(parts):
        del parts[rng.integers(len(parts))]


def reorder(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend(nodes[i] for i in rng.permutation(len(nodes)))


def metadata(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    entry = _pick(model.metadata_props, rng)
    if entry is not None:
        entry.value = _pick(("", "0", "-1", "8", "999999999", "[" * 50000, "\x00", "x\ny"), rng)


def versions(model: onnx.ModelProto, rng: np.random.Generator) -> None:
    if rng.integers(2):
        model.ir_version = _boundary(rng)
    elif model.opset_import:
        model.opset_import[0].version = _boundary(rng)


_BYTE_KINDS = (flip_bits, insert_bytes, delete_bytes, truncate, swap_chunks, boundary_varint)
_MESSAGE_KINDS = (
    *(dimension, element_type, weights, attribute, operator, wiring),
    *(duplicate, remove, reorder, metadata, versions),
)
