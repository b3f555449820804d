# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Writing result files so that they are whole or not there."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_atomic(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file under a temporary name beside `path`, then rename it.

    A reader sees the old file or the new one, never half of it.

    Args:
        path: the file to write or replace.
        write: is given the open binary file.

    Raises:
        OSError: the folder or the disk does not take the file; it names `path`.
    """
    temporary = _temporary(path)
    try:
        with open(temporary, "wb") as file:
            write(file)
        os.replace(temporary, path)
    except OSError as error:
        _remove(temporary)
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    except BaseException:
        _remove(temporary)
        raise


def ensure_writable(path: Path) -> None:
    """Make sure, before long work, that `path` can be written at its end.

    Makes the folders that lead to it and tries a temporary file there.

    Raises:
        ValueError: one line that names the path and what stands in the way.
    """
    if path.is_dir():
        raise ValueError(f"{path}: found a folder, expected a file")
    temporary = _temporary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb"):
            pass
        temporary.unlink()
    except OSError as error:
        raise ValueError(f"{path}: cannot be written: {error.strerror}") from None


def _remove(path: Path) -> None:
    """Remove a temporary file, if it is there to be removed."""
    with contextlib.suppress(OSError):
        path.unlink()


def _temporary(path: Path) -> Path:
    """The temporary name beside `path`, of this process alone."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")
