# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Candidates: a model and the steps that compress it."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .subject import Source

if TYPE_CHECKING:
    from dlcomm_train.compress.link import Step

Entry = Mapping[str, Any]
"""A step as a JSON object: its ``kind`` and all its settings."""


@dataclass(frozen=True)
class Candidate:
    """A composition of steps for one source.

    Attributes:
        source: mark of the source.
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
        ValueError, RuntimeError, OSError: a teacher that a step names is no model.
    """
    from dlcomm_train.compress.compositions import label

    steps = source.steps(entries)
    text = json.dumps([step.model_dump(mode="json") for step in steps], sort_keys=True)
    others = sorted(other_models(source, steps).items())
    return Candidate(source.mark, text, label(steps), tuple(others))


def other_models(source: Source, steps: Sequence[Step]) -> dict[str, str]:
    """Marks of the models beside the source that steps read, by their place.

    Raises:
        ValueError, RuntimeError, OSError: there is no such model.
    """
    found: dict[str, str] = {}
    for step in steps:
        found |= source.others(step)
    return found
