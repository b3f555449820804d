# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compositions of steps as JSON: lists of objects, each with its ``kind`` and settings."""

from __future__ import annotations

import functools
import inspect
import json
from typing import Any

from pydantic import ValidationError

from dlcomm_train import compress
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Step
from dlcomm_train.training.configfile import problem


@functools.cache
def step_kinds() -> dict[str, type[Step]]:
    """All steps that `dlcomm_train.compress` offers, by their kind."""
    offered = (getattr(compress, name) for name in compress.__all__)
    return {
        step.model_fields["kind"].default: step
        for step in offered
        if inspect.isclass(step) and issubclass(step, Step)
    }


def steps_of(entries: Any) -> list[Step]:
    """The steps that JSON values describe, in their order.

    Args:
        entries: a list of objects as JSON has them.

    Raises:
        CompressError: one line about a kind that is unknown or a setting that is impossible.
    """
    kinds = ", ".join(step_kinds())
    if not isinstance(entries, list):
        raise CompressError(f"found {entries!r}, expected a list of steps")
    steps: list[Step] = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or entry.get("kind") not in step_kinds():
            raise CompressError(f"found the step {entry!r}, expected a kind of {kinds}")
        step = step_kinds()[entry["kind"]]
        try:
            # As JSON, strictly: a list is a tuple there, but "7" and true are not numbers.
            steps.append(step.model_validate_json(json.dumps(entry), strict=True))
        except ValidationError as error:
            text = f"step {number} ({entry['kind']}): {problem(error)}"
            raise CompressError(text) from None
    return steps


def label(steps: list[Step]) -> str:
    """A composition in a few words: kinds, and the settings that are not the usual ones."""
    words = []
    for step in steps:
        settings = step.model_dump(mode="json", exclude_defaults=True)
        shown = [
            f"{key} {value}" for key, value in settings.items()
            if key not in ("kind", "retraining")
        ]  # fmt: skip
        words.append(step.kind + (f" ({', '.join(shown)})" if shown else ""))
    return " + ".join(words) or "as it is"
