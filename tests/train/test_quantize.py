# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""int8 models really are int8, and lose next to nothing."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from dlcomm_train import contract
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.models.quantize import QuantizationConfig, calibration_symbols, quantize_pair
from dlcomm_train.models.statistics import cost


@pytest.fixture(scope="module", params=["ae_7_4", "ae_7_4_compact"])
def pairs(request, models_dir) -> tuple[Pair, Pair]:
    """A shipped float pair and its int8 version, quantized here."""
    pair = Pair.load(models_dir / request.param)
    return pair, quantize_pair(pair, "quantized")


def _gemm_weights(model: onnx.ModelProto) -> list[int]:
    """Stored types of the weights and biases that reach a Gemm."""
    constants = {tensor.name: tensor.data_type for tensor in model.graph.initializer}
    origin = {
        node.output[0]: node.input[0]
        for node in model.graph.node
        if node.op_type == "DequantizeLinear"
    }
    return [
        constants[origin[name]]
        for node in model.graph.node
        if node.op_type == "Gemm"
        for name in node.input[1:]
    ]


def test_every_weight_is_int8_and_every_activation_is_quantized(pairs):
    for model in (pairs[1].encoder, pairs[1].decoder):
        types = _gemm_weights(model)
        assert types == [TensorProto.INT8, TensorProto.INT32] * (len(types) // 2)
        producers = {node.output[0]: node.op_type for node in model.graph.node}
        for node in model.graph.node:
            if node.op_type == "Gemm":
                assert producers[node.input[0]] == "DequantizeLinear"
        assert "QuantizeLinear" in producers.values()


def test_logits_are_not_quantized(pairs):
    node = next(
        node for node in pairs[1].decoder.graph.node if "logits" in node.output
    )
    assert node.op_type == "Gemm"


def test_power_is_exact(pairs):
    codebook = codebook_of(pairs[1].encoder).astype(np.float64)
    assert np.square(codebook).mean() == pytest.approx(0.5, abs=1e-5)


def test_contract_and_recipe(pairs):
    for model in (pairs[1].encoder, pairs[1].decoder):
        link = contract.check(model)
        assert link.link == "quantized"
        assert link.recipe["quantization"]["config"]["seed"] == 2_000_003
        assert "config" in link.recipe


def test_same_settings_same_bytes(pairs):
    again = quantize_pair(pairs[0], "quantized")
    for first, second in (
        (pairs[1].encoder, again.encoder),
        (pairs[1].decoder, again.decoder),
    ):
        assert first.SerializeToString() == second.SerializeToString()


def test_counts_are_those_of_the_float_model(pairs):
    for full, small in (
        (pairs[0].encoder, pairs[1].encoder),
        (pairs[0].decoder, pairs[1].decoder),
    ):
        assert cost(full).parameters == cost(small).parameters
        assert cost(full).operations == cost(small).operations


def test_error_rate_stays(pairs):
    # The same noise for both, so that most of the chance cancels; 3 % is the promise.
    counts = [pair.count_block_errors(4.0, 5, 1 << 30, 1 << 19) for pair in pairs]
    assert counts[1][0] < 1.03 * counts[0][0]


def test_calibration_data_is_explicit(pairs):
    link = contract.check(pairs[1].encoder)
    codebook = codebook_of(pairs[1].encoder)
    config = QuantizationConfig(ebn0_db=(3.0,), messages=100)
    first = calibration_symbols(codebook, link, config)
    assert first.shape == (112, 7) and first.dtype == np.float32
    assert np.array_equal(first, calibration_symbols(codebook, link, config))
