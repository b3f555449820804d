# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What there is to say about a model: contract, size, operations, recipe, rates."""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from .dlcomm_python import model_file, read_contract

if TYPE_CHECKING:
    import onnx

ROLES = ("encoder", "decoder", "classifier")
_MATRIX_PRODUCTS = {"MatMul": 0, "MatMulInteger": 0, "Gemm": 0, "QLinearMatMul": 0}
"""Operators that multiply matrices, and the place of the left one among their inputs."""
_CONVOLUTIONS = {"Conv": 1, "ConvInteger": 1, "QLinearConv": 3}
"""Operators that convolve, and the place of the weights among their inputs."""


def model_files(model: str) -> dict[str, str]:
    """Paths of a model's files by role, those that exist.

    Args:
        model: name of a shipped model, a folder, or one .onnx file.

    Raises:
        RuntimeError: there is no such model; one line.
    """
    if model.endswith(".onnx"):
        return {str(read_contract(model)["role"]): model}
    found: dict[str, str] = {}
    failure: RuntimeError | None = None
    for role in ROLES:
        try:
            found[role] = model_file(model, role)
        except RuntimeError as error:
            failure = failure or error
    if not found:
        raise failure or RuntimeError(f"model {model!r}: found no file")
    return found


def file_report(path: str) -> dict[str, Any]:
    """All about one file, as plain values that JSON can hold.

    The keys of `read_contract`, with `recipe` and `measured` as objects, `inputs` and
    `outputs` as lists of name, type and shape (-1: any length), and besides:
    `multiply_accumulates` for one message, `operators` (how often each occurs).

    Raises:
        RuntimeError: the file is missing or breaks the model contract; one line.
    """
    report = dict(read_contract(path))
    for key, empty in (("recipe", {}), ("measured", [])):
        report[key] = json.loads(report[key]) if report[key] else empty
    for key in ("inputs", "outputs"):
        report[key] = [
            {"name": name, "dtype": dtype, "shape": list(shape)}
            for name, dtype, shape in report[key]
        ]
    report["labels"] = list(report["labels"])
    return report | operations(path)


def operations(path: str) -> dict[str, Any]:
    """Operators of a model file and multiply-accumulates for a batch of one.

    Counted are matrix products and convolutions, as the file has them; what they cost on
    a machine is for a benchmark to say.

    Returns:
        ``multiply_accumulates`` (int, or None where a shape is unknown) and
        ``operators`` (dict name -> count).
    """
    import onnx

    counts = node_macs(onnx.load(path, load_external_data=False))
    known = [count for _, count in counts if count is not None]
    return {
        "multiply_accumulates": sum(known) if len(known) == len(counts) else None,
        "operators": dict(sorted(Counter(node.op_type for node, _ in counts).items())),
    }


def node_macs(model: onnx.ModelProto) -> list[tuple[onnx.NodeProto, int | None]]:
    """Every operator of a model and its multiply-accumulates for a batch of one.

    Zero of operators that neither multiply matrices nor convolve, None where a shape is
    unknown. The model's shapes are fixed on the way.
    """
    import onnx

    for value in (*model.graph.input, *model.graph.output):
        shape = value.type.tensor_type.shape
        if shape.dim and not shape.dim[0].HasField("dim_value"):
            shape.dim[0].dim_value = 1
    del model.graph.value_info[:]
    graph = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
    shapes = {tensor.name: list(tensor.dims) for tensor in graph.initializer}
    for value in (*graph.input, *graph.output, *graph.value_info):
        dims = value.type.tensor_type.shape.dim
        if all(dim.HasField("dim_value") for dim in dims):
            shapes[value.name] = [dim.dim_value for dim in dims]
    return [(node, _node_macs(node, shapes)) for node in graph.node]


def total(reports: dict[str, dict[str, Any]], key: str) -> int:
    """Sum of a number over the files of a model, unknown ones left out."""
    return sum(int(report[key] or 0) for report in reports.values())


def model_reports(model: str) -> dict[str, dict[str, Any]]:
    """The `file_report` of every file of a model, by role.

    Raises:
        RuntimeError: as `model_files` and `file_report`.
    """
    return {role: file_report(path) for role, path in model_files(model).items()}


def display_name(path: str) -> str:
    """`path` as a person would write it: relative where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(path) else path


def _node_macs(node: Any, shapes: dict[str, list[int]]) -> int | None:
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
