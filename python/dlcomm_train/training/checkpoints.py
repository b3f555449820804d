# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Checkpoints: the state of an unfinished training run, in a file.

A run that goes on from a checkpoint ends with the very files that it would have made
without the interrupt. The file holds tensors and plain values only and is read without
unpickling objects.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import torch
from pydantic import BaseModel

from dlcomm_train.files import write_atomic

SUFFIX = ".checkpoint"
_FORMAT = "dlcomm_train checkpoint 1"


class CheckpointError(RuntimeError):
    """A checkpoint cannot be used; the message is one line for people."""


class Resumable(Protocol):
    """A training run whose state can be taken out and put back.

    Attributes:
        config: the recipe.
        origin: what else decides the result, as plain values by name.
        device: where it runs.
        total_steps: steps so far.
    """

    config: BaseModel
    origin: dict[str, Any]
    device: torch.device
    total_steps: int

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""

    @property
    def healthy(self) -> bool:
        """Whether the state is worth keeping: all weights are finite numbers."""

    def state_dict(self) -> dict[str, Any]:
        """The whole state, as tensors and plain values."""

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Put a state back."""


@dataclass(frozen=True)
class Checkpoints:
    """Where and how often a run keeps its state.

    Attributes:
        path: the file.
        every: optimiser steps between two writes.
        resume: whether a run begins with the state in the file.
    """

    path: Path
    every: int
    resume: bool = False

    def keep(self, run: Resumable) -> None:
        """Write the state of `run` if a write is due and the run is in good health.

        Raises:
            OSError: the file cannot be written; an earlier one is still there.
        """
        if run.total_steps % self.every or run.finished or not run.healthy:
            return
        stream = io.BytesIO()
        content = {"format": _FORMAT, "made_by": _made_by(run), "state": run.state_dict()}
        torch.save(content, stream)
        write_atomic(self.path, stream.getvalue())

    def restore(self, run: Resumable) -> None:
        """Put the state in the file into `run`.

        Raises:
            CheckpointError: there is no file, it is not a whole checkpoint, or it is of
                a run with another config, device or release of torch.
        """
        content = self._read()
        found, expected = content["made_by"], _made_by(run)
        for key in [*expected, *found]:
            if found.get(key) != expected.get(key):
                raise CheckpointError(
                    f"{self.path}: is of another run: {key} is {found.get(key)!r}, "
                    f"expected {expected.get(key)!r}"
                )
        try:
            run.load_state_dict(content["state"])
        except (AttributeError, KeyError, RuntimeError, TypeError, ValueError):
            raise CheckpointError(f"{self.path}: is damaged") from None

    def remove(self) -> None:
        """Delete the file, if there is one."""
        self.path.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            raise CheckpointError(f"{self.path}: no checkpoint to go on from") from None
        except OSError as error:
            raise CheckpointError(f"{self.path}: cannot be read: {error.strerror}") from None
        try:
            content = torch.load(io.BytesIO(data), weights_only=True, map_location="cpu")
        except Exception:
            # What torch raises depends on where in the file the damage is.
            content = None
        if (
            not isinstance(content, dict)
            or content.get("format") != _FORMAT
            or not isinstance(content.get("made_by"), dict)
            or "state" not in content
        ):
            raise CheckpointError(f"{self.path}: is not a whole checkpoint")
        return content


def _made_by(run: Resumable) -> dict[str, Any]:
    """What two runs must have in common for one to go on where the other stopped."""
    return run.config.model_dump(mode="json") | run.origin | {
        "device": str(run.device),
        "torch": version("torch"),
    }
