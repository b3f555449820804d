# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measuring a classifier's accuracy: one flowgraph, and what it counted::

    windows with truth tags --> classifier --> sink
                                    |
                                    +--> record
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable

import numpy as np

from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.splits import Kind, Part
from gnuradio import blocks

from ..dlcomm_python import classification_sink_b, modulation_classifier_c, read_contract
from ..watched_flowgraph import WatchedFlowgraph
from .accuracy import Accuracy
from .bursts import design_effects
from .confusion import Confusion
from .dataset_source import dataset_source

Progress = Callable[[int, int], None]
"""Told how many windows are decided, and how many there are."""

_MAX_BATCH = 256
"""Windows at a time. Nobody waits for a single decision here."""


class AccuracyFlowgraph(WatchedFlowgraph):
    """The windows of a data set through a classifier into a sink that counts.

    Attributes:
        source, classifier, sink, record: the blocks.
    """

    def __init__(self, source: dataset_source, classifier: modulation_classifier_c) -> None:
        """Build the flowgraph.

        Args:
            source: the windows, not to be repeated.
            classifier: one that `fitting_classifier` gave for its data set.
        """
        super().__init__(f"accuracy of {classifier.model()}")
        self.source, self.classifier = source, classifier
        self.sink = classification_sink_b(classifier.labels())
        self.record = blocks.vector_sink_b()
        self.connect(source, classifier, self.sink)
        self.connect(classifier, self.record)

    def design_effects(self) -> dict[float, float]:
        """Windows that are worth one independent trial, by SNR label, after the run."""
        dataset, labels = self.source.dataset, self.classifier.labels()
        index = dataset.index[self.source.places]
        places = np.array([labels.index(name) for name in dataset.manifest.modulations])
        said = np.array(self.record.data(), np.uint8)
        return design_effects(said == places[index["modulation"]], index)


def measure(
    model: str | os.PathLike[str],
    dataset_folder: str | os.PathLike[str],
    split: Part = "test",
    seed: int = 1,
    progress: Progress | None = None,
    split_kind: Kind = "burst",
) -> Accuracy:
    """Decide every window of a part of a data set in a flowgraph, and count.

    Args:
        model: name of a classifier, its folder or its file.
        dataset_folder: folder of the data set.
        split: part of the data set.
        seed: seed of the split.
        progress: told how far it is, about five times a second and at the end.
        split_kind: ``burst``; or ``window``, which leaks: the result says so.

    Raises:
        ValueError: the data set cannot be used, does not fit the classifier, or the
            classifier learned from another split of the same data, so that it knows windows
            of the part.
        RuntimeError: the classifier cannot be loaded, or the flowgraph broke off.
        OSError: there is no room for the windows in their order.
    """
    text = os.fspath(model)
    source = dataset_source(dataset_folder, split, split_kind, seed)
    classifier = fitting_classifier(text, source.dataset, split_kind, seed)
    graph = AccuracyFlowgraph(source, classifier)
    total = source.windows()

    def watch() -> bool:
        """Pass on how far it is; never break off."""
        if progress is not None:
            progress(graph.sink.decisions(), total)
        return True

    begin = time.perf_counter()
    graph.run_watched(watch)
    seconds = time.perf_counter() - begin
    if graph.sink.error():
        raise ValueError(f"{text} on {dataset_folder}: {graph.sink.error()}")
    if graph.sink.decisions() != total:
        raise RuntimeError(
            f"{text} on {dataset_folder}: {graph.sink.decisions():,} windows were decided, "
            f"expected {total:,}"
        )
    watch()
    return Accuracy(
        model=text,
        profile=source.dataset.manifest.label,
        part=split,
        split=split_kind,
        seed=seed,
        windows_per_second=total / seconds,
        confusion=Confusion.of_sink(graph.sink, graph.design_effects()),
    )


def fitting_classifier(
    model: str, dataset: Dataset, kind: Kind, seed: int
) -> modulation_classifier_c:
    """A classifier that can be measured on a split of a data set.

    Args:
        model: its name, its folder or its file.
        dataset: the data set.
        kind: kind of the split.
        seed: seed of the split.

    Raises:
        ValueError: it takes other windows, does not know a class of the data set, or learned
            from another split of it.
        RuntimeError: it cannot be loaded.
    """
    classifier = modulation_classifier_c(model, max_batch=_MAX_BATCH)
    file, manifest = classifier.model(), dataset.manifest
    if classifier.window() != manifest.window:
        raise ValueError(
            f"{file}: takes windows of {classifier.window()} samples, expected "
            f"{manifest.window} as in {dataset.folder}"
        )
    for label in manifest.modulations:
        if label not in classifier.labels():
            raise ValueError(
                f"{file}: has the labels {', '.join(classifier.labels())}, expected {label!r} "
                f"of {dataset.folder} among them"
            )
    _check_split(file, dataset, kind, seed)
    return classifier


def _check_split(file: str, dataset: Dataset, kind: Kind, seed: int) -> None:
    """Make sure that a classifier did not learn from what it is going to be measured on.

    Its recipe says what it learned from; a model that does not say is taken as it is.

    Raises:
        ValueError: it learned from another split of the same data.
    """
    recipe = json.loads(read_contract(file)["recipe"])
    try:
        same_data = recipe["data"]["sha256"] == dataset.manifest.sha256
        learned = (recipe["config"]["split"], recipe["config"]["split_seed"])
    except (KeyError, TypeError):
        return
    if same_data and learned != (kind, seed):
        raise ValueError(
            f"{file}: learned from the split by {learned[0]}s with seed {learned[1]} of "
            f"{dataset.folder}, expected that by {kind}s with seed {seed}: it has seen windows "
            "that would be counted"
        )
