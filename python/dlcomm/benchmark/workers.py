# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Programs that run one side of a comparison in a process of their own.

A command is one line on the program's standard input, its answer one line of JSON on
its standard output. The first line of JSON says that the program is ready.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from .pairing import Timing

_END_SECONDS = 20


class Worker:
    """A program that is asked; a context manager that ends it.

    Attributes:
        hello: what the program said when it was ready.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """Start the program and wait until it is ready.

        Args:
            command: the program and its arguments.

        Raises:
            RuntimeError: it could not be started or ended at once; one line.
        """
        self._name = command[0]
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        except OSError as error:
            raise RuntimeError(f"{self._name}: {error.strerror}") from None
        try:
            self.hello = self._answer()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Worker:
        """The worker itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the program."""
        self.close()

    def ask(self, line: str) -> dict[str, Any]:
        """Give a command and wait for its answer.

        Raises:
            RuntimeError: the program ended instead; one line with its last words.
        """
        try:
            print(line, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            pass  # it has ended, and says why below
        return self._answer()

    def run(self, command: str, items: int) -> Timing:
        """Give the command `command` for `items` items and read off how long it took."""
        answer = self.ask(f"{command} {items}")
        return Timing(int(answer["items"]), float(answer["seconds"]))

    def close(self) -> None:
        """End the program and wait for its end."""
        try:
            self._process.communicate(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def _answer(self) -> dict[str, Any]:
        """Read one line of JSON."""
        line = self._process.stdout.readline()
        try:
            answer = json.loads(line)
        except json.JSONDecodeError:
            answer = None
        if not isinstance(answer, dict):
            # No answer means that the program has ended; the last line says why.
            words = "" if line else self._process.stderr.read().strip()
            found = words.splitlines()[-1] if words else repr(line)
            raise RuntimeError(f"{self._name}: no answer: {found}")
        return answer
