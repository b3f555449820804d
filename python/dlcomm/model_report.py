# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What there is to say about a model: contract, size, operations, recipe, rates."""

from __future__ import annotations

import json
import os
from collections import Counter
from typing import Any

from .dlcomm_python import model_file, read_contract

ROLES = ("encoder", "decoder", "classifier")


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

    from dlcomm_train.models.macs import node_macs

    counts = node_macs(onnx.load(path, load_external_data=False))
    known = [count for _, count in counts if count is not None]
    return {
        "multiply_accumulates": sum(known) if len(known) == len(counts) else None,
        "operators": dict(sorted(Counter(node.op_type for node, _ in counts).items())),
    }


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
