# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers with int8 weights and activations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto

from dlcomm_train import contract
from dlcomm_train.contract import ContractError
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.splits import split
from dlcomm_train.models.baselines import baseline_models
from dlcomm_train.models.classifier_cards import classifier_card
from dlcomm_train.models.quantize_classifier import ClassifierQuantization, quantize_classifier
from dlcomm_train.models.run_classifier import model_logits
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.recognition.train import train_classifier


def test_an_int8_classifier_decides_alike(
    tones: Dataset, small_classifier: dict[str, Any]
) -> None:
    model = train_classifier(ClassifierConfig(name="x", **small_classifier), tones).model
    found = quantize_classifier(model, tones, "x_int8")
    about = contract.check(found)
    assert about.recipe["quantization"]["config"]["windows"] == 2048
    assert "quantized to int8" in classifier_card(found, "x_int8")
    windows = tones.windows[split(tones).test]
    agree = model_logits(found, windows).argmax(1) == model_logits(model, windows).argmax(1)
    # Of 180 windows some lie so near a border that a rounding moves them.
    assert agree.mean() > 0.95
    weights = [t for t in found.graph.initializer if len(t.dims) > 1]
    assert weights and {t.data_type for t in weights} == {TensorProto.INT8}
    assert TensorProto.FLOAT not in {t.data_type for t in weights}
    again = quantize_classifier(model, tones, "x_int8")
    assert again.SerializeToString() == found.SerializeToString()


def test_logits_come_out_as_floats(tones: Dataset, small_classifier: dict[str, Any]) -> None:
    config = ClassifierConfig(name="x", **small_classifier | {"epochs": 1})
    model = train_classifier(config, tones).model
    found = quantize_classifier(model, tones, "x", ClassifierQuantization(windows=64))
    logits = model_logits(found, tones.windows[:50])
    # Quantized logits would be multiples of one step.
    assert len(np.unique(logits)) > 140


def test_other_models_are_refused(tones: Dataset) -> None:
    with pytest.raises(ContractError, match="is a decoder"):
        quantize_classifier(baseline_models("bpsk")[1], tones, "x")
