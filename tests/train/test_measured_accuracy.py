# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measured accuracies go into the classifiers and onto their cards."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from dlcomm_train import contract
from dlcomm_train.cli import app
from dlcomm_train.contract import Contract
from dlcomm_train.models.classifier_cards import classifier_files
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.models.run_classifier import load_classifier, model_logits
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.shipping.measured import RowsError
from dlcomm_train.shipping.measured_accuracy import read_accuracies, record_accuracies

SMALL = {"channels": (8, 8), "strides": (2, 2), "taps": 1}
ROW = {
    "set": "regenerated, historical", "windows": 66360, "right": 37826, "overall": 0.57,
    "overall_low": 0.566, "overall_high": 0.574, "peak": 0.881, "peak_low": 0.87,
    "peak_high": 0.892, "peak_snr_db": 12,
}  # fmt: skip


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder with two classifiers, as training writes them."""
    folder = tmp_path / "models"
    for name in ("amc_one", "amc_two"):
        config = ClassifierConfig(name=name, **SMALL)
        recipe = {
            "kind": "trained", "config": config.model_dump(mode="json", exclude={"name"}),
            "data": {"set": "regenerated, historical"},
        }  # fmt: skip
        about = Contract("classifier", labels=("BPSK", "QPSK"), window=32, recipe=recipe)
        torch.manual_seed(1)
        model = classifier_model(config.network(32, 2).eval(), about, name)
        (folder / name).mkdir(parents=True)
        for path, data in classifier_files(folder / name, model).items():
            path.write_bytes(data)
        (folder / name / "training.csv").write_text("epoch\n")
    return folder


def measured(path: Path, *changes: dict) -> Path:
    """Write what `dlcomm accuracy --json` writes, with these changes, one a classifier."""
    objects = []
    for change in changes:
        found = {
            "model": "amc_one", "profile": "regenerated, historical", "part": "test",
            "split": "burst", "seed": 1, "leaky": False, "measured": ROW, "counts": [],
        } | change  # fmt: skip
        objects.append(found)
    path.write_text(json.dumps(objects))
    return path


def rows(models: Path, name: str) -> list[dict]:
    """What a classifier says was measured of it."""
    return load_classifier(models / name)[1].measured


def test_rows_go_into_file_and_card(models, tmp_path):
    calibrated = ROW | {"set": "regenerated, calibrated", "peak": 0.9, "peak_high": 0.91}
    files = [
        measured(tmp_path / "a.json", {}, {"model": "amc_two"}),
        measured(tmp_path / "b.json", {"measured": calibrated}),
    ]
    before, _ = load_classifier(models / "amc_one")
    runner = CliRunner()
    result = runner.invoke(app, ["record-accuracy", *map(str, files), "--models", str(models)])
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == ["recorded amc_one", "recorded amc_two"]
    assert rows(models, "amc_one") == [calibrated, ROW]
    assert rows(models, "amc_two") == [ROW]
    card = (models / "amc_one" / "CARD.md").read_text()
    assert "| regenerated, historical | 66,360 | 37,826 | 57.00% [56.60%, 57.40%] " in card
    assert "88.10% [87.00%, 89.20%] at 12 dB |" in card
    assert (models / "amc_one" / "training.csv").read_text() == "epoch\n"
    # The network is the one that it was.
    after, about = load_classifier(models / "amc_one")
    contract.check(after)
    windows = np.random.default_rng(1).normal(size=(5, 32, 2)).astype(np.float32)
    np.testing.assert_array_equal(model_logits(before, windows), model_logits(after, windows))
    assert about.recipe["data"]["set"] == "regenerated, historical"


def test_a_new_row_replaces_the_old_one_of_its_set(models, tmp_path):
    record_accuracies(models, read_accuracies(measured(tmp_path / "a.json", {})))
    better = ROW | {"right": 40000, "overall": 0.6, "overall_high": 0.61}
    found = read_accuracies(measured(tmp_path / "a.json", {"measured": better}))
    assert record_accuracies(models, found) == ["amc_one"]
    assert rows(models, "amc_one") == [better]
    content = (models / "amc_one" / "classifier.onnx").read_bytes()
    record_accuracies(models, found)
    assert (models / "amc_one" / "classifier.onnx").read_bytes() == content


def test_a_missing_classifier_writes_nothing(models, tmp_path):
    path = measured(tmp_path / "a.json", {}, {"model": "amc_none"})
    with pytest.raises(contract.ContractError, match="amc_none"):
        record_accuracies(models, read_accuracies(path))
    assert rows(models, "amc_one") == []


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"split": "window"}, "test part of the split by windows, expected the test part"),
        ({"part": "train"}, "train part of the split by bursts, expected the test part"),
        ({"model": "../amc_one"}, "model is '../amc_one', expected the name of a model"),
        ({"model": "/elsewhere/amc_one"}, "expected the name of a model"),
        ({"measured": ROW | {"right": 66361}}, "contradict each other"),
        ({"measured": ROW | {"overall_low": 0.58}}, "contradict each other"),
        ({"measured": ROW | {"peak": 0.5, "peak_low": 0.4}}, "contradict each other"),
        ({"measured": ROW | {"overall": 1.5}}, "less than or equal to 1"),
        ({"measured": ROW | {"windows": 0}}, "greater than or equal to 1"),
        ({"measured": ROW | {"seed": 1}}, "not permitted"),
        ({"measured": {}}, "required"),
        ({"part": "exam"}, "'train', 'validation' or 'test'"),
    ],
)
def test_what_no_model_shall_say_is_refused(change, text, tmp_path):
    path = measured(tmp_path / "a.json", change)
    with pytest.raises(RowsError) as error:
        read_accuracies(path)
    assert str(path) in str(error.value) and text in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"{}", b"[3]"])
def test_other_files_are_refused(content, tmp_path):
    path = tmp_path / "a.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RowsError, match="a.json: "):
        read_accuracies(path)
