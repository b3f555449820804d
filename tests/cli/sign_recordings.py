# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recordings that a classifier of signs tells apart."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from classifier_files import write_classifier

WINDOW = 16
RATE = 200e3


def write_signs(path: Path) -> str:
    """A classifier of the sign of I of a window's first sample."""
    weight = np.zeros((2, 2 * WINDOW), np.float32)
    weight[:, 0] = 4.0, -4.0
    return write_classifier(path, weight, ["plus", "minus"])


def halves(samples: int = 3200) -> np.ndarray:
    """A loud 1 with some noise up to the middle, -1 from there on."""
    rng = np.random.default_rng(1)
    signal = np.where(np.arange(samples) < samples // 2, 1.0, -1.0)
    noise = rng.normal(size=(samples, 2)) @ [0.05, 0.05j]
    return (signal + noise).astype(np.complex64)


def cfile(folder: Path, samples: np.ndarray) -> Path:
    """A recording of bare samples."""
    path = folder / "r.cfile"
    samples.astype(np.complex64).tofile(path)
    return path


def sigmf(folder: Path, components: np.ndarray, **fields: object) -> Path:
    """A SigMF recording of raw components; a field None is left out."""
    info = {"core:datatype": "ci16_le", "core:sample_rate": RATE, "core:version": "1.0.0"}
    info |= {f"core:{key}": value for key, value in fields.items()}
    meta = {
        "global": {key: value for key, value in info.items() if value is not None},
        "captures": [{"core:sample_start": 0}],
        "annotations": [],
    }
    (folder / "r.sigmf-meta").write_text(json.dumps(meta))
    components.tofile(folder / "r.sigmf-data")
    return folder / "r.sigmf-meta"
