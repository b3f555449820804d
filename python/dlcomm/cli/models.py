# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm models``: what models there are, and all about one of them."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from .errors import Failure, one_line, usage_errors

app = typer.Typer(add_completion=False)


@app.command()
def models(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|PATH]",
            help="One model: its name, its folder or one .onnx file.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON for programs to read.")
    ] = False,
    kernels: Annotated[
        bool,
        typer.Option(
            "--kernels",
            help="Run the model's files in ONNX Runtime with its profiler on, and tell "
            "which kernels ran.",
        ),
    ] = False,
) -> None:
    """List the models, or tell all about one: contract, size, operations, recipe."""
    if kernels:
        _kernels(model, as_json)
        return
    if model is None:
        _list(as_json)
        return
    from ..model_report import model_reports

    with usage_errors():
        reports = model_reports(model)
    if as_json:
        _write_json({"model": model, **reports})
        return
    from .model_display import print_model

    print_model(model, reports)


def _kernels(model: str | None, as_json: bool) -> None:
    """What runs the files of a model."""
    from ..flowgraphs import quiet_blocks
    from ..kernel_report import kernel_report
    from ..model_report import model_files

    quiet_blocks()
    with usage_errors("--kernels"):
        if model is None:
            raise ValueError("found no model, expected one: dlcomm models NAME --kernels")
    with usage_errors():
        files = model_files(str(model))
        reports = {role: kernel_report(path) for role, path in files.items()}
    if as_json:
        _write_json({"model": model, **reports})
        return
    from .kernel_display import print_kernels

    print_kernels(str(model), reports)


def _list(as_json: bool) -> None:
    """All models that are found by name; fails at the end where one is broken."""
    from ..links import model_path, models
    from ..model_report import model_reports

    reports: dict[str, dict[str, dict[str, Any]]] = {}
    broken: list[str] = []
    for name in models():
        try:
            reports[name] = model_reports(name)
        except RuntimeError as error:
            broken.append(name)
            print(f"dlcomm models: {name}: {one_line(error)}", file=sys.stderr)
    if as_json:
        _write_json([{"model": name, **report} for name, report in reports.items()])
    elif reports:
        from .model_display import print_models

        print_models(reports)
    if broken:
        raise Failure(f"models: {len(broken)} cannot be used: {', '.join(broken)}")
    if not reports:
        raise Failure(f"models: found none in {', '.join(model_path())}")


def _write_json(value: Any) -> None:
    """Print a value as JSON."""
    json.dump(value, sys.stdout, indent=1)
    sys.stdout.write("\n")
