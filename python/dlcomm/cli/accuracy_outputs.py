# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The files of ``dlcomm accuracy``: checked before it, written after every classifier."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..measurement.files import ensure_writable
from ..recognition.accuracy import Accuracy
from ..recognition.accuracy_files import write_csv, write_json


class AccuracyOutputs:
    """Result files of one run.

    Attributes:
        csv, json, png, confusion: the files, None where none was asked for.
    """

    def __init__(
        self,
        *,
        csv: Path | None,
        json: Path | None,
        png: Path | None,
        confusion: Path | None,
    ) -> None:
        """Check the files.

        Raises:
            ValueError: one cannot be written, is given twice, or is no kind of picture.
        """
        self.csv, self.json, self.png, self.confusion = csv, json, png, confusion
        files = [path for path in (csv, json, png, confusion) if path is not None]
        if len({path.absolute() for path in files}) < len(files):
            raise ValueError(
                "--csv, --json, --png, --confusion: found one file twice, expected others"
            )
        for path in (png, confusion):
            if path is not None:
                # Matplotlib is slow to import and needed here only.
                from ..measurement.plot import plot_format

                plot_format(path)
        for path in files:
            ensure_writable(path)

    def save(self, results: Sequence[Accuracy]) -> None:
        """Write the CSV and the JSON file anew.

        Raises:
            ValueError: classifiers of different labels are to go into one CSV file.
            OSError: a file can no longer be written.
        """
        if self.csv is not None:
            write_csv(self.csv, results)
        if self.json is not None:
            write_json(self.json, results)

    def draw(self, results: Sequence[Accuracy]) -> None:
        """Draw the pictures that were asked for.

        Raises:
            OSError: a file can no longer be written.
        """
        if self.png is None and self.confusion is None:
            return
        from ..recognition.picture import write_confusions, write_curves

        if self.png is not None:
            write_curves(self.png, results)
        if self.confusion is not None:
            write_confusions(self.confusion, results)

    def written(self) -> list[str]:
        """One line for every file that was written."""
        files = (
            ("counts", self.csv),
            ("counts", self.json),
            ("curves", self.png),
            ("confusion matrices", self.confusion),
        )
        return [f"{kind}: {path}" for kind, path in files if path is not None]

    def saved(self, results: Sequence[Accuracy]) -> str:
        """What is saved when the run is broken off."""
        files = [str(path) for path in (self.csv, self.json) if path is not None]
        if not files or not results:
            return "nothing was saved"
        return f"{len(results)} classifiers are saved in {' and '.join(files)}"
