# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Accuracy measured by a flowgraph against what numpy counts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from classifier_files import weights, write_classifier
from made import WEIGHTS
from sets import IN_A_BURST, MODULATIONS, SNRS_DB, WINDOW, random_arrays, write

from dlcomm_train.datasets.splits import split
from gnuradio.dlcomm.recognition.bursts import design_effects
from gnuradio.dlcomm.recognition.measure import measure


def counted(dataset, places: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Counts [SNR, true, said] of these windows."""
    counts = np.zeros((len(SNRS_DB), len(MODULATIONS), len(MODULATIONS) + 1), int)
    rows = dataset.index[places]
    snr = np.searchsorted(SNRS_DB, rows["snr_db"])
    np.add.at(counts, (snr, rows["modulation"], said[places]), 1)
    return counts


@pytest.mark.parametrize("part", ["train", "validation", "test"])
@pytest.mark.parametrize("kind", ["burst", "window"])
def test_counts_are_those_of_numpy(dataset, model, said, part, kind):
    found = measure(model, dataset.folder, part, 5, split_kind=kind)
    places = split(dataset, kind, 5).part(part)
    np.testing.assert_array_equal(
        found.confusion.counts, counted(dataset, places, said)
    )
    assert found.confusion.labels == MODULATIONS
    assert found.confusion.snrs_db == SNRS_DB
    assert (found.model, found.profile) == (model, "regenerated, calibrated")
    assert (found.part, found.split, found.seed) == (part, kind, 5)
    assert found.leaky == (kind == "window")
    assert found.windows_per_second > 0.0


def test_labels_in_another_order(dataset, tmp_path, said):
    """Classes go by their names, and the classifier may know more of them."""
    order = [2, 0, 1]
    weight = np.concatenate([np.zeros((1, 2 * WINDOW), np.float32), WEIGHTS[order]])
    # The extra label's logit is 0: decided where all others are negative.
    labels = ["noise", *(MODULATIONS[place] for place in order)]
    model = write_classifier(tmp_path / "classifier.onnx", weight, labels)
    found = measure(model, dataset.folder).confusion
    places = split(dataset).test
    flat = dataset.windows[places].reshape(len(places), -1).astype(np.float64)
    decided = (flat @ weight.T.astype(np.float64)).argmax(axis=1)
    true = np.array([labels.index(name) for name in MODULATIONS])
    true = true[dataset.index["modulation"][places]]
    assert found.right == (decided == true).sum()
    assert found.labels == tuple(labels)
    assert not found.counts[:, 0].any() and found.windows == len(places)


def test_windows_of_a_burst_that_are_alike_are_few_trials(tmp_path):
    """Labels in another order than the data set's, windows in another than is stored."""
    windows, index = random_arrays()
    # All windows of a burst are its first one.
    _, firsts, bursts = np.unique(index["burst"], return_index=True, return_inverse=True)
    dataset = write(tmp_path / "set", windows[firsts[bursts]], index)
    order = [2, 0, 1]
    labels = [MODULATIONS[place] for place in order]
    model = write_classifier(tmp_path / "classifier.onnx", WEIGHTS[order], labels)
    found = measure(model, dataset.folder, "train").confusion
    places = split(dataset).train
    flat = dataset.windows[places].reshape(len(places), -1).astype(np.float64)
    decided = (flat @ WEIGHTS.T.astype(np.float64)).argmax(axis=1)
    rows = dataset.index[places]
    effects = design_effects(decided == rows["modulation"], rows)
    assert found.clusters == pytest.approx([effects[snr] for snr in SNRS_DB])
    assert max(found.clusters) > 0.5 * IN_A_BURST


def test_windows_that_hold_nothing_are_unknown(tmp_path, model):
    windows, index = random_arrays()
    windows[::7] = 0.0
    windows[1::7, 3] = np.nan
    dataset = write(tmp_path / "set", windows, index)
    found = measure(model, dataset.folder).confusion
    assert found.unknown == (split(dataset).test % 7 < 2).sum() > 0
    assert found.windows == len(split(dataset).test)


def test_progress_is_told(dataset, model):
    told = []
    measure(model, dataset.folder, progress=lambda done, total: told.append((done, total)))
    total = len(split(dataset).test)
    assert told == sorted(told) and told[-1] == (total, total)
    assert all(of == total for _, of in told)


def test_other_windows_are_refused(dataset, tmp_path):
    model = write_classifier(
        tmp_path / "classifier.onnx", weights(1, 3, 32), list(MODULATIONS)
    )
    with pytest.raises(ValueError, match="takes windows of 32 samples, expected 16 as in"):
        measure(model, dataset.folder)


def test_unknown_classes_are_refused_by_name(dataset, tmp_path):
    labels = ["BPSK", "16QAM", "WBFM"]
    model = write_classifier(tmp_path / "classifier.onnx", WEIGHTS, labels)
    with pytest.raises(ValueError) as error:
        measure(model, dataset.folder)
    assert "has the labels BPSK, 16QAM, WBFM, expected 'QAM16' of" in str(error.value)


@pytest.fixture
def trained(dataset, tmp_path):
    """Writes the classifier with a recipe that says it learned from this split."""

    def make(kind: str, seed: int, sums: dict | None = None) -> str:
        path = write_classifier(tmp_path / "classifier.onnx", WEIGHTS, list(MODULATIONS))
        model = onnx.load(path)
        recipe = {
            "config": {"split": kind, "split_seed": seed},
            "data": {"sha256": sums or dataset.manifest.sha256},
        }
        for entry in model.metadata_props:
            if entry.key == "dlcomm.recipe":
                entry.value = json.dumps(recipe)
        Path(path).write_bytes(model.SerializeToString())
        return path

    return make


@pytest.mark.parametrize(
    ("learned", "kind", "seed"),
    [(("burst", 2), "burst", 1), (("window", 1), "burst", 1), (("burst", 1), "window", 1)],
)
def test_windows_that_were_learned_are_not_counted(dataset, trained, learned, kind, seed):
    model = trained(*learned)
    with pytest.raises(ValueError) as error:
        measure(model, dataset.folder, seed=seed, split_kind=kind)
    assert f"learned from the split by {learned[0]}s with seed {learned[1]}" in str(error.value)
    assert measure(model, dataset.folder, seed=learned[1], split_kind=learned[0])


def test_what_was_learned_from_other_data_may_be_measured(dataset, trained):
    model = trained("burst", 2, {"windows.npy": "0" * 64})
    assert measure(model, dataset.folder, seed=1).confusion.windows
