# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a run has to know of the models that it compresses: what links and classifiers share.

`links` and `classifiers` say how each is compressed, counted and timed. Both kinds of object
travel to workers, models as the contents of their files, so that workers need no copy.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from dlcomm_train.compress.link import Step

    from ..benchmark.pairing import Throughput

Files = Mapping[str, bytes]
"""Contents of the files of a model, by their names."""

Report = Callable[..., None]
"""Told how far something has come, in simple values."""


@dataclass(frozen=True)
class Share:
    """A share of errors.

    Attributes:
        value: the share, 0 to 1.
        low, high: its 95 % interval.
        errors: how many there were.
    """

    value: float
    low: float
    high: float
    errors: int


@dataclass(frozen=True)
class Counts:
    """What was counted of a candidate.

    Attributes:
        judged: the share of errors by which candidates are held against each other.
        shown: the one that tables and pictures show.
        columns: all counts and rates, by the columns of files.
        cells: what the table for people shows, by its headings.
        text: the counts in a few words.
    """

    judged: Share
    shown: Share
    columns: Mapping[str, Any]
    cells: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Words:
    """What tables, pictures and files call things.

    Attributes:
        error: the share of errors.
        short: the same in a word.
        ratio: column of files for that share over the one of the model as it is.
        costs: what is held against the share, the less the better: labels of axes by the
            attributes of `costs.Costs`.
        speed: column of files for how fast a model is.
        speed_label: its axis.
        speed_heading: its column in the table.
        timed: what is timed.
        note: what stands below the table.
        logarithmic: whether shares are drawn by their logarithms.
    """

    error: str
    short: str
    ratio: str
    costs: Mapping[str, str]
    speed: str
    speed_label: str
    speed_heading: str
    timed: str
    note: str
    logarithmic: bool


@dataclass(frozen=True)
class Source(ABC):
    """The model that is compressed.

    Attributes:
        name: as the person wrote it.
        files: its files.
        mark: of everything that compressing it depends on, beside the steps.
    """

    name: str
    files: Files
    mark: str

    def steps(self, entries: Any) -> list[Step]:
        """The steps that JSON values describe, as this kind of model has them.

        Raises:
            CompressError: one is unknown or impossible; one line (a ValueError).
        """
        from dlcomm_train.compress.compositions import steps_of

        return steps_of(entries)

    @abstractmethod
    def others(self, step: Step) -> dict[str, str]:
        """Marks of other models that a step reads, by their place.

        Raises:
            ValueError, RuntimeError, OSError: there is no such model.
        """

    @abstractmethod
    def compress(self, steps: Sequence[Step], ending: str, report: Report) -> Files:
        """The model compressed by steps, one at least; done by workers.

        Args:
            steps: the steps.
            ending: of the result's name.
            report: told the running step and its share.

        Raises:
            ValueError, RuntimeError: a step cannot be done to this model; one line.
        """


class Counting(ABC):
    """How errors are counted; on the same signals for every candidate.

    Attributes:
        words: what things are called.
        file: name of the file in a candidate's folder that keeps what was counted.
        seed: of every random choice.
    """

    words: ClassVar[Words]
    file: ClassVar[str]
    seed: int

    @property
    @abstractmethod
    def title(self) -> str:
        """What is counted, in words."""

    @abstractmethod
    def quick(self, errors: int) -> Counting:
        """The quick count that a search judges by.

        Args:
            errors: that are enough, where counts end at a number of errors.
        """

    @abstractmethod
    def known(self, path: Path, name: str) -> Counts | None:
        """What an earlier run has counted, if that is enough.

        Args:
            path: the file that keeps it, if it is there.
            name: id of the candidate.

        Raises:
            ValueError: the file holds something else; one line.
        """

    @abstractmethod
    def keep(self, path: Path, found: Any) -> None:
        """Add what `count` returned to the file.

        Raises:
            ValueError: the file holds something else; one line.
            OSError: the folder or the disk does not take the file.
        """

    @abstractmethod
    def count(self, folder: Path, name: str, report: Report) -> Any:
        """Count in a flowgraph; done by workers.

        Args:
            folder: holds the model's files.
            name: id of the candidate.
            report: told how far it is, in values that `advance` understands.

        Raises:
            ValueError, RuntimeError: errors cannot be counted; one line.
        """

    @abstractmethod
    def advance(self, values: Sequence[Any]) -> tuple[float, str]:
        """The share that is done, and how to say it, of what `count` reported."""

    @abstractmethod
    def side(self, folder: Path, name: str) -> Throughput:
        """What times a candidate's block in a flowgraph."""
