# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the examples' programs."""

from __future__ import annotations

import re
import subprocess
import sys


def run(
    environment: dict[str, str], *command: object, timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a program with this Python, without a display."""
    return subprocess.run(
        [sys.executable, *map(str, command)],
        env=environment, cwd=environment["HOME"], capture_output=True, text=True,
        timeout=timeout, check=False,
    )


def said(result: subprocess.CompletedProcess[str]) -> list[str]:
    """Lines that a program printed itself: GNU Radio's log comes between them at any time."""
    log = re.compile(r"\S+ :(debug|info|warn|error): ")
    return [line for line in result.stdout.splitlines() if not log.match(line)]
