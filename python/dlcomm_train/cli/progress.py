# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Progress of long training runs on the terminal."""

from __future__ import annotations

import math
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from dlcomm_train.shipping import catalogue
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.outcome import Report
from dlcomm_train.two_user.config import TwoUserConfig

if TYPE_CHECKING:
    from typing import Self

_SPEED_PERIOD = 600.0
"""Seconds over which the time to go is estimated: validations may be far apart."""


class BarDisplay:
    """Progress bars with a state each, on stderr; a context manager."""

    def __init__(self) -> None:
        """Make the display; nothing is shown before it is entered."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[state]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            speed_estimate_period=_SPEED_PERIOD,
        )

    def __enter__(self) -> Self:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        self._progress.stop()


class TrainingDisplay(BarDisplay):
    """A progress bar per model."""

    def __init__(self) -> None:
        """Make the display."""
        super().__init__()
        self._config: LinkConfig | TwoUserConfig | None = None
        self._task: TaskID | None = None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the last bar, unless there was an error, and stop drawing."""
        if error is None:
            self._finish()
        super().__exit__(kind, error, trace)

    def start(self, name: str, config: LinkConfig | TwoUserConfig | None = None) -> None:
        """A new model begins.

        Args:
            name: the model.
            config: its recipe; left out, that of the shipped model of this name.
        """
        self._finish()
        self._config = config or catalogue.LINKS.get(name) or catalogue.USERS.get(name)
        total = len(self._config.seeds) * self._config.steps_per_seed if self._config else 1
        self._task = self._progress.add_task(name, total=total, state="")

    def update(self, report: Report) -> None:
        """Show where the search is, and the best validation so far."""
        if self._config is None or self._task is None:
            return
        if report.trouble:
            self._progress.console.print(
                f"given up: {report.trouble}", highlight=False, markup=False, soft_wrap=True
            )
        before = self._config.seeds.index(report.seed) * self._config.steps_per_seed
        state = f"seed {report.seed}"
        if math.isfinite(report.best.loss):
            state += f", loss {report.best.loss:.5f}, BLER {report.best.bler:.2e}"
        done = before + report.step
        if report.resumed:
            # Steps of an earlier run say nothing about the time to go.
            self._progress.reset(self._task, completed=done, state=state)
        else:
            self._progress.update(self._task, completed=done, state=state)

    def advance(self, what: str, share: float) -> None:
        """Show the share of a compression's step that is done."""
        if self._task is not None:
            self._progress.update(self._task, completed=share, state=what)

    def _finish(self) -> None:
        if self._task is not None:
            task = self._progress.tasks[self._task]
            self._progress.update(self._task, completed=task.total)
