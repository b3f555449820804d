# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Writing files so that a reader never meets half a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Write `data` to `path`: to a temporary name beside it, then renamed.

    Missing parent folders are made. The file ends up with the permissions that an
    ordinary new file gets.

    Raises:
        OSError: the folder cannot be made or the file cannot be written; it names `path`.
    """
    write_together({Path(path): data})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together, as `write_atomic`: all of them, or none.

    All are written under temporary names before the first is renamed, so that a full disk
    leaves what was there before.

    Raises:
        OSError: one of them cannot be written; it names that file.
    """
    written: list[tuple[str, Path]] = []
    try:
        for target, data in files.items():
            try:
                written.append((_write_beside(target, data), target))
            except OSError as error:
                reason = error.strerror or str(error)
                raise OSError(error.errno, reason, str(target)) from error
        while written:
            os.replace(*written[0])
            written.pop(0)
    finally:
        for temporary, _ in written:
            os.unlink(temporary)


def _write_beside(target: Path, data: bytes) -> str:
    """Write `data` to a new file beside `target`; return its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        # mkstemp makes private files; a model is meant to be read by everybody.
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary
