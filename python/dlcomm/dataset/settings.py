# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What decides the windows of a regenerated data set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dlcomm_train.datasets.manifest import MODULATIONS, SNRS_DB

from .cell import Cell

LOWEST_SNR_DB, HIGHEST_SNR_DB = -50, 100
"""Between which SNR labels are."""

_FORMS = f"whole numbers from {LOWEST_SNR_DB} to {HIGHEST_SNR_DB}: A,B,... or START:STOP:STEP"


class GenerateSettings(BaseModel):
    """Recipe of a data set: equal settings and versions of GNU Radio give equal windows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: Literal["historical", "calibrated"] = "calibrated"
    """``historical``: as in 2016, defects and all. ``calibrated``: put right (see
    :mod:`~gnuradio.dlcomm.dataset.profiles`)."""
    windows_per_cell: int = Field(default=1000, ge=1, le=1_000_000)
    """Windows of every class at every SNR label."""
    modulations: tuple[str, ...] = MODULATIONS
    """Classes, in the order of the labels."""
    snrs_db: tuple[int, ...] = SNRS_DB
    """SNR labels."""
    seed: int = Field(default=1, ge=0)
    """What everything is drawn from. A window depends on its class, label, burst and this
    alone: a set of fewer classes is a part of the whole one."""

    @field_validator("modulations")
    @classmethod
    def _check_modulations(cls, found: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in found if name not in MODULATIONS]
        if unknown or not found or len(set(found)) != len(found):
            raise ValueError(
                f"found {', '.join(found) or 'none'}; expected some of "
                f"{', '.join(MODULATIONS)}, each once"
            )
        return found

    @field_validator("snrs_db")
    @classmethod
    def _check_snrs(cls, found: tuple[int, ...]) -> tuple[int, ...]:
        beyond = [snr for snr in found if not LOWEST_SNR_DB <= snr <= HIGHEST_SNR_DB]
        if beyond or not found or len(set(found)) != len(found):
            raise ValueError(
                f"found {', '.join(map(str, found)) or 'none'}; expected numbers of dB from "
                f"{LOWEST_SNR_DB} to {HIGHEST_SNR_DB}, each once"
            )
        return found

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Class and label of every cell, in the order of the set."""
        return tuple(Cell(name, snr) for name in self.modulations for snr in self.snrs_db)


def parse_snrs(text: str) -> tuple[int, ...]:
    """SNR labels in dB that a text stands for: ``4``, ``0,2,4`` or ``START:STOP:STEP``.

    Returns:
        The labels, ascending, each once. A range includes STOP when a step arrives there.

    Raises:
        ValueError: one line that says what was found and what was expected.
    """
    wrong = ValueError(f"found {text!r}, expected {_FORMS}")
    try:
        numbers = [int(part) for part in text.split(":" if ":" in text else ",")]
    except ValueError:
        raise wrong from None
    if ":" not in text:
        labels: Sequence[int] = sorted(set(numbers))
    elif len(numbers) == 3 and numbers[2] > 0:
        labels = range(numbers[0], numbers[1] + 1, numbers[2])
    else:
        raise wrong
    if not labels or labels[0] < LOWEST_SNR_DB or labels[-1] > HIGHEST_SNR_DB:
        raise wrong
    return tuple(labels)
