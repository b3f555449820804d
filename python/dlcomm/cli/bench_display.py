# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of a benchmark: a table per group, and what is running."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..benchmark.rows import Row
from ..benchmark.settings import Settings
from ..benchmark.suite import TITLES, machine

_WIDTH_WITHOUT_TERMINAL = 150
_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
_BUSY = 0.3


class BenchDisplay:
    """Prints tables; on a terminal shows below them what is running.

    A context manager: progress is shown inside it.
    """

    def __init__(self, settings: Settings) -> None:
        """Prepare the display of a benchmark with these settings."""
        self._settings = settings
        console = Console(highlight=False, markup=False)
        self._tables = (
            console
            if console.is_terminal
            else Console(highlight=False, markup=False, width=_WIDTH_WITHOUT_TERMINAL)
        )
        progress = Console(stderr=True) if not console.is_terminal else console
        # Drawn when told only: a thread that draws would take time from what is measured.
        self._status = (
            Live(console=progress, auto_refresh=False, transient=True)
            if progress.is_terminal
            else None
        )

    def __enter__(self) -> BenchDisplay:
        """Print the heading and begin to show progress."""
        about = machine()
        versions = about["versions"]
        self.say(
            f"{about['processor']}, {about['cores']} cores, GNU Radio "
            f"{versions['gnuradio']}, ONNX Runtime {versions['onnxruntime']}"
        )
        self.say(
            f"{self._settings.repeats} rounds of about {self._settings.seconds:g} s a side, "
            "in turns; ratio: how many times better ours is, median and range over rounds"
        )
        if about["load_average"] > _BUSY * about["cores"]:
            self.say(
                f"The machine is busy (load {about['load_average']:.1f}): the figures will "
                "be off"
            )
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the progress."""
        if self._status:
            self._status.stop()

    def watch(self, state: str) -> None:
        """Show what runs now."""
        if self._status:
            self._status.update(Text(state), refresh=True)

    def say(self, line: str) -> None:
        """Print a line."""
        self._tables.print(line, soft_wrap=True)

    def show(self, group: str, rows: Sequence[Row]) -> None:
        """Print the table of a group."""
        self.say("")
        self._tables.print(Text(TITLES[group], style="bold"))
        if not rows:
            self.say("  nothing to compare for these models")
            return
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column("what", overflow="fold")
        table.add_column("ours", justify="right", no_wrap=True)
        table.add_column("alternative", overflow="fold")
        table.add_column("theirs", justify="right", no_wrap=True)
        table.add_column("ratio", justify="right", no_wrap=True)
        table.add_column("range", no_wrap=True)
        last = ""
        for row in rows:
            # What is the same as in the row above is not said again.
            what = _what(row)
            table.add_row(*_cells(row, "" if what == last else what))
            last = what
        self._tables.print(table)


def _what(row: Row) -> str:
    """What is measured, with the quantity where a group has several."""
    return f"{row.what}: {row.metric.name}" if "," in row.metric.name else row.what


def _cells(row: Row, what: str) -> tuple[str, ...]:
    """The cells of a row."""
    alternative = f"{row.alternative} ({row.note})" if row.note else row.alternative
    ratio, difference = row.ratio, row.difference
    if row.ours is None or row.theirs is None or ratio is None or difference is None:
        return what, "", f"{alternative}: {row.skipped}", "", "", ""
    unit = row.metric.unit
    ours = _value(row.ours.median, unit)
    if not row.metric.higher_is_better:
        # Of times, people ask as well how much longer one takes.
        ours += f" ({difference.median:+.4g} {unit})"
    return (
        what,
        ours,
        alternative,
        _value(row.theirs.median, unit),
        f"{ratio.median:.2f}",
        f"{min(ratio.repeats):.2f}..{max(ratio.repeats):.2f}",
    )


def _value(value: float, unit: str) -> str:
    """A value with three digits and its unit: ``12.3 M messages/s``."""
    if unit.endswith("/s"):
        for factor, prefix in _PREFIXES:
            if value >= factor:
                return f"{value / factor:.3g} {prefix} {unit}"
    return f"{value:.4g} {unit}"
