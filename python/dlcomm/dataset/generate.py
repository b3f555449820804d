# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Making a whole data set, in several processes, with interruptions."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import scipy
from pydantic import BaseModel, ConfigDict, ValidationError

from dlcomm_train.datasets.dataset import (
    INDEX_TYPE,
    Dataset,
    DatasetError,
    write_dataset,
)
from dlcomm_train.datasets.manifest import WINDOW, Manifest
from gnuradio import gr

from ..measurement.files import write_atomic
from .cell import make_cell
from .profiles import SAMPLE_RATE, SAMPLES_PER_SYMBOL
from .settings import GenerateSettings

_SETTINGS_FILE = "settings.json"

Progress = Callable[[int, int], None]
"""Called with the windows that are done, and those of the whole set."""


class _Unfinished(BaseModel):
    """What the cells of an unfinished set have in common."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: GenerateSettings
    versions: dict[str, str]


def work_folder(folder: Path) -> Path:
    """Where :func:`generate` keeps the finished cells of an unfinished set."""
    return folder.parent / f".{folder.name}.unfinished"


def generate(
    folder: Path,
    settings: GenerateSettings,
    progress: Progress | None = None,
    jobs: int = 1,
) -> None:
    """Make a data set.

    Finished cells are kept beside `folder` until the set is complete. A run with the same
    settings, and the same versions of GNU Radio and the libraries, takes them over, and ends
    with the very files that it would have made without the interruption. The number of
    processes does not matter to the result either.

    Args:
        folder: where; appears when the set is complete.
        settings: what to make.
        progress: told after every cell.
        jobs: processes.

    Raises:
        DatasetError: `folder` exists, or the unfinished set beside it is of other settings or
            versions.
        RuntimeError: a process ended by itself.
        OSError: a file cannot be written.
    """
    folder = Path(folder)
    if folder.exists():
        raise DatasetError(f"{folder}: exists, expected a new name")
    work = _begin(folder, settings)
    tell = progress or (lambda done, total: None)
    count, total = settings.windows_per_cell, len(settings.cells) * settings.windows_per_cell
    places = [work / f"{number}.npz" for number in range(len(settings.cells))]
    missing = [number for number, place in enumerate(places) if not _is_kept(place, count)]
    done = total - len(missing) * count
    tell(done, total)
    # Not forked: a process that has run flowgraphs has threads.
    context = multiprocessing.get_context("spawn")
    workers = max(1, min(jobs, len(missing)))
    with ProcessPoolExecutor(workers, context, initializer=_leave_interrupts) as pool:
        keep = partial(_keep_cell, settings)
        futures = [pool.submit(keep, number, places[number]) for number in missing]
        try:
            for future in as_completed(futures):
                future.result()
                done += count
                tell(done, total)
        except BrokenProcessPool:
            raise RuntimeError(
                f"{folder}: a working process ended by itself (killed, or out of memory); "
                f"{work} keeps what is done"
            ) from None
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    write_dataset(folder, *_assembled(settings, places))
    shutil.rmtree(work)


def is_made_of(dataset: Dataset, settings: GenerateSettings) -> bool:
    """Whether a data set is what these settings give."""
    return _manifest(settings, dataset.manifest.bursts).model_copy(
        update={"sha256": dataset.manifest.sha256, "versions": dataset.manifest.versions}
    ) == dataset.manifest


def _begin(folder: Path, settings: GenerateSettings) -> Path:
    """The folder of finished cells, made if it is not there."""
    work = work_folder(folder)
    path = work / _SETTINGS_FILE
    wanted = _Unfinished(settings=settings, versions=_versions())
    if path.exists():
        try:
            found = _Unfinished.model_validate_json(path.read_bytes())
        except ValidationError:
            found = None
        if found != wanted:
            raise DatasetError(
                f"{work}: holds an unfinished set of other settings or versions; finish that "
                "one or delete the folder"
            )
        return work
    work.mkdir(parents=True, exist_ok=True)
    write_atomic(path, lambda stream: stream.write(wanted.model_dump_json().encode()))
    return work


def _is_kept(place: Path, count: int) -> bool:
    """Whether a finished cell is there. One that cannot be read, as a machine may leave it
    that lost its power, is not."""
    try:
        with np.load(place, allow_pickle=False) as kept:
            return all(len(kept[name]) == count for name in ("windows", "bursts", "starts"))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return False


def _leave_interrupts() -> None:
    """Let the process that started this one decide what Ctrl-C means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _keep_cell(settings: GenerateSettings, number: int, place: Path) -> None:
    """Make one cell and keep it; runs in a process of its own."""
    windows, bursts, starts = make_cell(
        settings.cells[number], settings.profile, settings.windows_per_cell, settings.seed
    )
    write_atomic(
        place,
        lambda stream: np.savez(stream, windows=windows, bursts=bursts, starts=starts),
    )


def _assembled(
    settings: GenerateSettings, places: list[Path]
) -> tuple[Manifest, np.ndarray, np.ndarray]:
    """Manifest, windows and index of the finished cells."""
    count = settings.windows_per_cell
    windows = np.empty((len(places) * count, WINDOW), np.complex64)
    index = np.zeros(len(windows), INDEX_TYPE)
    bursts = 0
    for number, (cell, place) in enumerate(zip(settings.cells, places, strict=True)):
        rows = slice(number * count, (number + 1) * count)
        with np.load(place, allow_pickle=False) as kept:
            windows[rows] = kept["windows"]
            # Bursts that gave no window have a number in the cell, and none in the set.
            names, numbers = np.unique(kept["bursts"], return_inverse=True)
            index["start"][rows] = kept["starts"]
        index["modulation"][rows] = settings.modulations.index(cell.modulation)
        index["snr_db"][rows] = cell.snr_db
        index["burst"][rows] = bursts + numbers
        bursts += len(names)
    parts = windows.view(np.float32).reshape(len(windows), WINDOW, 2)
    return _manifest(settings, bursts), parts, index


def _manifest(settings: GenerateSettings, bursts: int) -> Manifest:
    return Manifest(
        profile=settings.profile,
        modulations=settings.modulations,
        snrs_db=settings.snrs_db,
        windows_per_cell=settings.windows_per_cell,
        seed=settings.seed,
        sample_rate=SAMPLE_RATE,
        samples_per_symbol=SAMPLES_PER_SYMBOL,
        bursts=bursts,
        versions=_versions(),
    )


def _versions() -> dict[str, str]:
    """Of what decides the windows, beside the settings."""
    return {
        "gnuradio": gr.version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
    }
