# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What ``from gnuradio import dlcomm`` adds to ``from gnuradio import gr``."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

from .pairing import Contest
from .rows import Metric
from .settings import Settings

_METRICS = (Metric("start of a process", "s", higher_is_better=False),)
_GR = "from gnuradio import gr"
_DLCOMM = "from gnuradio import dlcomm"


class FreshProcess:
    """A side that runs a program in a new Python: measures seconds from start to end."""

    def __init__(self, name: str, program: str) -> None:
        """Make the side.

        Args:
            name: what it is, for people.
            program: the Python program.
        """
        self.name = name
        self._command = [sys.executable, "-c", program]

    def warm_up(self, seconds: float) -> None:
        """Run once, so that the files are in the machine's memory."""
        self.measure()

    def measure(self) -> tuple[float]:
        """Wall time of one process in seconds.

        Raises:
            RuntimeError: the program failed; one line.
        """
        begin = time.perf_counter()
        ended = subprocess.run(self._command, capture_output=True, text=True)
        seconds = time.perf_counter() - begin
        if ended.returncode != 0:
            words = ended.stderr.strip().splitlines() or [f"status {ended.returncode}"]
            raise RuntimeError(f"{self.name}: {words[-1]}")
        return (seconds,)


def import_contests(settings: Settings) -> Iterator[Contest]:
    """One contest, in fresh processes."""

    def check() -> None:
        """Importing the module does not import torch."""
        FreshProcess(
            _DLCOMM,
            f"{_GR}; {_DLCOMM}; import sys; "
            "sys.exit('torch was imported' if 'torch' in sys.modules else 0)",
        ).measure()

    yield Contest(
        group="import",
        what=f"{_GR}, {_DLCOMM}",
        metrics=_METRICS,
        ours=FreshProcess(_DLCOMM, f"{_GR}; {_DLCOMM}"),
        others=(FreshProcess(_GR, _GR),),
        check=check,
    )
