# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The script that keeps header hashes in the bindings current."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

STALE = "0" * 32


def run(repo_root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script with this Python."""
    script = repo_root / "scripts/update_binding_hashes.py"
    return subprocess.run(
        [sys.executable, str(script), *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def tree(tmp_path):
    """A tree with one header and a binding that notes a stale hash of it."""
    headers = tmp_path / "include/gnuradio/dlcomm"
    bindings = tmp_path / "python/dlcomm/bindings"
    headers.mkdir(parents=True)
    bindings.mkdir(parents=True)
    (headers / "thing_cc.h").write_text("class thing_cc;\n")
    (bindings / "thing_cc_python.cc").write_text(
        "/* BINDTOOL_GEN_AUTOMATIC(0)   */\n"
        "/* BINDTOOL_HEADER_FILE(thing_cc.h)   */\n"
        f"/* BINDTOOL_HEADER_FILE_HASH({STALE})   */\n"
        "void bind();\n"
    )
    (bindings / "thing_cc_python.cc").chmod(0o640)
    return tmp_path


def test_bindings_of_this_tree_are_current(repo_root):
    result = run(repo_root, "--check")
    assert result.returncode == 0, result.stdout + result.stderr


def test_check_reports_and_changes_nothing(repo_root, tree):
    binding = tree / "python/dlcomm/bindings/thing_cc_python.cc"
    before = binding.read_text()
    result = run(repo_root, "--check", "--root", str(tree))
    assert result.returncode == 1
    assert result.stdout == "outdated: python/dlcomm/bindings/thing_cc_python.cc\n"
    assert "scripts/update_binding_hashes.py" in result.stderr
    assert binding.read_text() == before


def test_update_notes_the_md5_and_nothing_else(repo_root, tree):
    binding = tree / "python/dlcomm/bindings/thing_cc_python.cc"
    before = binding.read_text()
    assert run(repo_root, "--root", str(tree)).returncode == 0
    digest = hashlib.md5(b"class thing_cc;\n").hexdigest()
    assert binding.read_text() == before.replace(STALE, digest)
    assert binding.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in binding.parent.iterdir()] == [binding.name]
    assert run(repo_root, "--check", "--root", str(tree)).returncode == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/* BINDTOOL_HEADER_FILE(thing_cc.h) */\n", "no BINDTOOL_HEADER_FILE_HASH(...) line"),
        (f"/* BINDTOOL_HEADER_FILE_HASH({STALE}) */\n", "no BINDTOOL_HEADER_FILE(...) line"),
        (
            f"/* BINDTOOL_HEADER_FILE(gone.h) */\n/* BINDTOOL_HEADER_FILE_HASH({STALE}) */\n",
            "gone.h, which does not exist",
        ),
    ],
)
def test_broken_bindings_are_one_clear_line(repo_root, tree, text, message):
    (tree / "python/dlcomm/bindings/thing_cc_python.cc").write_text(text)
    result = run(repo_root, "--root", str(tree))
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert "thing_cc_python.cc" in line
    assert message in line
