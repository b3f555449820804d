# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The thesis's tables and figures of modulation recognition."""

import csv
from collections.abc import Callable
from typing import Any

import pytest

from dlcomm_train import contract
from dlcomm_train.compress import Prune
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.recognition.train import train_classifier
from gnuradio.dlcomm.reproduce.catalogue import all_items, select
from gnuradio.dlcomm.reproduce.compressed_classifiers import (
    classifier_costs,
    compressed_classifier,
    learning,
)
from gnuradio.dlcomm.reproduce.context import unseen
from gnuradio.dlcomm.reproduce.items import mixed7_5b

LEAST = "distilled VT-CNN2, half of the filters, 90 % of the rest pruned, int8"


@pytest.fixture(scope="module")
def small(
    tones: Dataset, tmp_path_factory: pytest.TempPathFactory, small_classifier: dict[str, Any]
) -> str:
    """The folder of a small classifier that stands for all others."""
    folder = tmp_path_factory.mktemp("models") / "small"
    folder.mkdir()
    trained = train_classifier(ClassifierConfig(name="small", **small_classifier), tones)
    contract.save(trained.model, folder / "classifier.onnx")
    return str(folder)


def test_items_are_there_in_the_order_of_the_thesis() -> None:
    found = [name for name, item in all_items().items() if not item.models]
    assert found == ["fig2.11", "fig4.2", "tab4.3", "tab4.4", "tab4.5", "fig5.1", "mixed7.5b"]


@pytest.mark.parametrize(("name", "total"), [("tab4.3", "9,278,475"), ("tab4.4", "2,830,427")])
def test_parameters(quick_context: Callable, name: str, total: str) -> None:
    context = quick_context(name)
    (item,) = select([name])
    findings = item.run(context)
    (together,) = (found for found in findings if "together" in found.quantity)
    assert together.ours == together.thesis == total
    for found in findings:
        if ", layer " in found.quantity:
            assert found.ours.rpartition(": ")[2] == found.thesis.rpartition(": ")[2]


def test_times(quick_context: Callable) -> None:
    context = quick_context("tab4.5")
    (item,) = select(["tab4.5"])
    findings = item.run(context)
    assert context.tables == ["tab4.5.csv"]
    (ratio,) = (found for found in findings if found.quantity == "teacher over student")
    # Five times the multiply-accumulates and three times the weights take longer.
    assert float(ratio.ours) > 1.5


def test_a_compressed_classifier_is_made_once(
    quick_context: Callable, small: str, tones: Dataset
) -> None:
    context, told = quick_context("x"), []
    context.making = lambda name: (told.append(name), unseen(name))[1]

    def made(rate: float) -> str:
        steps = [Prune(rate=rate, retraining=learning(context, 3))]
        return compressed_classifier(context, small, "p", steps, tones.folder)

    first = made(0.5)
    assert made(0.5) == first and told == ["p"]
    assert made(0.6) != first and told == ["p", "p"]
    assert context.trained
    before, after = classifier_costs(small), classifier_costs(first)
    assert after.macs == before.macs and after.nonzero_macs < before.nonzero_macs
    assert after.weight_bits < before.weight_bits


def test_mixtures(
    quick_context: Callable, small: str, tones: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small network of three classes in every role."""
    monkeypatch.setattr(mixed7_5b, "classifier", lambda context, name: small)
    monkeypatch.setattr(mixed7_5b, "dataset_folder", lambda context, profile: tones.folder)
    context = quick_context("mixed7.5b")
    findings = {found.quantity: found.ours for found in mixed7_5b.ITEM.run(context)}
    costs = {name: text for name, text in findings.items() if name.endswith(", costs")}
    assert len(costs) == 9 and "1/1.0; " in costs["VT-CNN2, costs"]
    assert context.pictures == ["mixed7.5b.png"]
    assert context.tables == ["mixed7.5b.csv", "mixed7.5b-costs.csv"]
    with (context.folder / "mixed7.5b-costs.csv").open(newline="") as file:
        rows = {row["classifier"]: row for row in csv.DictReader(file)}
    full, least = (rows[name] for name in ("VT-CNN2", LEAST))
    assert int(least["macs"]) < int(full["macs"])
    assert float(least["challenge_cost"]) < float(full["challenge_cost"]) / 10
