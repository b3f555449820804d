# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Progress of the training of a classifier on the terminal."""

from __future__ import annotations

from dlcomm_train.cli.progress import BarDisplay
from dlcomm_train.recognition.train import Report


class ClassifierDisplay(BarDisplay):
    """A progress bar, and a line for each epoch where stderr is no terminal."""

    def __init__(self, name: str) -> None:
        """Make the display.

        Args:
            name: the model.
        """
        super().__init__()
        self._task = self._progress.add_task(name, total=None, state="reading")
        self._epoch = 0

    def update(self, report: Report) -> None:
        """Show where the training is, and the last validation."""
        if report.resumed:
            # Steps of an earlier run say nothing about the time to go.
            self._progress.reset(self._task, total=report.steps, completed=report.step)
        state = f"epoch {report.epoch}"
        if report.epoch:
            state += f", validation {report.last.accuracy:.2%}, peak {report.last.peak:.2%}"
        self._progress.update(
            self._task, total=report.steps, completed=report.step, state=state
        )
        if report.epoch != self._epoch and not self._progress.console.is_terminal:
            self._progress.console.print(state, highlight=False)
        self._epoch = report.epoch
