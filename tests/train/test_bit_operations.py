# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Bit operations and bits of weights, counted on files of classifiers."""

from __future__ import annotations

import numpy as np
import onnx
import pytest

from dlcomm_train.compress import Prune, Quantize, compress_file
from dlcomm_train.contract import Contract
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.models.bit_operations import BitCosts, bit_costs
from dlcomm_train.models.classifier_cards import classifier_card
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.models.quantize_classifier import ClassifierQuantization, quantize_classifier
from dlcomm_train.recognition.config import ClassifierConfig

# First convolution and dense layer; depthwise and pointwise filters of the only block.
FIRST, DEPTHWISE, POINTWISE, DENSE = 2 * 8 * 7, 8 * 5, 8 * 16, 16 * 3
WEIGHTS = FIRST + DEPTHWISE + POINTWISE + DENSE
MACS = 64 * FIRST + 32 * (DEPTHWISE + POINTWISE) + DENSE


@pytest.fixture(scope="module")
def model() -> onnx.ModelProto:
    """A classifier of windows of 64 with random weights."""
    config = ClassifierConfig(name="x", channels=(8, 16), strides=(1, 2), taps=1)
    about = Contract("classifier", labels=("low", "middle", "high"), window=64)
    return classifier_model(config.network(64, 3).eval(), about, "x")


def test_a_float_classifier(model: onnx.ModelProto) -> None:
    assert bit_costs(model) == BitCosts(MACS, MACS, MACS * 32 * 32, WEIGHTS * 32)


def test_four_bits(model: onnx.ModelProto) -> None:
    found = bit_costs(compress_file(model, [Quantize(bits=4)]).model)
    assert found.macs == MACS
    # Only the weights have fewer bits; a few of them are zero.
    assert found.bit_operations == pytest.approx(MACS * 4 * 32, rel=0.05)
    assert found.bit_operations <= MACS * 4 * 32
    assert found.weight_bits <= WEIGHTS * 4


def test_pruned_weights_cost_nothing(model: onnx.ModelProto) -> None:
    step = Prune(rate=0.5, scope="layer", retraining=None)
    found = bit_costs(compress_file(model, [step]).model)
    assert found.nonzero_macs == MACS // 2
    assert found.weight_bits == WEIGHTS // 2 * 32


def test_int8_multiplies_eight_by_eight_bits(model: onnx.ModelProto, tones: Dataset) -> None:
    settings = ClassifierQuantization(windows=64)
    found = bit_costs(quantize_classifier(model, tones, "x", settings))
    assert found.macs == MACS
    assert found.bit_operations <= MACS * 8 * 8
    assert found.bit_operations > 0.6 * MACS * 8 * 8
    assert found.weight_bits <= WEIGHTS * 8


def test_the_baseline_of_the_challenge_costs_one() -> None:
    assert BitCosts(0, 0, 807_699_904, 1_244_936).challenge == 1.0
    # Its winner, by the two figures that were published of it.
    winner = BitCosts(0, 0, 19_200_000, 1784 * 6)
    assert np.isclose(winner.challenge, 0.0162, atol=1e-4)


def test_cards_tell_the_costs(model: onnx.ModelProto) -> None:
    card = classifier_card(model, "x")
    assert f"| bit operations per window | {MACS * 1024:,} |" in card
    assert f"| cost as in the challenge of 2021 | {bit_costs(model).challenge:.4f} |" in card
