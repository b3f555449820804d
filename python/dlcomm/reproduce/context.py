# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What an item works with: measuring, links, files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..links import Link, link_from_text
from ..measurement.files import write_atomic
from ..measurement.point import StopRule
from ..measurement.results import Row
from .campaign import Campaign, Lane, plan_campaign

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RunCampaign = Callable[[Campaign, Path], list[Row]]
"""Measures a campaign, saving its rows in a CSV file and taking over what it holds."""

Progress = Callable[[str, float], None]
"""Is told what is done at the moment, and its share done, 0 to 1."""

Making = Callable[[str], AbstractContextManager[Progress]]
"""Shows, while its context is open, how far a model of this name has come."""

QUICK_NOTE = "smoke run: few errors"
TRAINED_NOTE = ", short trainings"
_QUICK_POINTS = 3
_DPI = 120
_Value = TypeVar("_Value")


@contextmanager
def unseen(name: str) -> Iterator[Progress]:
    """Shows nothing of how a model comes along."""
    yield lambda what, share: None


@dataclass
class Context:
    """Everything that an item needs to run, and what it has written.

    Attributes:
        item: id of the item; names of its files begin with it.
        folder: where its files go.
        quick: a smoke run: fewer points, and pictures marked as such.
        seed: every random choice follows from it.
        rule: when a point of a curve is done.
        run_campaign: what measures.
        making: what shows how far a model is that the item makes.
        counted: whether errors have been counted.
        trained: whether models were trained; in a smoke run, not for long.
        pictures, tables: names of the files that were written to `folder`.
    """

    item: str
    folder: Path
    quick: bool
    seed: int
    rule: StopRule
    run_campaign: RunCampaign
    making: Making = unseen
    counted: bool = False
    trained: bool = False
    pictures: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    _links: dict[str, Link] = field(default_factory=dict, init=False)

    def link(self, model: str) -> Link:
        """The link of a model, opened once.

        Raises:
            ValueError, RuntimeError: one line, when it cannot be opened.
        """
        if model not in self._links:
            self._links[model] = link_from_text(model)
        return self._links[model]

    def measure(self, curves: Sequence[Lane]) -> dict[Lane, list[Row]]:
        """Measure curves by flowgraphs; a smoke run takes a few points of each.

        Rows are saved in ``ITEM.csv``, and those found there already are not measured again.

        Returns:
            The rows of every curve, by the curve that was asked for.

        Raises:
            ValueError, RuntimeError, OSError: one line.
        """
        asked = {replace(curve, ebn0_db=self.points(curve.ebn0_db)): curve for curve in curves}
        name = f"{self.item}.csv"
        campaign = plan_campaign(list(asked), self.seed, self.rule)
        self.counted = True
        rows = self.run_campaign(campaign, self.folder / name)
        self._note(self.tables, name)
        return {
            curve: [
                row for row in rows if (row.model, row.channel) == (short.model, short.channel)
            ]
            for short, curve in asked.items()
        }

    def save_picture(self, figure: Figure, part: str = "") -> None:
        """Write a picture as ``ITEM.png``, or ``ITEM-PART.png``, atomically.

        Raises:
            OSError: the folder or the disk does not take the file.
        """
        if self.quick:
            note = QUICK_NOTE + (TRAINED_NOTE if self.trained else "")
            figure.suptitle(f"{figure.get_suptitle()} ({note})", fontsize=11)
        name = self._name(part, "png")
        write_atomic(
            self.folder / name,
            lambda file: figure.savefig(file, format="png", dpi=_DPI, facecolor="white"),
        )
        self._note(self.pictures, name)

    def save_table(
        self, columns: Sequence[str], rows: Iterable[Sequence[Any]], part: str = ""
    ) -> None:
        """Write points that are no error counts as ``ITEM.csv`` or ``ITEM-PART.csv``.

        Raises:
            OSError: the folder or the disk does not take the file.
        """
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
        name = self._name(part, "csv")
        write_atomic(self.folder / name, lambda file: file.write(text.getvalue().encode()))
        self._note(self.tables, name)

    def points(self, values: tuple[_Value, ...]) -> tuple[_Value, ...]:
        """Those of a list, of Eb/N0 say, that are measured: all, or a few in a smoke run."""
        if not self.quick or len(values) <= _QUICK_POINTS:
            return values
        last = len(values) - 1
        return tuple(
            values[round(last * index / (_QUICK_POINTS - 1))] for index in range(_QUICK_POINTS)
        )

    def _name(self, part: str, ending: str) -> str:
        """Name of a file of this item."""
        return f"{self.item}-{part}.{ending}" if part else f"{self.item}.{ending}"

    @staticmethod
    def _note(names: list[str], name: str) -> None:
        """Remember a file that was written, once."""
        if name not in names:
            names.append(name)
