# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Calibration data that somebody recorded: received symbols in a ``.npy`` file."""

from __future__ import annotations

import os

import numpy as np


class CalibrationError(ValueError):
    """Calibration data cannot be used; the message is one line for people."""


def read_symbols(path: str | os.PathLike[str], n: int) -> np.ndarray:
    """Received symbols [b, n] float32, at least one row.

    Args:
        path: a ``.npy`` file.
        n: real channel uses per message.

    Raises:
        CalibrationError: the file cannot be read, or holds something else.
    """
    name = os.fspath(path)
    try:
        # Mapped, so that shape and type are known before anything is read.
        found = np.load(path, mmap_mode="r", allow_pickle=False)
    except OSError as error:
        raise CalibrationError(f"{name}: cannot be read: {error.strerror or error}") from None
    except (ValueError, EOFError):
        found = None
    if not isinstance(found, np.ndarray):
        raise CalibrationError(f"{name}: is not a .npy file with one array of numbers")
    if found.dtype != np.float32:
        raise CalibrationError(f"{name}: has type {found.dtype}, expected float32")
    if found.ndim != 2 or found.shape[1] != n or not len(found):
        raise CalibrationError(
            f"{name}: has shape {list(found.shape)}, expected [b, {n}] with b of 1 or more"
        )
    bad = ~np.isfinite(found).all(axis=1)
    if bad.any():
        raise CalibrationError(
            f"{name}: row {int(bad.argmax())} has NaN or infinite values, expected finite ones"
        )
    return np.ascontiguousarray(found)
