# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Tables about models, for people."""

from __future__ import annotations

import json
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..model_report import display_name, total

Reports = dict[str, dict[str, Any]]
_WIDTH_WITHOUT_TERMINAL = 120
_MEASURED_OF_LINKS = ("channel", "ebn0_db", "messages", "block_errors", "bler", "ber")
"""Of a measured row of a link, what is shown; of others, all."""


def print_models(models: dict[str, Reports]) -> None:
    """Print one line for every model."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("model", no_wrap=True)
    for heading in ("n", "k", "rate", "parameters", "bytes", "MACs"):
        table.add_column(heading, justify="right")
    table.add_column("what it is", overflow="fold")
    for name, reports in models.items():
        first = next(iter(reports.values()))
        is_link = "classifier" not in reports
        table.add_row(
            name,
            str(first["n"]) if is_link else "",
            str(first["k"]) if is_link else "",
            f"{first['k'] / first['n']:.3g}" if is_link else "",
            f"{total(reports, 'parameters'):,}",
            f"{total(reports, 'bytes'):,}",
            f"{total(reports, 'multiply_accumulates'):,}",
            _kind(reports),
        )
    console().print(table)


def print_model(name: str, reports: Reports) -> None:
    """Print all about one model."""
    output = console()
    output.print(Text(name, style="bold"))
    for role, report in reports.items():
        output.print()
        output.print(Text(role, style="bold"), _grid(_facts(report)), sep="\n")
    for title, key in (("recipe", "recipe"), ("measured", "measured")):
        versions = {json.dumps(report[key], sort_keys=True) for report in reports.values()}
        for role, report in reports.items():
            # Both halves of a link usually say the same: then it is printed once.
            shown = title if len(versions) == 1 else f"{title} ({role})"
            _print_section(output, shown, report[key])
            if len(versions) == 1:
                break


def _facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and values of what there is to say about one file."""
    facts = [("file", display_name(report["file"]))]
    if report["role"] == "classifier":
        facts += [
            ("window", f"{report['window']} complex samples"),
            ("labels", ", ".join(report["labels"])),
        ]
    else:
        n, k = report["n"], report["k"]
        facts += [
            ("link", report["link"]),
            ("n, k", f"{n} real channel uses, {k} bits ({1 << k} messages)"),
            ("rate", f"{k / n:.4g} bits per real channel use"),
        ]
        if report["role"] == "decoder":
            facts.append(("channel gain", "wanted" if report["uses_csi"] else "not used"))
    macs = report["multiply_accumulates"]
    decided = "window" if report["role"] == "classifier" else "message"
    facts += [
        ("inputs", _tensors(report["inputs"])),
        ("outputs", _tensors(report["outputs"])),
        ("operator set", str(report["opset"])),
        ("parameters", f"{report['parameters']:,}"),
        ("bytes", f"{report['bytes']:,}"),
        ("multiply-accumulates", "unknown" if macs is None else f"{macs:,} per {decided}"),
        ("operators", ", ".join(f"{n} {op}" for op, n in report["operators"].items())),
    ]
    if report["role"] == "encoder":
        facts.append(("in a flowgraph", "served from a table of all messages"))
    return facts


def _print_section(console: Console, title: str, value: Any) -> None:
    """Print the recipe or the measured rows."""
    if not value:
        return
    console.print()
    console.print(Text(title, style="bold"))
    if isinstance(value, dict):
        console.print(_grid(_flatten(value)))
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    columns = [name for name in _MEASURED_OF_LINKS if name in value[0]] or list(value[0])
    for column in columns:
        table.add_column(column, justify="left" if column == "channel" else "right")
    for row in value:
        table.add_row(*(_plain(row.get(column, "")) for column in columns))
    console.print(table)


def _grid(facts: list[tuple[str, str]]) -> Table:
    """Two columns: names and values."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for key, value in facts:
        grid.add_row(Text(f"  {key}"), Text(value))
    return grid


def _tensors(tensors: list[dict[str, Any]]) -> str:
    """Tensors as text: ``symbols float32 [b, 7]``."""
    return "; ".join(
        f"{t['name']} {t['dtype']} [{', '.join('b' if d < 0 else str(d) for d in t['shape'])}]"
        for t in tensors
    )


def _kind(reports: Reports) -> str:
    """What kind of model it is, from its recipe and its contract."""
    report = reports.get("decoder") or next(iter(reports.values()))
    recipe = report["recipe"]
    config = recipe.get("config") or {}
    words = [str(recipe["description"])] if recipe.get("description") else []
    if config.get("form"):
        words.append(f"learned, {config['form']} form")
    if report["role"] == "classifier":
        words.append(f"{len(report['labels'])} classes, windows of {report['window']}")
    elif report["uses_csi"]:
        words.append("uses the channel gain")
    if any("QuantizeLinear" in operator for operator in report["operators"]):
        words.append("int8")
    return ", ".join(words)


def _flatten(value: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Names and values of nested JSON objects, names joined by dots."""
    facts: list[tuple[str, str]] = []
    for key, item in value.items():
        if isinstance(item, dict) and item:
            facts += _flatten(item, f"{prefix}{key}.")
        else:
            facts.append((prefix + key, _plain(item)))
    return facts


def _plain(value: Any) -> str:
    """A JSON value as text without quotes around strings."""
    if isinstance(value, float):
        return f"{value:.6g}"
    return value if isinstance(value, str) else json.dumps(value)


def console() -> Console:
    """Standard output; wide enough for the tables when it is not a terminal."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console
