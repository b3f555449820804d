# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of a Pareto run: how far it has come, and the table at its end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from ..pareto.candidate import Candidate
from ..pareto.picture import numbers
from ..pareto.run import Outcome, RunListener, Work
from ..pareto.subject import Counting, Words
from ..pareto.table import Design

_WIDTH_WITHOUT_TERMINAL = 160
_NAMES = {
    "file_bytes": "bytes", "nonzero_macs": "MACs", "bit_operations": "bit ops",
    "challenge": "cost",
}  # fmt: skip
"""Short names of costs; what is in none of them is the speed."""
_COST_FORMATS = {
    "bytes": ("file_bytes", ",d"), "MACs": ("macs", ",d"), "not zero": ("nonzero_macs", ",d"),
    "bit ops": ("bit_operations", ",d"), "cost": ("challenge", ".2e"),
}  # fmt: skip
"""Attributes of costs, and how they are written, by the headings of their columns."""
_LEFT = ("no.", "front of", "composition")
"""Headings of the columns of text."""


class ParetoDisplay(RunListener):
    """Prints a line for every candidate that is done, with progress below; then the table.

    A context manager: progress is shown inside it.

    Attributes:
        last_failure: why the candidate before could not be made; empty: none failed.
    """

    def __init__(self, counting: Counting) -> None:
        """Prepare the display of what is counted so."""
        self.last_failure = ""
        self._counting = counting
        self._what = ""
        self._tasks: dict[str, TaskID] = {}
        self._console = Console(highlight=False, markup=False)
        if not self._console.is_terminal:
            self._console.width = _WIDTH_WITHOUT_TERMINAL
        # Where lines go to a file, progress still reaches a terminal on standard error.
        shown = (
            self._console
            if self._console.is_terminal
            else Console(stderr=True, highlight=False)
        )
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}", style="dim"),
            console=shown,
            transient=True,
            disable=not shown.is_terminal,
        )
        self._overall = self._progress.add_task("", total=1, state="")

    def __enter__(self) -> ParetoDisplay:
        """Begin to show progress."""
        if not self._progress.disable:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Clear the progress away."""
        if not self._progress.disable:
            self._progress.stop()

    def say(self, line: str) -> None:
        """Print one line."""
        self._console.print(Text(line), soft_wrap=True)
        sys.stdout.flush()

    def begin(self, what: str, candidates: int, counting: Counting) -> None:
        """A number of candidates is about to be worked on.

        Args:
            what: they are, for people.
            candidates: how many.
            counting: how they are counted.
        """
        self._counting = counting
        if what != self._what:
            self._what = what
            self.say(f"{what}:")
        self._progress.reset(self._overall, total=candidates, description=what, state="")

    def started(self, candidate: Candidate, work: Work) -> None:
        """Give the candidate a bar."""
        if candidate.id not in self._tasks:
            self._tasks[candidate.id] = self._progress.add_task("", total=1.0, state=work)
        self._progress.update(
            self._tasks[candidate.id], completed=0.0, description=candidate.label, state=work
        )

    def advanced(self, candidate: Candidate, work: Work, progress: list[Any]) -> None:
        """Move the candidate's bar."""
        if work == "compress":
            step, share = progress
            state = str(step)
        else:
            share, state = self._counting.advance(progress)
        self._progress.update(self._tasks[candidate.id], completed=share, state=state)

    def finished(self, outcome: Outcome, reused: bool) -> None:
        """Print the candidate's numbers in a line."""
        self._end(outcome.candidate)
        self.say(
            f"{outcome.candidate.id}  {outcome.counts.text}  "
            f"{outcome.costs.file_bytes:>9,} bytes  {outcome.candidate.label}"
            + (", from the folder" if reused else "")
        )

    def failed(self, candidate: Candidate, reason: str) -> None:
        """Say why the candidate is left out."""
        self.last_failure = reason
        self._end(candidate)
        self.say(f"{candidate.id}  left out: {candidate.label}: {reason}")

    def begin_timing(self, candidates: int) -> None:
        """A number of candidates is about to be timed."""
        what = f"timing {candidates} {self._counting.words.timed}"
        self._progress.reset(self._overall, total=None, description=what, state="")

    def timing(self, state: str) -> None:
        """Say what the timing does."""
        self._progress.update(self._overall, state=state)

    def table(self, found: Sequence[Design]) -> None:
        """Print all designs, one at least."""
        words, number = self._counting.words, numbers(found)
        rows = [_cells(design, number, words) for design in found]
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in rows[0]:
            left = heading in _LEFT
            table.add_column(
                heading,
                justify="left" if left else "right",
                overflow="fold" if left else "ellipsis",
                no_wrap=not left,
            )
        for design, row in zip(found, rows, strict=True):
            table.add_row(*row.values(), style=None if design.on_front else "dim")
        self._console.print(table)
        title = self._counting.title
        self.say(f"{title[0].upper()}{title[1:]}. {words.note}")

    def _end(self, candidate: Candidate) -> None:
        """Take the candidate's bar away, if it has one."""
        task = self._tasks.pop(candidate.id, None)
        if task is not None:
            self._progress.remove_task(task)
        self._progress.advance(self._overall)


def _cells(design: Design, number: dict[str, int], words: Words) -> dict[str, str]:
    """A design as cells of the table, by their headings."""
    outcome = design.outcome
    fronts = ", ".join(_NAMES.get(name, "speed") for name in design.fronts)
    costs = {
        heading: format(getattr(outcome.costs, name), how)
        for heading, (name, how) in _COST_FORMATS.items()
        if name == "macs" or name in words.costs
    }
    return {
        "no.": str(number.get(outcome.candidate.id, "")),
        "front of": ("● " if design.on_front else "") + fronts,
        "composition": outcome.candidate.label,
        **costs,
        **outcome.counts.cells,
        "ratio": "" if design.ratio is None else f"{design.ratio:.3f}",
        words.speed_heading: "" if design.speed is None else f"{design.speed.median:,.0f}",
    }
