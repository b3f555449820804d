# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files of steps: a JSON list of the configurations of techniques, in their order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from dlcomm_train.compress.activations import QuantizeActivations
from dlcomm_train.compress.distill import Distill
from dlcomm_train.compress.factorize import Factorize
from dlcomm_train.compress.filters import RemoveFilters
from dlcomm_train.compress.layer import CompressError
from dlcomm_train.compress.link import Step
from dlcomm_train.compress.match_receiver import MatchReceiver
from dlcomm_train.compress.mixed_bits import QuantizeMixed
from dlcomm_train.compress.prune import Prune
from dlcomm_train.compress.quantize import Quantize, QuantizeAware
from dlcomm_train.compress.regularize import Regularize
from dlcomm_train.compress.share import ShareWeights
from dlcomm_train.compress.units import PruneUnits, RemoveDeadUnits
from dlcomm_train.files import write_atomic
from dlcomm_train.training.configfile import problem

AnyStep = Annotated[
    Distill
    | Factorize
    | MatchReceiver
    | Prune
    | PruneUnits
    | Quantize
    | QuantizeActivations
    | QuantizeAware
    | QuantizeMixed
    | Regularize
    | RemoveDeadUnits
    | RemoveFilters
    | ShareWeights,
    Field(discriminator="kind"),
]
"""A step of any technique, told by its ``kind``."""

_STEPS = TypeAdapter(Annotated[list[AnyStep], Field(min_length=1)])


def read_steps(path: Path) -> list[Step]:
    """The steps in a file.

    Raises:
        CompressError: the file cannot be read, or is not a list of steps.
    """
    try:
        # As JSON, strictly: a list is a tuple there, but "7" and true are not numbers.
        return _STEPS.validate_json(path.read_bytes(), strict=True)
    except OSError as error:
        raise CompressError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            raise CompressError(f"{path}: is not JSON, expected a list of steps") from None
        where = "step " if first["loc"] else ""
        raise CompressError(f"{path}: {where}{problem(error)}") from None


def write_steps(path: Path, steps: Sequence[Step]) -> None:
    """Write every setting of `steps`, so that reading them gives `steps` again.

    Raises:
        OSError: the file cannot be written.
    """
    entries = [step.model_dump(mode="json") for step in steps]
    write_atomic(path, (json.dumps(entries, indent=2) + "\n").encode("utf-8"))
