# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A table that is drawn again and again while a flowgraph runs."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from types import TracebackType
from typing import TypeVar

from rich.console import Console
from rich.live import Live
from rich.table import Table

_Display = TypeVar("_Display", bound="LiveDisplay")


class LiveDisplay(ABC):
    """Draws a table on standard error where it is a terminal, and nothing elsewhere.

    A context manager: the table is there inside it.
    """

    def __init__(self) -> None:
        """Prepare the display."""
        console = Console(stderr=True)
        self._live = (
            Live(console=console, transient=True, auto_refresh=False)
            if console.is_terminal
            else None
        )
        self._began = time.monotonic()

    def __enter__(self: _Display) -> _Display:
        """Start drawing."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        if self._live is not None:
            self._live.stop()

    def _redraw(self) -> None:
        """Draw the present state."""
        if self._live is not None:
            self._live.update(self._table(), refresh=True)

    @abstractmethod
    def _table(self) -> Table:
        """The present state."""
