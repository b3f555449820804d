# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of reproduced items: a list, and a table for each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TextColumn
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from ..reproduce.context import Progress
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

    @contextmanager
    def making(self, name: str) -> Iterator[Progress]:
        """Show how far a model is, and say when it is made."""
        console = self._console if self._console.is_terminal else Console(stderr=True)
        begin = time.monotonic()
        with Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        ) as bars:
            task = bars.add_task(name, total=1.0)
            yield lambda what, share: bars.update(
                task, description=f"{name}: {what}", completed=share
            )
        self.say(f"made {name} in {time.monotonic() - begin:.0f} s")

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
