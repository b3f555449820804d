# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The files of a sweep: checked before it, written after every point."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..channel_specs import parse_channel
from ..links import Link
from ..measurement.files import ensure_writable
from ..measurement.model_marks import mark_of, read_marks, write_marks
from ..measurement.results import Key, Row, read_csv, write_csv, write_json
from ..measurement.sweep import SweepPlan


class Outputs:
    """Result files of one sweep.

    Attributes:
        known: rows of the CSV file, by key; other sweeps' rows are kept in it.
        csv, plot, json: the files, None where none was asked for.
    """

    def __init__(
        self,
        plan: SweepPlan,
        links: Sequence[Link],
        *,
        csv: Path | None,
        plot: Path | None,
        json: Path | None,
    ) -> None:
        """Check the files and read what the CSV file holds.

        Raises:
            ValueError: a file cannot be written, is given twice, or is not a result
                file; one line.
            OSError: the CSV file cannot be read.
        """
        self.csv, self.plot, self.json = csv, plot, json
        self._plan = plan
        self._links = links
        self._added: dict[Key, Row] = {}
        files = [path for path in (csv, plot, json) if path is not None]
        if len({path.absolute() for path in files}) < len(files):
            raise ValueError("--csv, --plot, --json: found one file twice, expected others")
        if plot is not None:
            # Matplotlib is slow to import and needed here only.
            from ..measurement.plot import plot_format

            plot_format(plot)
        for path in files:
            ensure_writable(path)
        rows = read_csv(csv) if csv is not None else []
        marks = read_marks(csv) if csv is not None else {}
        now = {model: mark_of(link) for model, link in zip(plan.models, links, strict=True)}
        # A model that was made anew under its name is measured anew.
        changed = {name for name in now if marks.get(name, now[name]) != now[name]}
        self.known: dict[Key, Row] = {row.key: row for row in rows if row.model not in changed}
        self._marks = marks | now

    def add(self, row: Row) -> None:
        """Take in a finished point and write the CSV and the JSON file.

        Raises:
            OSError: a file can no longer be written.
        """
        self.known[row.key] = row
        self._added[row.key] = row
        if self.csv is not None:
            # Sorted, so that the file does not depend on which point ended first.
            write_csv(self.csv, [self.known[key] for key in sorted(self.known)])
            write_marks(self.csv, self._marks)
        if self.json is not None:
            write_json(self.json, self._in_order())

    def draw(self, rows: Sequence[Row]) -> None:
        """Draw the picture, where one was asked for.

        Raises:
            OSError: the file can no longer be written.
        """
        if self.plot is None:
            return
        from ..measurement.curves import theory_curves
        from ..measurement.plot import write_plot

        channel = parse_channel(self._plan.channel)
        write_plot(
            self.plot,
            rows,
            theory_curves(channel, self._links),
            self._plan.rule.min_errors,
            f"Error rates over {channel.title}, measured by GNU Radio flowgraphs",
        )

    def written(self) -> list[str]:
        """One line for every file that was written."""
        files = (("rows", self.csv), ("rows", self.json), ("picture", self.plot))
        return [f"{kind}: {path}" for kind, path in files if path is not None]

    def saved(self) -> str:
        """What is saved when the sweep is broken off."""
        if self.csv is None and self.json is None:
            return "nothing was saved (no --csv)"
        count = len(self._added)
        if count == 0:
            return "nothing was saved yet"
        points = "1 point is" if count == 1 else f"{count} points are"
        files = [str(path) for path in (self.csv, self.json) if path is not None]
        return f"{points} saved in {' and '.join(files)}"

    def _in_order(self) -> list[Row]:
        """The rows of this sweep in the order of its plan."""
        points = (point for lane in self._plan.lanes() for point in lane)
        return [self._added[point.key] for point in points if point.key in self._added]
