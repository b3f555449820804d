# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What the transmitter of the remote test sends."""

from __future__ import annotations

import numpy as np


def sequence() -> np.ndarray:
    """1023 numbered samples: sample i is i + 1."""
    return np.arange(1, 1024).astype(np.complex64)
