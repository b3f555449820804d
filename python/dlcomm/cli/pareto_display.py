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

from ..measurement.point import StopRule
from ..pareto.candidate import Candidate
from ..pareto.evaluation import Counting
from ..pareto.picture import numbers
from ..pareto.run import Outcome, RunListener, Work
from ..pareto.table import SPEED, Design

_WIDTH_WITHOUT_TERMINAL = 160
_NAMES = {
    "file_bytes": "bytes", "nonzero_macs": "MACs", "bit_operations": "bit ops", SPEED: "speed",
}  # fmt: skip


class ParetoDisplay(RunListener):
    """Prints a line for every candidate that is done, with progress below; then the table.

    A context manager: progress is shown inside it.

    Attributes:
        last_failure: why the candidate before could not be made; empty: none failed.
    """

    def __init__(self) -> None:
        """Prepare the display."""
        self.last_failure = ""
        self._rule = StopRule(1, 1)
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

    def begin(self, what: str, candidates: int, rule: StopRule) -> None:
        """A number of candidates is about to be worked on.

        Args:
            what: they are, for people.
            candidates: how many.
            rule: of their counts.
        """
        self._rule = rule
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
            messages, errors, _ = progress
            share = max(errors / self._rule.min_errors, messages / self._rule.max_messages)
            state = f"{errors:,} errors in {messages:,} messages"
        self._progress.update(self._tasks[candidate.id], completed=share, state=state)

    def finished(self, outcome: Outcome, reused: bool) -> None:
        """Print the candidate's numbers in a line."""
        self._end(outcome.candidate)
        row, costs = outcome.row, outcome.costs
        self.say(
            f"{outcome.candidate.id}  BLER {row.bler:.3e} ({row.block_errors:,} in "
            f"{row.messages:,})  {costs.file_bytes:>9,} bytes  {outcome.candidate.label}"
            + (", from the folder" if reused else "")
        )

    def failed(self, candidate: Candidate, reason: str) -> None:
        """Say why the candidate is left out."""
        self.last_failure = reason
        self._end(candidate)
        self.say(f"{candidate.id}  left out: {candidate.label}: {reason}")

    def begin_timing(self, decoders: int) -> None:
        """Decoders are about to be timed."""
        self._progress.reset(
            self._overall, total=None, description=f"timing {decoders} decoders", state=""
        )

    def timing(self, state: str) -> None:
        """Say what the timing does."""
        self._progress.update(self._overall, state=state)

    def table(self, found: Sequence[Design], counting: Counting) -> None:
        """Print all designs."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for heading in ("no.", "front of"):
            table.add_column(heading)
        table.add_column("composition", overflow="fold")
        for heading in (
            "bytes", "MACs", "not zero", "bit ops", "BLER", "95 % interval", "ratio",
            "messages/s",
        ):  # fmt: skip
            table.add_column(heading, justify="right", no_wrap=True)
        number = numbers(found)
        for design in found:
            table.add_row(*_cells(design, number), style=None if design.on_front else "dim")
        self._console.print(table)
        self.say(
            f"At {counting.ebn0_db:g} dB Eb/N0, the same noise for all. ●: nothing else is "
            "better in one of BLER, bytes, MACs that\nare not zero and bit operations, and "
            "worse in none. front of: where only a higher BLER buys less."
        )

    def _end(self, candidate: Candidate) -> None:
        """Take the candidate's bar away, if it has one."""
        task = self._tasks.pop(candidate.id, None)
        if task is not None:
            self._progress.remove_task(task)
        self._progress.advance(self._overall)


def _cells(design: Design, number: dict[str, int]) -> list[str]:
    """A design as cells of the table."""
    row, costs = design.outcome.row, design.outcome.costs
    fronts = ", ".join(_NAMES[name] for name in design.fronts)
    return [
        str(number.get(design.outcome.candidate.id, "")),
        ("● " if design.on_front else "") + fronts,
        design.outcome.candidate.label,
        f"{costs.file_bytes:,}",
        f"{costs.macs:,}",
        f"{costs.nonzero_macs:,}",
        f"{costs.bit_operations:,}",
        f"{row.bler:.3e}",
        f"[{row.bler_low:.2e}, {row.bler_high:.2e}]",
        "" if design.ratio is None else f"{design.ratio:.3f}",
        "" if design.speed is None else f"{design.speed.median:,.0f}",
    ]
