# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A data set: a folder of two arrays and a manifest.

``windows.npy``
    float32 [N, window, 2], I and Q; in memory complex64 [N, window].
``index.npy``
    one :data:`INDEX_TYPE` for each window.
``manifest.json``
    a :class:`~dlcomm_train.datasets.manifest.Manifest`.

The arrays are ordinary ``.npy`` files without objects, and are never unpickled.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from dlcomm_train.datasets.manifest import Manifest

WINDOWS_FILE = "windows.npy"
INDEX_FILE = "index.npy"
MANIFEST_FILE = "manifest.json"

_HASH_BYTES = 1 << 20

INDEX_TYPE = np.dtype(
    [("modulation", "u1"), ("snr_db", "i1"), ("burst", "<u4"), ("start", "<u4")]
)
"""Class (place in the manifest's list), SNR label in dB, burst number, and first sample of the
window in its burst."""


class DatasetError(ValueError):
    """A data set cannot be used; the message is one line for people."""


@dataclass(frozen=True)
class Dataset:
    """Labelled windows.

    Attributes:
        folder: where they were read from.
        manifest: what they are.
        windows: float32 [N, window, 2], mapped from the file, read-only.
        index: :data:`INDEX_TYPE` [N].
    """

    folder: Path
    manifest: Manifest
    windows: np.ndarray
    index: np.ndarray

    @classmethod
    def open(cls, folder: Path, verify: bool = False) -> Dataset:
        """Open a data set.

        Args:
            folder: its folder.
            verify: compare the check sums of the arrays, which reads all of them.

        Raises:
            DatasetError: a file is missing, is not what it should be, or does not fit the
                others.
        """
        folder = Path(folder)
        manifest = _read_manifest(folder / MANIFEST_FILE)
        windows = _read_array(folder / WINDOWS_FILE, mapped=True)
        index = _read_array(folder / INDEX_FILE, mapped=False)
        expected = (len(index), manifest.window, 2)
        if windows.dtype != np.float32 or windows.shape != expected:
            raise DatasetError(
                f"{folder / WINDOWS_FILE}: found {windows.dtype} {windows.shape}, expected "
                f"float32 {expected}"
            )
        if index.dtype != INDEX_TYPE or index.ndim != 1 or not len(index):
            raise DatasetError(
                f"{folder / INDEX_FILE}: found {index.dtype} {index.shape}, expected rows of "
                f"{', '.join(INDEX_TYPE.names)}"
            )
        highest = int(index["modulation"].max())
        if highest >= len(manifest.modulations):
            raise DatasetError(
                f"{folder / INDEX_FILE}: class {highest} occurs, expected at most "
                f"{len(manifest.modulations) - 1} with the classes of {MANIFEST_FILE}"
            )
        if verify:
            for name, expected_sum in manifest.sha256.items():
                found = file_hash(folder / name)
                if found != expected_sum:
                    raise DatasetError(
                        f"{folder / name}: sha256 is {found}, expected {expected_sum}"
                    )
        return cls(folder, manifest, windows, index)


def write_dataset(
    folder: Path, manifest: Manifest, windows: np.ndarray, index: np.ndarray
) -> None:
    """Write a data set: the whole folder appears at once, with the check sums filled in.

    Args:
        folder: where; must not exist.
        manifest: what the windows are.
        windows: float32 [N, window, 2].
        index: :data:`INDEX_TYPE` [N].

    Raises:
        DatasetError: the folder exists.
        OSError: it cannot be written.
    """
    folder = Path(folder)
    if folder.exists():
        raise DatasetError(f"{folder}: exists, expected a new name")
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        np.save(work / WINDOWS_FILE, np.ascontiguousarray(windows, np.float32))
        np.save(work / INDEX_FILE, np.ascontiguousarray(index, INDEX_TYPE))
        sums = {name: file_hash(work / name) for name in (WINDOWS_FILE, INDEX_FILE)}
        text = manifest.model_copy(update={"sha256": sums}).model_dump_json(indent=2)
        (work / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")
        # mkdtemp makes private folders; a data set is meant to be read by everybody.
        work.chmod(0o755)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def file_hash(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits.

    Raises:
        OSError: it cannot be read.
    """
    # hashlib.file_digest is not in Python 3.10 yet, which Ubuntu 22.04 has.
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_HASH_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _read_manifest(path: Path) -> Manifest:
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}, expected a data set") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DatasetError(f"{path}: {where}: {first['msg']}") from None


def _read_array(path: Path, mapped: bool) -> np.ndarray:
    try:
        return np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror or error}") from None
    except (ValueError, EOFError) as error:
        raise DatasetError(f"{path}: not a .npy array of numbers: {error}") from None
