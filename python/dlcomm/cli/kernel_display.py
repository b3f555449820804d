# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A table of the kernels that ran a model, for people."""

from __future__ import annotations

from typing import Any

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from .model_display import console

_SERVED_BY = {
    "table": "a table of all messages, which this network has filled once",
    "onnxruntime": "ONNX Runtime, with these kernels",
    "dense": "the module's own dense layers in float32, not these kernels",
    "sparse": "the module's own dense layers in float32 without the zeros of pruned ones, "
    "not these kernels",
}


def print_kernels(name: str, reports: dict[str, dict[str, Any]]) -> None:
    """Print what ran each file of a model, by role."""
    output = console()
    output.print(Text(name, style="bold"))
    for role, report in reports.items():
        output.print()
        output.print(
            Text(role, style="bold"),
            f"in ONNX Runtime {report['onnxruntime']}, {report['runs']} batches of "
            f"{report['batch']}",
        )
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in ("kernel", "operator", "takes", "gives", "products"):
            table.add_column(heading, overflow="fold")
        for heading in ("calls", "time", "share"):
            table.add_column(heading, justify="right")
        for kernel in report["kernels"]:
            table.add_row(
                kernel["kernel"],
                kernel["node"],
                kernel["takes"],
                kernel["gives"],
                kernel["arithmetic"],
                str(kernel["calls"]),
                f"{kernel['microseconds']} us",
                f"{kernel['share']:.1%}",
            )
        output.print(table)
        served_by = report["served_by"]
        output.print(f"In a flowgraph: {_SERVED_BY.get(served_by, served_by)}.")
        if report["onnxruntime"] != report["blocks_onnxruntime"]:
            output.print(
                f"The blocks run ONNX Runtime {report['blocks_onnxruntime']}, whose kernels "
                "may be others."
            )
