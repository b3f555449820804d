# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files of steps: a JSON list of the configurations of techniques, in their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from dlcomm_train.compress.compositions import steps_of
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Step
from dlcomm_train.files import write_atomic


def read_steps(path: Path) -> list[Step]:
    """The steps in a file.

    Raises:
        CompressError: the file cannot be read, or is not a list of steps.
    """
    try:
        entries = json.loads(path.read_bytes())
    except OSError as error:
        raise CompressError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise CompressError(f"{path}: is not JSON, expected a list of steps") from None
    try:
        steps = steps_of(entries)
    except CompressError as error:
        raise CompressError(f"{path}: {error}") from None
    if not steps:
        raise CompressError(f"{path}: found no step, expected at least one")
    return steps


def write_steps(path: Path, steps: Sequence[Step]) -> None:
    """Write every setting of `steps`, so that reading them gives `steps` again.

    Raises:
        OSError: the file cannot be written.
    """
    entries = [step.model_dump(mode="json") for step in steps]
    write_atomic(path, (json.dumps(entries, indent=2) + "\n").encode("utf-8"))
