# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Running the examples' programs."""

from __future__ import annotations

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
