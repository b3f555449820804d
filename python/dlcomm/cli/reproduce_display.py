# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of reproduced items: a list, and a table for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..reproduce.item import Finding, Item

_WIDTH_WITHOUT_TERMINAL = 150


class ReproduceDisplay:
    """Prints headings, tables and lines to standard output."""

    def __init__(self) -> None:
        """Prepare the display."""
        console = Console(highlight=False, markup=False)
        self._console = (
            console
            if console.is_terminal
            else Console(highlight=False, markup=False, width=_WIDTH_WITHOUT_TERMINAL)
        )

    def say(self, line: str) -> None:
        """Print a line."""
        self._console.print(Text(line), soft_wrap=True)

    def heading(self, item: Item) -> None:
        """Begin an item."""
        self._console.print(Text(f"\n{item.id}: {item.title}", style="bold"), soft_wrap=True)

    def items(self, items: Iterable[tuple[Item, str | None]]) -> None:
        """Print the list of items, each with what it lacks."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column("item", no_wrap=True)
        table.add_column("what", overflow="fold")
        table.add_column("state", overflow="fold")
        for item, missing in items:
            state = "ready" if missing is None else missing.removeprefix(f"{item.id}: ")
            table.add_row(item.id, item.title, state)
        self._console.print(table)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Print what was found beside the thesis's values."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column("what", overflow="fold")
        table.add_column("thesis, or known", overflow="fold")
        table.add_column("ours", overflow="fold")
        for finding in findings:
            table.add_row(finding.quantity, finding.thesis, finding.ours)
        self._console.print(table)
