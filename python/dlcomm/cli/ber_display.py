# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of a sweep: a row for every point, and how far it has come."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.text import Text

from ..measurement.forecast import Forecast
from ..measurement.point import Point
from ..measurement.point import Progress as PointProgress
from ..measurement.results import Row
from ..measurement.sweep import SweepListener, SweepPlan

_MAX_MODEL_WIDTH = 40
_SHORT_SECONDS = 0.1
"""Shorter runs are mostly start-up; their speed is marked with ``~``."""


class SweepDisplay(SweepListener):
    """Prints a row for every finished point; on a terminal shows progress below them.

    A context manager: progress is shown inside it.
    """

    def __init__(
        self,
        plan: SweepPlan,
        jobs: int,
        save: Callable[[Row], None],
        stored_in: Path | None,
    ) -> None:
        """Prepare the display.

        Args:
            plan: the sweep.
            jobs: points that run at a time.
            save: called with every finished row, before it is printed.
            stored_in: the file that reused rows come from.
        """
        self._plan = plan
        self._jobs = jobs
        self._save = save
        self._stored_in = stored_in
        self._forecast = Forecast(plan.rule)
        self._waiting = [point for lane in plan.lanes() for point in lane]
        self._running: dict[Point, PointProgress] = {}
        self._tasks: dict[Point, TaskID] = {}
        self._model_width = min(_MAX_MODEL_WIDTH, max(5, *map(len, plan.models)))
        self._rows_console = Console(highlight=False, markup=False)
        # Where rows go to a file, progress still reaches a terminal on standard error.
        console = (
            self._rows_console
            if self._rows_console.is_terminal
            else Console(stderr=True, highlight=False)
        )
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[state]}", style="dim"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._overall = self._progress.add_task(
            "all points", total=len(self._waiting), state=""
        )

    def __enter__(self) -> SweepDisplay:
        """Show the heading and begin to show progress."""
        if not self._progress.disable:
            self._progress.start()
        self.say(_heading(self._model_width))
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
        """Print one line among the rows."""
        self._rows_console.print(Text(line), soft_wrap=True)
        sys.stdout.flush()

    def started(self, point: Point) -> None:
        """Give the point a bar."""
        self._waiting.remove(point)
        self._running[point] = PointProgress(0, 0, 0.0)
        self._tasks[point] = self._progress.add_task(
            f"{point.model} {point.ebn0_db:g} dB", total=1.0, state=""
        )

    def advanced(self, point: Point, progress: PointProgress) -> None:
        """Move the point's bar and the time to go."""
        rule = self._plan.rule
        self._running[point] = progress
        self._forecast.watch(point, progress)
        self._progress.update(
            self._tasks[point],
            completed=max(
                progress.block_errors / rule.min_errors,
                progress.messages / rule.max_messages,
            ),
            state=f"{progress.block_errors:,} errors in {progress.messages:,} messages",
        )
        self._show_time_to_go()

    def finished(self, point: Point, row: Row, reused: bool) -> None:
        """Save the row, then print it."""
        if point in self._waiting:
            self._waiting.remove(point)
        self._remove_bar(point)
        self._forecast.learn(row)
        self._save(row)
        self.say(self._format(row, reused))
        self._progress.advance(self._overall)
        self._show_time_to_go()

    def skipped(self, points: list[Point]) -> None:
        """Say which points are left out, and why."""
        for point in points:
            if point in self._waiting:
                self._waiting.remove(point)
            self._remove_bar(point)
        self._progress.advance(self._overall, len(points))
        first, last = points[0].ebn0_db, points[-1].ebn0_db
        span = f"{first:g} dB" if first == last else f"{first:g} to {last:g} dB"
        self.say(f"{points[0].model}: {span} skipped, no errors were left to count")

    def _remove_bar(self, point: Point) -> None:
        """Take the point's bar away, if it has one."""
        self._running.pop(point, None)
        task = self._tasks.pop(point, None)
        if task is not None:
            self._progress.remove_task(task)

    def _show_time_to_go(self) -> None:
        """Write the time to go behind the overall bar."""
        seconds = self._forecast.seconds_left(self._waiting, self._running, self._jobs)
        if seconds is not None:
            self._progress.update(self._overall, state=f"{_duration(seconds)} to go")

    def _format(self, row: Row, reused: bool) -> str:
        """A finished point as one line."""
        short = row.messages < _SHORT_SECONDS * row.messages_per_second
        speed = f"{'~' if short else ''}{row.messages_per_second:,.0f}"
        stop = row.stop_reason.replace("_", " ")
        if row.block_errors < self._plan.rule.min_errors:
            stop += f" (fewer than {self._plan.rule.min_errors} errors)"
        if reused:
            stop += f", from {self._stored_in}"
        return (
            f"{row.model:<{self._model_width}} {row.ebn0_db:>6g} {row.messages:>13,} "
            f"{row.block_errors:>9,}  {row.bler:.3e} [{row.bler_low:.2e}, "
            f"{row.bler_high:.2e}] {row.bit_errors:>9,}  {row.ber:.3e} "
            f"[{row.ber_low:.2e}, {row.ber_high:.2e}] "
            f"{speed:>11}  {stop}"
        )


def _heading(model_width: int) -> str:
    """The heading over the rows of `SweepDisplay`."""
    return (
        f"{'model':<{model_width}} {'Eb/N0':>6} {'messages':>13} {'block err':>9}  "
        f"{'BLER':<9} {'95 % interval':<20} {'bit err':>9}  {'BER':<9} "
        f"{'95 % interval':<20} {'messages/s':>11}  stopped by"
    )


def _duration(seconds: float) -> str:
    """A duration as people say it: ``42 s``, ``3:07 min``, ``2:05 h``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f}:{seconds % 60:02.0f} min"
    return f"{seconds // 3600:.0f}:{seconds % 3600 // 60:02.0f} h"
