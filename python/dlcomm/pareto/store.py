# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What has been done already, in a folder: a run that was broken off goes on from there.

``candidates/ID/`` holds the model's files and ``candidate.json`` (what they are; written last,
so that files without it are not taken for whole), and what was counted: ``counts.csv`` of a
link, a row for every Eb/N0, channel and seed; ``accuracy.json`` of a classifier.
"""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..measurement.files import ensure_writable, write_atomic
from .candidate import Candidate
from .costs import Costs, file_costs
from .subject import Counting, Counts, Files


class Store:
    """The folder of one model's candidates."""

    def __init__(self, folder: Path, models: Sequence[str], counting_file: str) -> None:
        """Use a folder; it is made when something is stored.

        Args:
            folder: the folder.
            models: names of a model's files.
            counting_file: name of the file that keeps what was counted of a candidate.

        Raises:
            ValueError: the folder cannot be written; one line.
        """
        ensure_writable(folder / "candidates" / "candidate.json")
        self._folder, self._models, self._counting_file = folder, tuple(models), counting_file

    def folder(self, candidate: Candidate) -> Path:
        """Where the files of `candidate` are."""
        return self._folder / "candidates" / candidate.id

    def files(self, candidate: Candidate) -> Files | None:
        """The compressed models; None when they have not been made.

        Raises:
            OSError: a file cannot be read.
        """
        folder = self.folder(candidate)
        if not (folder / "candidate.json").exists():
            return None
        return {name: (folder / name).read_bytes() for name in self._models}

    def add_files(self, candidate: Candidate, files: Files) -> None:
        """Store compressed models.

        Raises:
            OSError: the folder or the disk does not take a file.
        """
        folder = self.folder(candidate)
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "label": candidate.label,
            "steps": json.loads(candidate.steps),
            "source": candidate.source,
            "others": dict(candidate.others),
        }
        text = (json.dumps(about, indent=1) + "\n").encode()
        for name, content in (*files.items(), ("candidate.json", text)):
            write_atomic(folder / name, lambda file, content=content: file.write(content))

    def counts(self, candidate: Candidate, counting: Counting) -> Counts | None:
        """The counts of an earlier run that answer `counting`; None: there are none.

        Raises:
            ValueError: the file holds something else; one line.
        """
        return counting.known(self._counts(candidate), candidate.id)

    def add_counts(self, candidate: Candidate, counting: Counting, found: Any) -> None:
        """Store what `counting` returned.

        Raises:
            ValueError, OSError: as `counts` and `add_files`.
        """
        counting.keep(self._counts(candidate), found)

    def counted(self) -> int:
        """How many candidates have counts, whatever they were counted by."""
        return len(list(self._folder.glob(f"candidates/*/{self._counting_file}")))

    def costs(self, candidate: Candidate) -> Costs:
        """Costs of the stored models.

        Raises:
            ValueError: they cannot be told; one line.
        """
        found = (file_costs(self.folder(candidate) / name) for name in self._models)
        return functools.reduce(operator.add, found)

    def _counts(self, candidate: Candidate) -> Path:
        return self.folder(candidate) / self._counting_file
