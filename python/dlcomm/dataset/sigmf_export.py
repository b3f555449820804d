# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Data sets as SigMF recordings, which other tools read: one a class, an annotation a window.

Windows follow each other in a recording without being neighbours in time. What SigMF's core has
no field for is in the name space ``dlcomm``: ``dlcomm:snr_db``, ``dlcomm:burst`` and
``dlcomm:start``, as in the index of the data set.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from sigmf import SigMFFile

from dlcomm_train.datasets.dataset import Dataset, DatasetError

EXTENSION = {"name": "dlcomm", "version": "1.0.0", "optional": True}


def write_sigmf(
    dataset: Dataset, folder: Path, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Write a recording ``CLASS.sigmf-data``, ``CLASS.sigmf-meta`` for every class.

    The whole folder appears at once. Every recording is checked by SigMF's own schema.

    Args:
        dataset: the windows.
        folder: where; must not exist.
        progress: is told the name of each class that is done.

    Raises:
        DatasetError: the folder exists, or a class has a name that no file can have.
        OSError: it cannot be written.
    """
    if folder.exists():
        raise DatasetError(f"{folder}: exists, expected a new name")
    for name in dataset.manifest.modulations:
        if not name or Path(name).name != name:
            raise DatasetError(
                f"{dataset.folder}: found the class {name!a}, expected a name that a file can "
                "have"
            )
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for number, name in enumerate(dataset.manifest.modulations):
            places = np.flatnonzero(dataset.index["modulation"] == number)
            if len(places):
                _write_recording(dataset, name, places, work)
            progress(name)
        work.chmod(0o755)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_recording(dataset: Dataset, name: str, places: np.ndarray, folder: Path) -> None:
    """Write the windows at `places` of one class."""
    data = folder / f"{name}.sigmf-data"
    np.ascontiguousarray(dataset.windows[places], "<f4").tofile(data)
    metadata = {
        "global": _about(dataset, name),
        "captures": [{"core:sample_start": 0}],
        "annotations": _annotations(dataset, name, places),
    }
    recording = SigMFFile(metadata=metadata, data_file=data)
    recording.tofile(folder / f"{name}.sigmf-meta")


def _about(dataset: Dataset, name: str) -> dict[str, Any]:
    """The global part of a recording's metadata."""
    manifest = dataset.manifest
    text = (
        f"{name}, {manifest.label}: windows of {manifest.window} samples, one after the other, "
        f"which are no neighbours in time. {manifest.note}"
    )
    return {
        "core:datatype": "cf32_le",
        "core:sample_rate": manifest.sample_rate,
        "core:description": text.strip(),
        "core:recorder": "gr-dlcomm",
        "core:extensions": [EXTENSION],
    }


def _annotations(dataset: Dataset, name: str, places: np.ndarray) -> list[dict[str, Any]]:
    """What is known of each of the windows at `places`."""
    manifest = dataset.manifest
    annotations = []
    for number, row in enumerate(dataset.index[places]):
        annotation = {
            "core:sample_start": number * manifest.window,
            "core:sample_count": manifest.window,
            "core:label": name,
            "dlcomm:snr_db": int(row["snr_db"]),
            "dlcomm:burst": int(row["burst"]),
        }
        if manifest.bursts_known:
            annotation["dlcomm:start"] = int(row["start"])
        annotations.append(annotation)
    return annotations
