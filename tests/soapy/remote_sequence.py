# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What the transmitter of the remote test sends, and how it is told from what is heard."""

from __future__ import annotations

import numpy as np

LENGTH = 1023


def sequence() -> np.ndarray:
    """1023 numbered samples: sample i is i + 1."""
    return np.arange(1, LENGTH + 1).astype(np.complex64)


def gaps(heard: np.ndarray) -> int:
    """How often what was heard breaks the order."""
    return int(np.count_nonzero((heard[1:] - heard[:-1]) % LENGTH != 1))
