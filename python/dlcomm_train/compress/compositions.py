# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compositions of steps as JSON: lists of objects, each with its ``kind`` and settings."""

from __future__ import annotations

import functools
import inspect
import json
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from dlcomm_train import compress
from dlcomm_train.compress.layer import CompressError
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


def read_steps(entries: Any) -> list[Step]:
    """The steps that JSON values describe, in their order.

    Args:
        entries: a list of objects as JSON has them.

    Raises:
        CompressError: one line about a kind that is unknown or a setting that is impossible.
    """
    kinds = ", ".join(step_kinds())
    if not isinstance(entries, list):
        raise CompressError(f"found {entries!r}, expected a list of steps")
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("kind") not in step_kinds():
            raise CompressError(f"found the step {entry!r}, expected a kind of {kinds}")
    try:
        # As JSON, strictly: a list is a tuple there, but "7" and true are not numbers.
        return _adapter().validate_json(json.dumps(entries), strict=True)
    except ValidationError as error:
        raise CompressError(f"step {problem(error)}") from None


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


@functools.cache
def _adapter() -> TypeAdapter:
    steps = tuple(step_kinds().values())
    return TypeAdapter(list[Annotated[steps, Field(discriminator="kind")]])
