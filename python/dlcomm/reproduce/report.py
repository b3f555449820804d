# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The reproduction report: every item that has been run, in one Markdown file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from ..measurement.files import write_atomic
from .item import Finding, Item
from .record import Record, read_record

PICTURES = Path("images") / "reproduction"
MAX_PICTURE_BYTES = 120_000
_COLOURS = (256, 128, 64, 32, 16)
_HEADING = """\
# Reproduction of the thesis

Written by `dlcomm reproduce --all --report docs/reproduction.md`; do not edit. Every error
rate was counted by a GNU Radio flowgraph that runs the exported models, and stands with its
95 % interval (Clopper and Pearson) and its counts, errors / messages; one interval in twenty
misses. BLER is the share of wrong messages; Eb/N0 is defined in the
[model contract](model-contract.md). A value of the thesis with ~ is read off a plot. Margins
of differences in dB take the two curves as independent; links of one (n, k) on one channel
receive the same messages and noise, so their differences are known better than that.

The thesis: Deddy Jobson, *Improving the efficiency of deep learning methods for
communication systems*, Indian Institute of Technology Madras, 2019.
"""


@dataclass(frozen=True)
class Left:
    """An item that is not in the report.

    Attributes:
        item: its id.
        reason: why.
    """

    item: str
    reason: str


def write_report(path: Path, folder: Path, items: Sequence[Item]) -> list[Left]:
    """Write the report of all results in `folder`, and the pictures beside it.

    Smoke runs, and results of models that have changed since, are left out.

    Args:
        path: the Markdown file.
        folder: where the results are.
        items: all items, in the order of the report.

    Returns:
        The items that are left out.

    Raises:
        ValueError: one line, when a result cannot be read.
        OSError: a file cannot be read or written; it is named.
    """
    parts, left = [_HEADING], []
    for item in items:
        record = read_record(folder, item.id)
        if record is None:
            left.append(Left(item.id, "not run yet"))
            continue
        reason = _reason_to_leave_out(record)
        if reason is not None:
            left.append(Left(item.id, reason))
            continue
        for name in record.pictures:
            _copy_picture(folder / name, path.parent / PICTURES / name)
        parts.append(_section(item, record))
    text = "\n".join(parts)
    write_atomic(path, lambda file: file.write(text.encode()))
    return left


def _reason_to_leave_out(record: Record) -> str | None:
    """Why a result is not fit for the report; None when it is."""
    if record.quick:
        return "a smoke run only"
    changed = record.changed_models()
    if changed:
        return f"run with other files of {', '.join(changed)}"
    return None


def _section(item: Item, record: Record) -> str:
    """One item's part of the report."""
    pictures = "\n\n".join(
        f"![{item.title}]({(PICTURES / name).as_posix()})" for name in record.pictures
    )
    limits = (
        f"A point ends at {record.min_errors:,} block errors or {record.max_messages:,} "
        "messages; one that an earlier run counted further is kept. "
        if record.counted
        else ""
    )
    return f"""\
## {item.id}: {item.title}

**The thesis.** {item.shows}

**Convention.** {item.convention}

{_table(record.findings)}

{limits}Made by:

```sh
{record.command}
```

{pictures}
"""


def _table(findings: Sequence[Finding]) -> str:
    """The findings as a Markdown table."""
    lines = ["| | thesis, or known | ours |", "|---|---|---|"]
    lines += [
        "| " + " | ".join(map(_cell, (f.quantity, f.thesis, f.ours))) + " |" for f in findings
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Text that keeps its meaning in a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("~", "\\~").replace("*", "\\*")


def _copy_picture(source: Path, target: Path) -> None:
    """Copy a picture with a palette of as many colours as its size allows.

    Raises:
        OSError: a file cannot be read or written.
    """
    with Image.open(source) as picture:
        colours = picture.convert("RGB")
    for count in _COLOURS:
        stream = io.BytesIO()
        reduced = colours.quantize(count, dither=Image.Dither.NONE)
        reduced.save(stream, format="png", optimize=True)
        if stream.tell() <= MAX_PICTURE_BYTES:
            break
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, lambda file: file.write(stream.getvalue()))
