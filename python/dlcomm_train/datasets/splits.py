# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Splits of a data set into windows to train on, to choose by and to report on.

Windows of one burst share their channel, their data and, where they overlap, their samples. A
network can recognise a burst that it has seen, so that a split must keep bursts together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dlcomm_train.datasets.dataset import Dataset, DatasetError

Kind = Literal["burst", "window"]
"""``burst``: no burst is in two parts. ``window``: windows are dealt at random, as in the
published experiments. It leaks, and exists to compare with them only."""

Part = Literal["train", "validation", "test"]
"""Windows that a network learns from, that early stopping and choices use, and that figures
are reported on."""

SHARES = {"train": 0.6, "validation": 0.1, "test": 0.3}
"""What part of the windows of every class and SNR goes where, as nearly as bursts allow."""


@dataclass(frozen=True)
class Split:
    """Places of windows in a data set, int64, ascending.

    Attributes:
        train: to learn from.
        validation: to stop and choose by.
        test: to report on.
    """

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def part(self, name: Part) -> np.ndarray:
        """The part of this name."""
        return getattr(self, name)


def split(dataset: Dataset, kind: Kind = "burst", seed: int = 1) -> Split:
    """Split every class at every SNR label.

    Args:
        dataset: the windows.
        kind: whether bursts are kept together.
        seed: of the order in which bursts, or windows, are dealt.

    Raises:
        DatasetError: a class has too few bursts at some SNR label.
    """
    index = dataset.index
    rng = np.random.default_rng([seed, len(index)])
    units = index["burst"] if kind == "burst" else np.arange(len(index))
    cells = index["modulation"].astype(np.int64) * 256 + index["snr_db"]
    parts: dict[str, list[np.ndarray]] = {name: [] for name in SHARES}
    for cell in np.unique(cells):
        places = np.flatnonzero(cells == cell)
        for name, found in _deal(units[places], rng).items():
            if not found.any():
                row = index[places[0]]
                raise DatasetError(
                    f"{dataset.folder}: {dataset.manifest.modulations[row['modulation']]} at "
                    f"{row['snr_db']} dB has {len(np.unique(units[places]))} bursts, expected "
                    f"enough to have some in each of {', '.join(SHARES)}"
                )
            parts[name].append(places[found])
    return Split(**{name: np.sort(np.concatenate(found)) for name, found in parts.items()})


def _deal(units: np.ndarray, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Which of the windows with these `units` [n] go where: masks [n] by part."""
    names, counts = np.unique(units, return_counts=True)
    order = rng.permutation(len(names))
    # The share of the windows that the middle of each unit has reached.
    ends = np.cumsum(counts[order])
    middles = (ends - counts[order] / 2.0) / len(units)
    bounds = np.cumsum(list(SHARES.values()))[:-1]
    part = np.searchsorted(bounds, middles, side="right")
    # Few units may leave a part without any: it gets one of the part that has most.
    for empty in set(range(len(SHARES))) - set(part.tolist()):
        richest = np.bincount(part, minlength=len(SHARES)).argmax()
        if (part == richest).sum() > 1:
            part[np.flatnonzero(part == richest)[-1]] = empty
    return {
        name: np.isin(units, names[order][part == place])
        for place, name in enumerate(SHARES)
    }
