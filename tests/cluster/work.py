# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What the workers of these tests run."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path


def count_to(report: Callable[..., bool], number: int) -> tuple[int, int, bool]:
    """Reports every step; gives the number, this process, whether it ignores Ctrl-C."""
    for step in range(number):
        time.sleep(0.1)
        assert report(step)
    return number, os.getpid(), signal.getsignal(signal.SIGINT) == signal.SIG_IGN


def endless(report: Callable[..., bool], path: str) -> None:
    """Runs until it is broken off, then makes a file."""
    Path(path + ".started").touch()
    while report(0):
        time.sleep(0.05)
    Path(path).touch()


def fail(report: Callable[..., bool], text: str) -> None:
    """Raises."""
    raise ValueError(text)


def die(report: Callable[..., bool]) -> None:
    """Ends its process."""
    os._exit(1)
