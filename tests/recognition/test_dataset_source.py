# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""dataset_source: which windows it plays, in which order, and under which tags."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from harness import collected, finish
from sets import MODULATIONS, WINDOW, random_arrays, write

from dlcomm_train.datasets.splits import split
from gnuradio import blocks, gr
from gnuradio.dlcomm.recognition import dataset_source as module
from gnuradio.dlcomm.recognition.dataset_source import dataset_source


def play(source: dataset_source, windows: int | None = None):
    """What the source gives, to its end or for so many windows."""
    sink = blocks.vector_sink_c()
    graph = gr.top_block()
    if windows is None:
        graph.connect(source, sink)
    else:
        head = blocks.head(gr.sizeof_gr_complex, windows * WINDOW)
        graph.connect(source, head, sink)
    finish(graph)
    return collected(sink, np.complex64)


def expected(dataset, places: np.ndarray):
    """The samples, and the tags, of the windows at these places."""
    samples = dataset.windows[places].reshape(-1, 2).copy().view(np.complex64).ravel()
    tags = [
        (
            number * WINDOW, "truth",
            {"modulation": MODULATIONS[row["modulation"]], "snr_db": float(row["snr_db"])},
        )
        for number, row in enumerate(dataset.index[places])
    ]  # fmt: skip
    return samples, tags


def assert_plays(output, dataset, places: np.ndarray) -> None:
    samples, tags = expected(dataset, places)
    np.testing.assert_array_equal(output.items, samples)
    assert output.tags == tags


@pytest.mark.parametrize("part", ["train", "validation", "test"])
@pytest.mark.parametrize("kind", ["burst", "window"])
@pytest.mark.parametrize("chunk", [1, 7, 4096])
def test_it_plays_a_part_of_a_split(dataset, part, kind, chunk, monkeypatch):
    """However many windows are in memory at a time."""
    monkeypatch.setattr(module, "_CHUNK", chunk)
    source = dataset_source(dataset.folder, part, kind, seed=4)
    places = split(dataset, kind, 4).part(part)
    assert source.windows() == len(places)
    assert sorted(source.places) == places.tolist() != source.places.tolist()
    assert_plays(play(source), dataset, source.places)


def test_stored_order(dataset):
    source = dataset_source(dataset.folder, order="stored")
    assert source.places.tolist() == split(dataset).test.tolist()
    assert_plays(play(source), dataset, source.places)


def test_the_order_follows_from_its_seed(dataset):
    orders = [
        dataset_source(dataset.folder, order_seed=seed).places.tolist() for seed in (1, 1, 2)
    ]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2])


def test_it_begins_again(dataset):
    source = dataset_source(dataset.folder, repeat=True)
    count = source.windows()
    places = np.resize(source.places, 2 * count + 3)
    assert_plays(play(source, len(places)), dataset, places)


def test_labels_are_those_of_the_set(dataset):
    assert dataset_source(dataset.folder).labels() == list(MODULATIONS)


def test_samples_that_are_not_finite_are_played(tmp_path):
    windows, index = random_arrays()
    windows[:, 3] = np.nan
    windows[:, 4] = np.inf
    dataset = write(tmp_path / "set", windows, index)
    source = dataset_source(dataset.folder)
    np.testing.assert_array_equal(play(source).items, expected(dataset, source.places)[0])


def test_no_file_is_left(dataset, tmp_path, monkeypatch):
    """Not even while it plays: a program that is killed leaves nothing."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    source = dataset_source(dataset.folder)
    assert list(tmp_path.iterdir()) == []
    assert_plays(play(source), dataset, source.places)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"part": "exam"}, "part: found 'exam', expected train or validation or test"),
        ({"split_kind": "sample"}, "split_kind: found 'sample', expected burst or window"),
        ({"order": "random"}, "order: found 'random', expected shuffled or stored"),
    ],
)
def test_bad_arguments_are_refused(dataset, arguments, text):
    with pytest.raises(ValueError) as error:
        dataset_source(dataset.folder, **arguments)
    assert str(error.value) == text


def test_what_is_no_data_set_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="expected a data set"):
        dataset_source(tmp_path)
