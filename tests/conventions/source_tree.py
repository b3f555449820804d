# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The files of the source tree, without what builds, set-up and tools leave in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_LEFT_BY_TOOLS = {"data", "demo", "reproduction", "__pycache__"}
_NOT_TEXT = {".gif", ".onnx", ".png", ".pyc"}


def text_files() -> Iterator[Path]:
    """Every text file that belongs to the project, relative to `ROOT`."""
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [
            name for name in folders
            if name == ".ci"
            or not (name.startswith((".", "build")) or name in _LEFT_BY_TOOLS)
        ]
        for name in files:
            path = Path(folder, name).relative_to(ROOT)
            # In a second work tree of a repository .git is a file.
            if path.suffix not in _NOT_TEXT and name != ".git":
                yield path


def text(path: Path) -> str:
    """The contents of a file of the tree."""
    return (ROOT / path).read_text(encoding="utf-8")


def public_headers() -> list[Path]:
    """The headers of the blocks, absolute."""
    headers = (ROOT / "include" / "gnuradio" / "dlcomm").glob("*.h")
    return sorted(path for path in headers if path.name != "api.h")
