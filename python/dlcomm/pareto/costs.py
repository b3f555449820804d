# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What model files cost: bytes, multiply-accumulates, bit operations, bits of weights."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

import onnx

from dlcomm_train.models.bit_operations import BitCosts, bit_costs


@dataclass(frozen=True)
class Costs:
    """Costs of all networks of a model together.

    Attributes:
        file_bytes: bytes of the files.
        macs: multiply-accumulates per message or window, weights of zero counted like others.
        nonzero_macs: those with weights other than zero.
        bit_operations: bit operations per message or window.
        weight_bits: bits of all weights other than zero.
    """

    file_bytes: int
    macs: int
    nonzero_macs: int
    bit_operations: int
    weight_bits: int

    def __add__(self, other: Costs) -> Costs:
        """The costs of two files together."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Costs(*(mine + theirs for mine, theirs in pairs))

    @property
    def challenge(self) -> float:
        """The cost that the challenge of 2021 gave to a classifier (`BitCosts.challenge`)."""
        bits = BitCosts(bit_operations=self.bit_operations, weight_bits=self.weight_bits)
        return bits.challenge


def file_costs(path: Path) -> Costs:
    """Costs of one model file, for a batch of one.

    Raises:
        ValueError: the multiply-accumulates of an operator are unknown; one line.
    """
    try:
        found = bit_costs(onnx.load(path))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return Costs(
        path.stat().st_size,
        found.macs,
        found.nonzero_macs,
        found.bit_operations,
        found.weight_bits,
    )
