# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A copy of the set-up scripts on a pretended machine.

The scripts run in a folder of their own with a PATH that holds only what a test puts
there: links to a few harmless tools, and stand-ins for the package tools. Nothing is
installed, and no network is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPO_ROOT = Path(__file__).resolve().parents[2]
# Tools that the scripts call and that change nothing outside their folder.
PLAIN_TOOLS = (
    "awk bash cat chmod cut dirname dpkg-deb env find grep head id ls mkdir mktemp mv "
    "nproc rm sed sh sha256sum tail tar true"
).split()


class Machine:
    """A source tree with the set-up scripts and a PATH made of stand-ins.

    Attributes:
        tree: the source tree; its name has a space in it, which scripts must bear.
        calls: file to which stand-ins append one line per call.
    """

    def __init__(self, folder: Path) -> None:
        self.tree = folder / "source tree"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.bin.mkdir()
        for name in ("scripts", "requirements"):
            shutil.copytree(REPO_ROOT / name, self.tree / name)
        for tool in PLAIN_TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or f"/bin/{tool}")

    def stand_in(self, tool: str, body: str) -> None:
        """Put a shell script on PATH; ``$CALLS`` names the file of `calls`."""
        self.write_script(self.bin / tool, body)

    def write_script(self, path: Path, body: str) -> None:
        """Write an executable shell script with ``body`` to ``path``."""
        if path.is_symlink() or path.exists():
            path.unlink()
        path.write_text(f"#!/bin/bash\nCALLS='{self.calls}'\n{body}\n")
        path.chmod(0o755)

    def run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``scripts/<script>`` without a terminal; return the finished process."""
        return subprocess.run(
            [str(self.tree / "scripts" / script), *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.tree), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def called(self) -> list[str]:
        """What stand-ins noted so far, one entry per call."""
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A fresh pretended machine."""
    return Machine(tmp_path)


@pytest.fixture
def repo_root() -> Path:
    """The root of the source tree under test."""
    return REPO_ROOT


@pytest.fixture
def clean_environment() -> dict[str, str]:
    """This process's environment without what names a display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY")
    return {key: value for key, value in os.environ.items() if key not in hidden}
