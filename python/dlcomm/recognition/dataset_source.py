# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The windows of a data set as a stream that says what it carries."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pmt

from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.splits import Kind, Part, split
from gnuradio import blocks, gr

Order = Literal["shuffled", "stored"]
"""``shuffled``: drawn from the seed. ``stored``: as in the data set."""

_CHUNK = 4096
"""Windows that are in memory at a time while they are set in order."""


class dataset_source(gr.hier_block2):  # noqa: N801  (as the blocks of GNU Radio)
    """Plays windows of a data set, one after the other, with truth tags.

    Output 0 is a complex stream. On the first sample of every window stands a tag ``truth``
    with a dictionary of ``modulation`` (a name of the manifest) and ``snr_db``: windows are
    no neighbours in time, and a tag of the same truth marks the seam between two of them.

    The windows lie in a temporary file, in the order in which they are played, which has no
    name any more and goes with the block; memory holds a few thousand of them at most.
    Blocks of GNU Radio play it.

    Attributes:
        dataset: the data set.
        places: places of the windows in it, in the order in which they are played, int64.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        part: Part = "test",
        split_kind: Kind = "burst",
        seed: int = 1,
        order: Order = "shuffled",
        order_seed: int = 1,
        repeat: bool = False,
    ) -> None:
        """Make the source.

        Args:
            folder: folder of the data set.
            part: ``train``, ``validation`` or ``test``.
            split_kind: ``burst``: no burst is in two parts; ``window``: as in the published
                experiments, but leaky.
            seed: seed of the split; the one that a network was trained with, or it may have
                seen bursts of every part.
            order: ``shuffled``, or ``stored`` as in the data set.
            order_seed: seed of the shuffled order.
            repeat: begin again at the end, for ever.

        Raises:
            ValueError: the data set cannot be used, or an argument is none of these.
            OSError: there is no room for the temporary file.
        """
        gr.hier_block2.__init__(
            self,
            "dataset_source",
            gr.io_signature(0, 0, 0),
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
        )
        for name, value, known in (
            ("part", part, ("train", "validation", "test")),
            ("split_kind", split_kind, ("burst", "window")),
            ("order", order, ("shuffled", "stored")),
        ):
            if value not in known:
                raise ValueError(f"{name}: found {value!r}, expected {' or '.join(known)}")
        self.dataset = Dataset.open(Path(folder))
        places = split(self.dataset, split_kind, seed).part(part)
        if order == "shuffled":
            places = np.random.default_rng(order_seed).permutation(places)
        self.places = places

        window = self.dataset.manifest.window
        windows = _play(self.dataset, places, repeat)
        # Tags cost least at the pace of windows, on a stream of bytes beside them.
        truths = blocks.vector_source_b(
            [0] * len(places), repeat, 1, _truth_tags(self.dataset, places)
        )
        join = blocks.tag_share(gr.sizeof_gr_complex * window, gr.sizeof_char)
        stream = blocks.vector_to_stream(gr.sizeof_gr_complex, window)
        self.connect(windows, (join, 0))
        self.connect(truths, (join, 1))
        self.connect(join, stream, self)

    def windows(self) -> int:
        """Windows until the end, or until it begins again."""
        return len(self.places)

    def labels(self) -> list[str]:
        """Names of the classes, in the order of the data set."""
        return list(self.dataset.manifest.modulations)


def _play(dataset: Dataset, places: np.ndarray, repeat: bool) -> blocks.file_source:
    """A source of the windows at `places`, one a vector."""
    with tempfile.NamedTemporaryFile(prefix="dlcomm-windows-") as file:
        for first in range(0, len(places), _CHUNK):
            # In the order of the file first: reading back and forth is slow on a disk.
            chunk = places[first : first + _CHUNK]
            order = np.argsort(chunk)
            windows = np.empty((len(chunk), *dataset.windows.shape[1:]), np.float32)
            windows[order] = dataset.windows[chunk[order]]
            file.write(windows.tobytes())
        file.flush()
        # The block holds the file open; the name is not needed from here on.
        return blocks.file_source(
            gr.sizeof_gr_complex * dataset.manifest.window, file.name, repeat
        )


def _truth_tags(dataset: Dataset, places: np.ndarray) -> Sequence[gr.tag_t]:
    """A tag for each of the windows at `places`, offsets counted in windows."""
    key = pmt.intern("truth")
    # One value for each kind of truth: 66,000 dictionaries would be alike.
    values: dict[tuple[int, int], object] = {}
    tags = []
    for offset, row in enumerate(dataset.index[places].tolist()):
        modulation, snr_db = row[:2]
        if (modulation, snr_db) not in values:
            name = dataset.manifest.modulations[modulation]
            values[modulation, snr_db] = pmt.to_pmt(
                {"modulation": name, "snr_db": float(snr_db)}
            )
        tag = gr.tag_t()
        tag.offset, tag.key, tag.value = offset, key, values[modulation, snr_db]
        tags.append(tag)
    return tags
