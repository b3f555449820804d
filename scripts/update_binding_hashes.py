#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Keep the header hashes in the Python bindings in step with the public headers.

GNU Radio's build compares the MD5 of each public header with the one noted in
``python/dlcomm/bindings/*_python.cc`` and stops at the first difference, so that a
changed header reminds its author to look at the binding. Once the binding is right,
this script notes the new hashes; with ``--check`` it only says which are out of date.

Runs on any Python 3 without further packages.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
import tempfile
from pathlib import Path

REPO_ROOT = Path(__file__).resolve().parent.parent
HEADER_LINE = re.compile(r"BINDTOOL_HEADER_FILE\(([^)]*)\)")
HASH_LINE = re.compile(r"(BINDTOOL_HEADER_FILE_HASH\()([^)]*)(\))")


class BindingError(Exception):
    """A binding file or header that cannot be handled; the text is for the user."""


def with_current_hash(binding: Path, headers: Path) -> str | None:
    """Return the text of ``binding`` with its header's hash, or None if it is right.

    ``headers`` is the folder of the public headers. Raises BindingError when the file
    lacks either marker or names a header that is not there.
    """
    text = binding.read_text(encoding="utf-8")
    named, noted = HEADER_LINE.search(text), HASH_LINE.search(text)
    if named is None or noted is None:
        missing = "BINDTOOL_HEADER_FILE" if named is None else "BINDTOOL_HEADER_FILE_HASH"
        raise BindingError(f"{binding}: no {missing}(...) line found")
    header = headers / named.group(1)
    if not header.is_file():
        raise BindingError(f"{binding}: names {header}, which does not exist")
    # The same digest as CMake's file(MD5): an integrity mark, not a security measure.
    current = hashlib.md5(header.read_bytes(), usedforsecurity=False).hexdigest()
    if noted.group(2) == current:
        return None
    return HASH_LINE.sub(rf"\g<1>{current}\g<3>", text, count=1)


def replace_file(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` through a temporary file beside it, keeping its mode."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        os.chmod(temporary, path.stat().st_mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def main(argv: list[str] | None = None) -> int:
    """Run the command line; return 0, or 1 when --check finds outdated hashes or a file
    cannot be handled."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--check", action="store_true", help="change nothing, only report")
    parser.add_argument(
        "--root", type=Path, default=REPO_ROOT, help="source tree (default: this one)"
    )
    arguments = parser.parse_args(argv)
    headers = arguments.root / "include/gnuradio/dlcomm"
    bindings = sorted((arguments.root / "python/dlcomm/bindings").glob("*_python.cc"))
    outdated = 0
    try:
        for binding in bindings:
            text = with_current_hash(binding, headers)
            if text is None:
                continue
            outdated += 1
            if not arguments.check:
                replace_file(binding, text)
            verb = "outdated" if arguments.check else "updated"
            print(f"{verb}: {os.path.relpath(binding, arguments.root)}")
    except (BindingError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if arguments.check and outdated:
        print("run scripts/update_binding_hashes.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
