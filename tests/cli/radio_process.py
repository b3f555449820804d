# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Commands in processes of their own, which are ended from outside."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

COMMAND = [sys.executable, "-m", "gnuradio.dlcomm"]


@contextmanager
def process(*arguments: object, **more: object) -> Iterator[subprocess.Popen]:
    """A command in a process of its own, which does not outlive the block."""
    one = subprocess.Popen(
        [*COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip
    try:
        yield one
    finally:
        one.kill()
        one.communicate()
