# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What the commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import BaseModel

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

Device = Literal["cpu", "cuda"]

OutOption = Annotated[Path, typer.Option(help="Folder that gets one folder per model.")]


def option(config: type[BaseModel], field: str, text: str) -> Any:
    """An option that stands for a field of the recipe, whose default it shows."""
    return typer.Option(help=text, show_default=str(config.model_fields[field].default))


def check_writable(out: Path) -> None:
    """Find out before the training, not after it, that nothing can be written.

    Nothing is made: an interrupted training leaves no empty folder.

    Raises:
        OSError: `out` is not, and cannot become, a folder that can be written to.
    """
    there = next(path for path in (out, *out.absolute().parents) if path.exists())
    if not there.is_dir():
        raise NotADirectoryError(20, "is not a folder", str(there))
    if not os.access(there, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written to", str(there))
