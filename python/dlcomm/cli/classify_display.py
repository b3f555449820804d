# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of a classification: a live table, and a report at its end."""

from __future__ import annotations

import time
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ..recognition.classify import Classification
from .live_display import LiveDisplay

_PERIOD = 0.25
_MOST_SEGMENTS = 20


class LiveTable(LiveDisplay):
    """Shows decisions while a flowgraph runs, on standard error where it is a terminal.

    A context manager.
    """

    def __init__(self, graph: Classification, total: int | None) -> None:
        """Prepare the table.

        Args:
            graph: what runs.
            total: samples that the classifier will get; None: nobody knows.
        """
        super().__init__()
        self._graph, self._total = graph, total

    def follow(self) -> None:
        """Run the flowgraph to its end, and draw meanwhile and at last."""
        try:
            self._graph.run_watched(self._draw, _PERIOD)
        finally:
            self._draw()

    def _draw(self) -> bool:
        """Draw the present state; break off when the source is lost."""
        self._graph.look()
        self._redraw()
        return not self._graph.lost

    def _table(self) -> Table:
        graph, found = self._graph, self._graph.decisions
        block = graph.classifier
        passed = time.monotonic() - self._began
        done = found.total * block.hop()
        title = f"{graph.name_of(found.latest)}   {graph.seconds(found.total):.2f} s of signal"
        if self._total is None:
            title += f", {block.lag():.2f} s behind, {block.load():.0%} of a core"
        elif done:
            left = passed * (self._total - done) / done
            title += f", {done / self._total:.0%}, {max(left, 0.0):.0f} s to go"
        table = Table(box=SIMPLE_HEAD, title=title, title_justify="left")
        for name in ("label", "decisions", "share", "probability"):
            table.add_column(name, justify="left" if name == "label" else "right")
        order = [i for i in range(256) if found.counts[i]]
        for index in sorted(order, key=lambda i: -found.counts[i]):
            count = int(found.counts[index])
            table.add_row(
                graph.name_of(index),
                f"{count:,}",
                f"{count / found.total:.1%}",
                f"{found.probability_sums[index] / count:.2f}",
            )
        return table


def print_report(report: dict[str, Any]) -> None:
    """Print what was found."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{report['decisions']:,} decisions from {report['samples']:,} samples, "
        f"{report['samples'] / report['sample_rate']:.3f} s, by {report['model']} "
        f"({report['executor']})"
    )
    table = Table(box=SIMPLE_HEAD)
    for name in ("label", "decisions", "share", "mean probability"):
        table.add_column(name, justify="left" if name == "label" else "right")
    for row in report["labels"]:
        table.add_row(
            row["label"],
            f"{row['decisions']:,}",
            f"{row['share']:.1%}",
            f"{row['mean_probability']:.2f}",
        )
    console.print(table)
    segments = sorted(report["segments"], key=lambda one: -one["decisions"])
    if len(segments) > 1:
        longest = sorted(segments[:_MOST_SEGMENTS], key=lambda one: one["start_s"])
        table = Table(box=SIMPLE_HEAD, title=_segments_title(report), title_justify="left")
        for name in ("from, s", "to, s", "label", "decisions"):
            table.add_column(name, justify="left" if name == "label" else "right")
        for one in longest:
            table.add_row(
                f"{one['start_s']:.4f}",
                f"{one['end_s']:.4f}",
                one["label"],
                f"{one['decisions']:,}",
            )
        console.print(table)
    for line in report["complaints"]:
        console.print(f"note: {line}")


def _segments_title(report: dict[str, Any]) -> str:
    count = len(report["segments"]) + report["segments_forgotten"]
    if count <= _MOST_SEGMENTS:
        return "segments"
    return f"the {_MOST_SEGMENTS} longest of {count:,} segments (--average joins them)"
