# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which model files the rows of a result file were measured with.

A result file names models; a model may be trained again under its name. Beside a CSV file
`rates.csv` stands `rates.csv.models.json`, which maps every model of the file to a mark of
its two .onnx files, so that rows of other files are not taken for those of today's. Workers
on other machines are held to the same marks.
"""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from ..channel_specs import Flowgraph, Interference, parse_channel
from ..flowgraph_channel.loader import file_and_class
from ..links import Link, link_from_text
from .files import write_atomic
from .point import Point


def mark_of(link: Link) -> str:
    """SHA-256 over the contents of the encoder and the decoder file, in hexadecimal.

    Raises:
        OSError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in (link.encoder, link.decoder):
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    return digest.hexdigest()


def marks_of_point(point: Point) -> dict[str, str]:
    """Marks of all files that a measurement of `point` reads, by what people call them.

    Raises:
        ValueError, RuntimeError: there is no such model, or it is none; one line.
        OSError: a file cannot be read.
    """
    model = {f"model {point.model!r}": mark_of(link_from_text(point.model))}
    return model | marks_of_channel(point.channel)


def marks_of_channel(text: str) -> dict[str, str]:
    """Marks of the files that a channel reads; as `marks_of_point`."""
    channel = parse_channel(text)
    if isinstance(channel, Interference):
        return {f"model {channel.model!r}": mark_of(link_from_text(channel.model))}
    if isinstance(channel, Flowgraph):
        file, _ = file_and_class(channel.file)
        mark = hashlib.sha256(Path(file).read_bytes()).hexdigest()
        return {f"file {file!r}": mark}
    return {}


def check_marks(find: Callable[[], Mapping[str, str]], expected: Mapping[str, str]) -> None:
    """Make sure that files here are those of whoever asks for a measurement.

    Args:
        find: finds the marks here.
        expected: the marks at the other machine.

    Raises:
        ValueError: one line that names what is another here, or missing.
    """
    host = socket.gethostname()
    try:
        found = find()
    except (ValueError, RuntimeError, OSError) as error:
        text = " ".join(str(error).split())
        raise ValueError(f"worker on {host}: {text}") from error
    for what, mark in expected.items():
        if found.get(what) != mark:
            raise ValueError(
                f"worker on {host}: {what} is another there (mark "
                f"{str(found.get(what))[:12]}), expected the one here ({mark[:12]})"
            )


def marks_file(csv: Path) -> Path:
    """The file of marks that belongs to a CSV file."""
    return csv.with_name(csv.name + ".models.json")


def read_marks(csv: Path) -> dict[str, str]:
    """Marks by model of a CSV file's rows; none when there is no such file.

    Raises:
        ValueError: one line, when the file holds something else.
        OSError: the file cannot be read.
    """
    path = marks_file(csv)
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise ValueError(f"{path}: found other data, expected a mark for every model")
    return found


def write_marks(csv: Path, marks: Mapping[str, str]) -> None:
    """Write the marks of a CSV file's rows, atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    text = json.dumps(dict(marks), indent=1, sort_keys=True) + "\n"
    write_atomic(marks_file(csv), lambda file: file.write(text.encode()))
