# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Running the command line, in this process and in one of its own."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from gnuradio.dlcomm.cli import main

# Small data sets, pickles, classifiers and bursts are made by helpers of other folders.
for folder in ("blocks", "burst", "cli", "dataset", "radio"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))


@dataclass(frozen=True)
class Outcome:
    """How a command ended.

    Attributes:
        status: exit status.
        out: standard output.
        err: standard error.
    """

    status: int
    out: str
    err: str

    def assert_one_line(self, status: int, *parts: str) -> None:
        """It failed with `status` and one clear line that holds all `parts`."""
        assert self.status == status, self
        assert "Traceback" not in self.out + self.err
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("dlcomm")
        for part in parts:
            assert part in lines[0]


Run = Callable[..., Outcome]


@pytest.fixture
def dlcomm_here(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in this process."""

    def run(*arguments: object) -> Outcome:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Outcome(status, captured.out, captured.err)

    return run


@pytest.fixture
def dlcomm_process() -> Run:
    """Runs a command in a process of its own, as a person does."""

    def run(*arguments: object, timeout: float = 60.0) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "gnuradio.dlcomm", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run
