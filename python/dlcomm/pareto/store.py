# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What has been done already, in a folder: a run that was broken off goes on from there.

``candidates/ID/`` holds ``encoder.onnx``, ``decoder.onnx`` and ``candidate.json`` (what they
are; written last, so that files without it are not taken for whole), and ``counts.csv``, a
row for every Eb/N0, channel and seed.
"""

from __future__ import annotations

import json
from pathlib import Path

from ..measurement.files import ensure_writable, write_atomic
from ..measurement.results import Row, read_csv, write_csv
from ..measurement.sweep import reusable
from .candidate import Candidate
from .costs import Costs, file_costs
from .evaluation import Counting, Files

_MODELS = ("encoder.onnx", "decoder.onnx")


class Store:
    """The folder of one model's candidates."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made when something is stored.

        Raises:
            ValueError: the folder cannot be written; one line.
        """
        ensure_writable(folder / "candidates" / "candidate.json")
        self._folder = folder

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
        return Files(*((folder / name).read_bytes() for name in _MODELS))

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
        contents = (files.encoder, files.decoder, (json.dumps(about, indent=1) + "\n").encode())
        for name, content in zip((*_MODELS, "candidate.json"), contents, strict=True):
            write_atomic(folder / name, lambda file, content=content: file.write(content))

    def row(self, candidate: Candidate, counting: Counting) -> Row | None:
        """The counts of an earlier run that answer `counting`; None: there are none.

        Raises:
            ValueError: the file holds something else; one line.
        """
        rows = read_csv(self.folder(candidate) / "counts.csv")
        known = {row.key: row for row in rows}
        return reusable(counting.point(candidate.id), known, counting.rule)

    def add_row(self, candidate: Candidate, row: Row) -> None:
        """Store counts.

        Raises:
            ValueError, OSError: as `row` and `add_files`.
        """
        path = self.folder(candidate) / "counts.csv"
        known = {found.key: found for found in read_csv(path)} | {row.key: row}
        write_csv(path, [known[key] for key in sorted(known)])

    def counted(self) -> int:
        """How many candidates have counts, whatever they were counted by."""
        return len(list(self._folder.glob("candidates/*/counts.csv")))

    def costs(self, candidate: Candidate) -> Costs:
        """Costs of the stored models.

        Raises:
            ValueError: they cannot be told; one line.
        """
        encoder, decoder = (file_costs(self.folder(candidate) / name) for name in _MODELS)
        return encoder + decoder
