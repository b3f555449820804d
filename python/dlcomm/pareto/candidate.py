# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Candidates: a model and the steps that compress it."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..links import Link
from ..measurement.model_marks import mark_of

Entry = Mapping[str, Any]
"""A step as a JSON object: its ``kind`` and all its settings."""


@dataclass(frozen=True)
class Source:
    """The model that is compressed.

    Attributes:
        name: as the person wrote it.
        encoder, decoder: contents of its two files.
        mark: of the files (`measurement.model_marks.mark_of`).
    """

    name: str
    encoder: bytes
    decoder: bytes
    mark: str

    @classmethod
    def read(cls, name: str, link: Link) -> Source:
        """Read the files of a link.

        Raises:
            OSError: a file cannot be read.
        """
        files = (Path(path).read_bytes() for path in (link.encoder, link.decoder))
        return cls(name, *files, mark_of(link))


@dataclass(frozen=True)
class Candidate:
    """A composition of steps for one source.

    Attributes:
        source: mark of the source's files.
        steps: canonical JSON of the steps, every setting written out; a list.
        label: the steps in a few words.
        others: marks of other models that the steps read (teachers), by their place.
    """

    source: str
    steps: str
    label: str
    others: tuple[tuple[str, str], ...] = ()

    @functools.cached_property
    def id(self) -> str:
        """What tells this candidate from all others: 16 hexadecimal digits.

        A hash of the steps with all their settings and of the contents of all files that go
        in. Where a candidate is found again under its id, it need not be made again.
        """
        text = json.dumps([self.source, self.steps, self.others])
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def is_source(self) -> bool:
        """True of the source itself: no step."""
        return self.steps == "[]"


def make_candidate(source: Source, entries: list[Entry]) -> Candidate:
    """The candidate that JSON steps describe; needs the toolchain, as reading steps does.

    Raises:
        CompressError: a step is unknown or impossible; one line (a ValueError).
        ValueError, RuntimeError: a teacher that a step names is no model.
    """
    from dlcomm_train.compress.compositions import label, read_steps

    from ..links import link_from_text

    steps = read_steps(entries)
    others = {
        step.teacher: mark_of(link_from_text(step.teacher))
        for step in steps
        if getattr(step, "teacher", None) is not None
    }
    text = json.dumps([step.model_dump(mode="json") for step in steps], sort_keys=True)
    return Candidate(source.mark, text, label(steps), tuple(sorted(others.items())))
