# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The model contract, version 1: what an ``.onnx`` file must say about itself.

The blocks and this toolchain meet only in these files. A contract file is one
self-contained ONNX model (no external data) with ``dlcomm.*`` metadata and tensors
of fixed names, types and shapes; the first axis of every tensor is the batch and
has no fixed length.

==========  ==========================================  =======================
role        inputs                                      output
==========  ==========================================  =======================
encoder     ``message`` int64 [b]                       ``symbols`` float32 [b, n]
decoder     ``symbols`` float32 [b, n]                  ``logits`` float32 [b, M]
            (optional ``csi`` float32 [b, 2])
classifier  ``iq`` float32 [b, window, 2]               ``logits`` float32 [b, classes]
==========  ==========================================  =======================
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, numpy_helper

from dlcomm_train.files import write_atomic

VERSION = 1
ROLES = ("encoder", "decoder", "classifier")
MAX_N = 64
MAX_K = 8
OPSET_RANGE = (17, 25)
"""ONNX operator sets that the blocks accept: up to 21 served by ONNX Runtime 1.17 and later.
25, which only weights of two bits need, takes the version that this module is built with."""
MAX_IR_VERSION = 13
OPSET = 17
"""The operator set that this package writes."""
IR_VERSION = 8
"""The file format that belongs to operator set 17."""

_PREFIX = "dlcomm."
_MOST_ELEMENTS = 1 << 26
_TYPE_NAMES = {value: name.lower() for name, value in TensorProto.DataType.items()}
_TYPE_NAMES[TensorProto.FLOAT] = "float32"

_Spec = dict[str, tuple[int, tuple[int, ...]]]


class ContractError(ValueError):
    """A model does not obey the contract; the message is one line for people."""


@dataclass(frozen=True)
class Contract:
    """What the metadata of a model file says.

    Attributes:
        role: ``encoder``, ``decoder`` or ``classifier``.
        link: name shared by an encoder and its decoder; empty for a classifier.
        n: real channel uses per message; 0 for a classifier.
        k: bits per message, 1 to 8; 0 for a classifier.
        labels: class names in output order; empty for links.
        window: complex samples per decision; 0 for links.
        recipe: how the model was made; JSON object.
        measured: rows of measured error rates; JSON list.
    """

    role: str
    link: str = ""
    n: int = 0
    k: int = 0
    labels: tuple[str, ...] = ()
    window: int = 0
    recipe: dict[str, Any] = field(default_factory=dict)
    measured: list[dict[str, Any]] = field(default_factory=list)

    @property
    def messages(self) -> int:
        """Number of different messages, M = 2^k."""
        return 1 << self.k


def attach(model: onnx.ModelProto, contract: Contract) -> onnx.ModelProto:
    """Write the contract's metadata into `model` (in place) and return it.

    Metadata under other keys than ``dlcomm.*`` is dropped, and keys are written in a
    fixed order, so that equal models are equal files.
    """
    entries = {
        "contract": str(VERSION),
        "role": contract.role,
        "recipe": _json(contract.recipe),
        "measured": _json(contract.measured),
    }
    if contract.role == "classifier":
        entries |= {
            "labels": _json(list(contract.labels)),
            "window": str(contract.window),
        }
    else:
        entries |= {
            "link": contract.link,
            "n": str(contract.n),
            "k": str(contract.k),
        }
    del model.metadata_props[:]
    for key in sorted(entries):
        model.metadata_props.add(key=_PREFIX + key, value=entries[key])
    return model


def check(model: onnx.ModelProto, name: str = "model") -> Contract:
    """Validate `model` against the contract and return what its metadata says.

    Args:
        model: the model.
        name: what error messages call it, usually its path.

    Raises:
        ContractError: anything that the contract forbids, in one line that names the
            file, the key or tensor, what was found and what was expected.
    """
    check_format(model, name)
    contract = _read_metadata(model, name)
    _check_tensors(model, contract, name)
    check_graph(model, name)
    return contract


def has_contract(model: onnx.ModelProto) -> bool:
    """Whether a model says anything about itself that a contract would."""
    return any(entry.key.startswith(_PREFIX) for entry in model.metadata_props)


def load(path: str | os.PathLike[str]) -> tuple[onnx.ModelProto, Contract]:
    """Read a model file and validate it.

    Raises:
        ContractError: the file is missing, empty, not ONNX or breaks the contract.
    """
    model = read(path)
    return model, check(model, os.fspath(path))


def read(path: str | os.PathLike[str]) -> onnx.ModelProto:
    """Read a model file that may obey no contract.

    Raises:
        ContractError: the file is missing, empty or not ONNX.
    """
    name = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise ContractError(f"{name}: cannot be read: {error.strerror}") from None
    if not data:
        raise ContractError(f"{name}: is empty, expected an ONNX model")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except DecodeError:
        raise ContractError(f"{name}: is not an ONNX model") from None
    return model


def save(model: onnx.ModelProto, path: str | os.PathLike[str]) -> None:
    """Validate `model` and write it to `path` as one file, atomically.

    Raises:
        ContractError: the model breaks the contract; nothing is written.
        OSError: the file cannot be written.
    """
    write_atomic(path, content(model, path))


def content(model: onnx.ModelProto, path: str | os.PathLike[str]) -> bytes:
    """What `save` writes.

    Raises:
        ContractError: the model breaks the contract; the message names `path`.
    """
    check(model, os.fspath(path))
    return model.SerializeToString(deterministic=True)


def with_dense_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """`model`, or a copy that the ONNX checker understands: without sparse initializers.

    The checker knows indices of 64 bits only, and takes an operator that reads a sparse
    initializer for an error. ONNX Runtime reads any width, and makes such weights dense.
    """
    if not model.graph.sparse_initializer:
        return model
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.sparse_initializer[:]
    for sparse in model.graph.sparse_initializer:
        name, dims = sparse.values.name, list(sparse.dims)
        if not 0 < math.prod(dims) <= _MOST_ELEMENTS or min(dims) < 0:
            raise onnx.checker.ValidationError(f"sparse tensor {name!r} has shape {dims}")
        try:
            values = numpy_helper.to_array(sparse.values)
            places = numpy_helper.to_array(sparse.indices).astype(np.int64)
            dense = np.zeros(dims, dtype=values.dtype)
            if values.ndim != 1 or places.min(initial=0) < 0:
                raise ValueError
            dense.ravel()[places] = values
        except (ValueError, TypeError, IndexError):
            raise onnx.checker.ValidationError(
                f"sparse tensor {name!r} has values and indices that do not fit its shape"
            ) from None
        result.graph.initializer.append(numpy_helper.from_array(dense, name))
    return result


def check_graph(model: onnx.ModelProto, name: str) -> None:
    """Raise ContractError unless the graph is one that ONNX allows."""
    try:
        onnx.checker.check_model(with_dense_weights(model), full_check=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ContractError(f"{name}: not a valid ONNX model: {reason}") from None


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def check_format(model: onnx.ModelProto, name: str) -> None:
    """Raise ContractError unless a model is one file of standard operators."""
    if not model.HasField("graph"):
        raise ContractError(f"{name}: is not an ONNX model (no graph)")
    if not 3 <= model.ir_version <= MAX_IR_VERSION:
        raise ContractError(
            f"{name}: ir_version is {model.ir_version}, "
            f"expected at most {MAX_IR_VERSION}"
        )
    opsets = {entry.domain or "ai.onnx": entry.version for entry in model.opset_import}
    low, high = OPSET_RANGE
    found = opsets.pop("ai.onnx", None)
    if found is None or not low <= found <= high:
        raise ContractError(f"{name}: opset is {found}, expected {low} to {high}")
    if opsets:
        raise ContractError(
            f"{name}: uses the operator domain {sorted(opsets)[0]!r}, "
            "expected standard ONNX operators only"
        )
    for tensor in model.graph.initializer:
        if tensor.data_location == TensorProto.EXTERNAL or tensor.external_data:
            raise ContractError(
                f"{name}: tensor {tensor.name!r} is stored outside the file, "
                "expected a single file"
            )


def _read_metadata(model: onnx.ModelProto, name: str) -> Contract:
    metadata = {
        entry.key.removeprefix(_PREFIX): entry.value
        for entry in model.metadata_props
        if entry.key.startswith(_PREFIX)
    }

    def text(key: str, expected: str) -> str:
        if key not in metadata:
            raise ContractError(
                f"{name}: {_PREFIX}{key} is missing, expected {expected}"
            )
        return metadata[key]

    def number(key: str, low: int, high: int) -> int:
        expected = f"a whole number from {low} to {high}"
        value = text(key, expected)
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            raise ContractError(
                f"{name}: {_PREFIX}{key} is {value!r}, expected {expected}"
            )
        return int(value)

    def parsed(key: str, kind: type, expected: str) -> Any:
        value = text(key, expected)
        try:
            result = json.loads(value)
        except ValueError:
            result = None
        if not isinstance(result, kind):
            raise ContractError(
                f"{name}: {_PREFIX}{key} is {value[:40]!r}, expected {expected}"
            )
        return result

    version = text("contract", str(VERSION))
    if version != str(VERSION):
        raise ContractError(
            f"{name}: {_PREFIX}contract is {version!r}, expected '{VERSION}'"
        )
    role = text("role", "one of " + ", ".join(ROLES))
    if role not in ROLES:
        raise ContractError(
            f"{name}: {_PREFIX}role is {role!r}, expected one of {', '.join(ROLES)}"
        )
    common = {
        "role": role,
        "recipe": parsed("recipe", dict, "a JSON object"),
        "measured": parsed("measured", list, "a JSON list"),
    }
    if role == "classifier":
        labels = parsed("labels", list, "a JSON list of class names")
        if len(labels) < 2 or not all(isinstance(label, str) for label in labels):
            raise ContractError(
                f"{name}: {_PREFIX}labels is {labels!r}, expected two or more names"
            )
        return Contract(
            labels=tuple(labels), window=number("window", 1, 1 << 20), **common
        )
    link = text("link", "the name of the link")
    if not link:
        raise ContractError(f"{name}: {_PREFIX}link is empty, expected a name")
    return Contract(
        link=link, n=number("n", 1, MAX_N), k=number("k", 1, MAX_K), **common
    )


def _expected_tensors(contract: Contract) -> tuple[_Spec, _Spec, _Spec]:
    """Required inputs, optional inputs, outputs; shapes without the batch axis."""
    if contract.role == "encoder":
        return (
            {"message": (TensorProto.INT64, ())},
            {},
            {"symbols": (TensorProto.FLOAT, (contract.n,))},
        )
    if contract.role == "decoder":
        return (
            {"symbols": (TensorProto.FLOAT, (contract.n,))},
            {"csi": (TensorProto.FLOAT, (2,))},
            {"logits": (TensorProto.FLOAT, (contract.messages,))},
        )
    return (
        {"iq": (TensorProto.FLOAT, (contract.window, 2))},
        {},
        {"logits": (TensorProto.FLOAT, (len(contract.labels),))},
    )


def _check_tensors(model: onnx.ModelProto, contract: Contract, name: str) -> None:
    required, optional, outputs = _expected_tensors(contract)
    initializers = {tensor.name for tensor in model.graph.initializer}
    inputs = [value for value in model.graph.input if value.name not in initializers]
    _check_names("input", inputs, required, optional, name)
    _check_names("output", list(model.graph.output), outputs, {}, name)
    if [value.name for value in inputs] == ["csi", "symbols"]:
        raise ContractError(f"{name}: the first input is csi, expected symbols")
    if len(inputs) == 2 and contract.n % 2:
        # Every second message would begin on the Q rail, which a complex gain mixes
        # with the message before.
        raise ContractError(
            f"{name}: {_PREFIX}n is {contract.n}, expected an even number beside csi"
        )
    for value in inputs:
        _check_value(value, (required | optional)[value.name], name)
    for value in model.graph.output:
        _check_value(value, outputs[value.name], name)


def _check_names(
    kind: str,
    found: list[onnx.ValueInfoProto],
    required: _Spec,
    optional: _Spec,
    name: str,
) -> None:
    names = {value.name for value in found}
    if not set(required) <= names <= set(required) | set(optional):
        expected = ", ".join(required)
        if optional:
            expected += f" (and optionally {', '.join(optional)})"
        raise ContractError(
            f"{name}: {kind}s are {', '.join(sorted(names)) or 'none'}, "
            f"expected {expected}"
        )


def _check_value(
    value: onnx.ValueInfoProto, spec: tuple[int, tuple[int, ...]], name: str
) -> None:
    kind, shape = spec
    tensor = value.type.tensor_type
    if tensor.elem_type != kind:
        found = _TYPE_NAMES.get(tensor.elem_type, str(tensor.elem_type))
        raise ContractError(
            f"{name}: tensor {value.name!r} is {found}, expected {_TYPE_NAMES[kind]}"
        )
    dims = [
        dim.dim_value if dim.HasField("dim_value") else None for dim in tensor.shape.dim
    ]
    if not dims or dims[0] is not None or tuple(dims[1:]) != shape:
        expected = _shape_text([None, *shape])
        raise ContractError(
            f"{name}: tensor {value.name!r} has shape {_shape_text(dims)}, "
            f"expected {expected}"
        )


def _shape_text(dims: list[int | None]) -> str:
    return "[" + ", ".join("b" if dim is None else str(dim) for dim in dims) + "]"
