# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measured points as rows of CSV and JSON files."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from .files import write_atomic
from .intervals import bit_interval, block_interval

Key = tuple[str, str, int, float]
"""What makes two rows the same point: model, channel, seed, Eb/N0."""


@dataclass(frozen=True)
class Row:
    """One measured point; the fields are the columns, in this order.

    Attributes:
        model: the model as it was asked for (name, folder or ENCODER,DECODER).
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB.
        messages: messages compared.
        block_errors: messages that were decided wrongly.
        bler: block_errors / messages.
        bler_low, bler_high: its 95 % interval.
        bits: bits compared.
        bit_errors: bits that were decided wrongly.
        ber: bit_errors / bits.
        ber_low, ber_high: its 95 % interval.
        messages_per_second: messages over the time that the flowgraph ran.
        stop_reason: ``target_errors`` or ``max_messages``.
        seed: the ``--seed`` that gives these counts again.
    """

    model: str
    channel: str
    ebn0_db: float
    messages: int
    block_errors: int
    bler: float
    bler_low: float
    bler_high: float
    bits: int
    bit_errors: int
    ber: float
    ber_low: float
    ber_high: float
    messages_per_second: float
    stop_reason: str
    seed: int

    @property
    def key(self) -> Key:
        """What makes this point, apart from how it came out."""
        return (self.model, self.channel, self.seed, self.ebn0_db)


COLUMNS = tuple(field.name for field in fields(Row))
_TYPES = {"str": str, "int": int, "float": float}


def make_row(
    *,
    model: str,
    channel: str,
    ebn0_db: float,
    messages: int,
    block_errors: int,
    bits: int,
    bit_errors: int,
    messages_per_second: float,
    stop_reason: str,
    seed: int,
    cluster: float = 1.0,
) -> Row:
    """A row from counts: adds the rates and their intervals.

    Args:
        cluster: messages that share one state of the channel (see `intervals`); the
            others are fields of `Row`.
    """
    bler_low, bler_high = block_interval(block_errors, messages, cluster)
    ber_low, ber_high = bit_interval(block_errors, bit_errors, messages, bits, cluster)
    return Row(
        model=model,
        channel=channel,
        ebn0_db=ebn0_db,
        messages=messages,
        block_errors=block_errors,
        bler=block_errors / messages,
        bler_low=bler_low,
        bler_high=bler_high,
        bits=bits,
        bit_errors=bit_errors,
        ber=bit_errors / bits,
        ber_low=ber_low,
        ber_high=ber_high,
        messages_per_second=messages_per_second,
        stop_reason=stop_reason,
        seed=seed,
    )


def read_csv(path: Path) -> list[Row]:
    """The rows of a result file; none when the file does not exist or is empty.

    Raises:
        ValueError: one line that names the file, the place, what was found and what was
            expected, when it is not a result file of this program.
        OSError: the file cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise ValueError(f"{path}: found binary data, expected a CSV text") from None
    if not text:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = list(reader)
    except csv.Error as error:
        raise ValueError(f"{path}, line {reader.line_num}: not CSV: {error}") from None
    if tuple(lines[0]) != COLUMNS:
        raise ValueError(
            f"{path}: found columns {_shorten(','.join(lines[0]))!r}, expected "
            f"{','.join(COLUMNS)!r}"
        )
    rows = [
        _parse_row(f"{path}, row {number}", cells)
        for number, cells in enumerate(lines[1:], start=1)
    ]
    seen: set[Key] = set()
    for number, row in enumerate(rows, start=1):
        if row.key in seen:
            raise ValueError(f"{path}, row {number}: found a point a second time")
        seen.add(row.key)
    return rows


def write_csv(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as CSV with a header line, atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    # repr gives the shortest text that reads back as the same float.
    writer.writerows(
        [repr(v) if isinstance(v, float) else v for v in asdict(row).values()] for row in rows
    )
    write_atomic(path, lambda file: file.write(text.getvalue().encode()))


def write_json(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as a JSON list of objects with the keys of `Row`, atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    text = json.dumps([asdict(row) for row in rows], indent=1, allow_nan=False) + "\n"
    write_atomic(path, lambda file: file.write(text.encode()))


def _parse_row(place: str, cells: list[str]) -> Row:
    """A row from its cells; ValueError with one line naming `place` otherwise."""
    if len(cells) != len(COLUMNS):
        raise ValueError(f"{place}: found {len(cells)} cells, expected {len(COLUMNS)}")
    values: dict[str, Any] = {}
    for field, cell in zip(fields(Row), cells, strict=True):
        try:
            values[field.name] = _TYPES[str(field.type)](cell)
        except ValueError:
            raise ValueError(
                f"{place}, {field.name}: found {_shorten(cell)!r}, expected "
                f"{'a whole number' if field.type == 'int' else 'a number'}"
            ) from None
    row = Row(**values)
    if not all(math.isfinite(v) for v in values.values() if isinstance(v, float)):
        raise ValueError(f"{place}: found a number that is not finite")
    consistent = (
        0 <= row.block_errors <= row.messages
        and 0 < row.messages <= row.bits
        and row.block_errors <= row.bit_errors <= row.bits
        and math.isclose(row.bler, row.block_errors / row.messages, rel_tol=1e-9)
        and math.isclose(row.ber, row.bit_errors / row.bits, rel_tol=1e-9)
    )
    if not consistent:
        raise ValueError(f"{place}: found counts and rates that contradict each other")
    return row


def _shorten(text: str, length: int = 60) -> str:
    """`text`, cut when it is too long for a one-line message."""
    return text if len(text) <= length else text[: length - 3] + "..."
