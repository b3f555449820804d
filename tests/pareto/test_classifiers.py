# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers as candidates: what they are made of, and how their counts are kept."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlcomm_train import contract
from dlcomm_train.compress.compositions import step_kinds
from dlcomm_train.contract import Contract
from dlcomm_train.datasets.dataset import Dataset, write_dataset
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.models.run_classifier import load_classifier
from dlcomm_train.recognition.config import ClassifierConfig
from gnuradio.dlcomm.pareto.candidate import make_candidate
from gnuradio.dlcomm.pareto.classifiers import (
    CLASSIFIER,
    ClassifierCounting,
    ClassifierSource,
    counts_of,
    open_marked,
)
from gnuradio.dlcomm.pareto.evaluation import compress_in_worker, count_in_worker
from gnuradio.dlcomm.pareto.grid import usual_classifier_grid, usual_classifier_search
from gnuradio.dlcomm.recognition.accuracy import Accuracy
from gnuradio.dlcomm.recognition.confusion import Confusion

QUANTIZE = {"kind": "quantize", "bits": 4}
PRUNE = {"kind": "prune", "rate": 0.5}


@pytest.fixture
def classifier(tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]) -> Path:
    """The folder of an untrained classifier."""
    labels, window = tones.manifest.modulations, tones.manifest.window
    network = ClassifierConfig(name="x", **small_classifier).network(window, len(labels))
    folder = tmp_path / "x"
    folder.mkdir()
    about = Contract("classifier", labels=labels, window=window)
    contract.save(classifier_model(network.eval(), about, "x"), folder / CLASSIFIER)
    return folder


@pytest.fixture
def source(classifier: Path, tones: Dataset) -> ClassifierSource:
    """It, to be compressed."""
    return ClassifierSource.read(str(classifier), tones.folder, {"epochs": 1, "batch": 64})


@pytest.fixture
def counting(source: ClassifierSource) -> ClassifierCounting:
    """Validation and test part."""
    return ClassifierCounting(source.dataset, source.data_mark, seed=1)


def accuracy(part: str, right: list[int], of: int = 100) -> Accuracy:
    """Two classes at two SNR labels, as many right as said at each."""
    counts = [[[n, of - n, 0], [of - n, n, 0]] for n in right]
    confusion = Confusion(("a", "b"), (0.0, 10.0), np.array(counts))
    return Accuracy("m", "regenerated, calibrated", part, "burst", 1, 1e3, confusion)


def test_the_id_covers_classifier_data_steps_and_retraining(
    source: ClassifierSource, classifier: Path, tones: Dataset, tmp_path: Path
) -> None:
    found = make_candidate(source, [PRUNE])
    assert make_candidate(source, [PRUNE]).id == found.id
    # What is left out is what the source has; what is said is as said.
    assert '"epochs": 1' in found.steps and found.label == "prune (rate 0.5)"
    said = PRUNE | {"retraining": {"batch": 64}}
    assert make_candidate(source, [said]).id == found.id
    assert make_candidate(source, [PRUNE | {"retraining": {"epochs": 2}}]).id != found.id
    other = tmp_path / "other"
    write_dataset(other, tones.manifest, tones.windows[::-1], tones.index[::-1])
    moved = ClassifierSource.read(str(classifier), other, source.retraining)
    assert make_candidate(moved, [PRUNE]).id != found.id
    with pytest.raises(ValueError, match="is another data set here"):
        open_marked(str(other), source.data_mark)


def test_teachers_belong_to_a_candidate(source: ClassifierSource, classifier: Path) -> None:
    def taught(*teachers: str) -> Any:
        return make_candidate(source, [PRUNE | {"retraining": {"teachers": teachers}}])

    assert taught("self").others == ()
    (other,) = taught("self", str(classifier)).others
    assert other[0] == str(classifier)
    with pytest.raises(OSError, match="no_such"):
        taught("no_such")


def test_a_worker_compresses_and_counts(
    source: ClassifierSource, counting: ClassifierCounting, tmp_path: Path
) -> None:
    told: list[tuple[Any, ...]] = []

    def report(*values: Any) -> bool:
        told.append(values)
        return True

    candidate = make_candidate(source, [PRUNE, QUANTIZE])
    files = compress_in_worker(report, source, candidate)
    (tmp_path / CLASSIFIER).write_bytes(files[CLASSIFIER])
    model, about = load_classifier(tmp_path)
    assert model.graph.name == f"x_{candidate.id[:8]}"
    assert [note["kind"] for note in about.recipe["compression"]] == ["prune", "quantize"]
    assert told and all(0.0 <= share <= 1.0 for _, share in told)
    told.clear()
    found = count_in_worker(report, files, candidate.id, counting)
    # Of 100 windows for each class and label, a tenth and three tenths.
    sizes = {one.part: one.confusion.windows for one in found}
    assert sizes == {"validation": 60, "test": 180}
    assert counting.advance(told[-1]) == (1.0, "180 of 180 windows, test part")
    path = tmp_path / counting.file
    assert counting.known(path, candidate.id) is None
    counting.keep(path, found)
    assert counting.known(path, candidate.id).columns == counts_of(found).columns


def test_a_search_does_not_see_the_test_part(
    counting: ClassifierCounting, tmp_path: Path
) -> None:
    quick, path = counting.quick(100), tmp_path / "accuracy.json"
    assert quick.parts == ("validation",)
    quick.keep(path, [accuracy("validation", [40, 60])])
    assert quick.known(path, "m").judged.value == pytest.approx(0.5)
    assert counting.known(path, "m") is None
    # Both are kept, and what was counted in full answers the quick count.
    counting.keep(path, [accuracy("validation", [40, 60]), accuracy("test", [30, 50])])
    full = counting.known(path, "m")
    assert (full.judged.value, full.shown.value) == pytest.approx((0.5, 0.6))
    assert full.shown.errors == 240 and full.shown.low < 0.6 < full.shown.high
    assert full.columns["test_peak_snr_db"] == 10
    assert (full.columns["test_peak_right"], full.columns["test_peak_windows"]) == (100, 200)
    assert quick.known(path, "m").judged == full.judged


def test_foreign_counts_are_one_line(counting: ClassifierCounting, tmp_path: Path) -> None:
    path = tmp_path / "accuracy.json"
    path.write_text('[{"model": 1}]')
    with pytest.raises(ValueError, match="accuracy.json") as error:
        counting.known(path, "m")
    assert len(str(error.value).splitlines()) == 1


def test_other_data_at_a_worker_is_told(
    source: ClassifierSource, counting: ClassifierCounting
) -> None:
    other = replace(counting, data_mark="0")
    with pytest.raises(ValueError, match="is another data set here"):
        count_in_worker(lambda *values: True, source.files, "x", other)


@pytest.mark.parametrize("usual", [usual_classifier_grid, usual_classifier_search])
def test_usual_spaces_can_be_read(source: ClassifierSource, usual: Callable) -> None:
    found = [make_candidate(source, x) for x in usual(step_kinds()).compositions()]
    assert len({one.id for one in found}) == len(found) > 25
