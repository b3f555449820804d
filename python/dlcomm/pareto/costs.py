# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What two model files cost: bytes, multiply-accumulates, bit operations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import onnx

from dlcomm_train.models.bit_operations import bit_costs


@dataclass(frozen=True)
class Costs:
    """Costs of both networks of a link together.

    Attributes:
        file_bytes: bytes of the two files.
        macs: multiply-accumulates per message, weights of zero counted like others.
        nonzero_macs: those with weights other than zero.
        bit_operations: bit operations per message.
    """

    file_bytes: int
    macs: int
    nonzero_macs: int
    bit_operations: int

    def __add__(self, other: Costs) -> Costs:
        """The costs of two files together."""
        return Costs(
            self.file_bytes + other.file_bytes,
            self.macs + other.macs,
            self.nonzero_macs + other.nonzero_macs,
            self.bit_operations + other.bit_operations,
        )


def file_costs(path: Path) -> Costs:
    """Costs of one model file, for a batch of one message.

    Raises:
        ValueError: the multiply-accumulates of an operator are unknown; one line.
    """
    try:
        found = bit_costs(onnx.load(path))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return Costs(
        path.stat().st_size, found.macs, found.nonzero_macs, found.bit_operations
    )
