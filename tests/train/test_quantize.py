# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""int8 models really are int8, and lose next to nothing."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from dlcomm_train import contract
from dlcomm_train.models.calibration import CalibrationError
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


def _saved(path, array):
    np.save(path, array)
    return QuantizationConfig(calibration=str(path))


def test_recorded_calibration_data_decide_the_ranges(pairs, tmp_path):
    pair = pairs[0]
    own = calibration_symbols(
        codebook_of(pairs[1].encoder), contract.check(pair.encoder), QuantizationConfig()
    )
    same = quantize_pair(pair, "quantized", _saved(tmp_path / "own.npy", own))
    larger = quantize_pair(pair, "quantized", _saved(tmp_path / "larger.npy", 4.0 * own))
    weights = [
        [tensor.SerializeToString() for tensor in found.decoder.graph.initializer]
        for found in (pairs[1], same, larger)
    ]
    assert weights[0] == weights[1] != weights[2]
    told = contract.check(same.decoder).recipe["quantization"]
    assert told["calibration"]["vectors"] == len(own)
    assert len(told["calibration"]["sha256"]) == 64


_GOOD = np.zeros((9, 7), np.float32)
_BAD_DATA = {
    "shape": (np.zeros((9, 6), np.float32), r"has shape \[9, 6\], expected \[b, 7\]"),
    "rank": (np.zeros(7, np.float32), r"has shape \[7\]"),
    "no row": (_GOOD[:0], r"has shape \[0, 7\]"),
    "type": (_GOOD.astype(np.float64), "has type float64, expected float32"),
    "NaN": (np.where(np.arange(9)[:, None] == 4, np.nan, _GOOD), "row 4 has NaN"),
    "infinity": (np.where(np.arange(9)[:, None] == 8, np.inf, _GOOD), "row 8 has NaN or inf"),
    "objects": (np.array([{}], object), "is not a .npy file"),
}


@pytest.mark.parametrize("what", _BAD_DATA)
def test_bad_calibration_data(pairs, tmp_path, what):
    array, message = _BAD_DATA[what]
    if what in ("NaN", "infinity"):
        array = array.astype(np.float32)
    config = _saved(tmp_path / "bad.npy", array)
    with pytest.raises(CalibrationError, match=rf"bad.npy: .*{message}"):
        quantize_pair(pairs[0], "quantized", config)


@pytest.mark.parametrize("content", [None, b"", b"no numbers", b"cut"])
def test_bad_calibration_files(pairs, tmp_path, content):
    path = tmp_path / "bad.npy"
    if content == b"cut":
        np.save(path, _GOOD)
        content = path.read_bytes()[:-8]
    if content is not None:
        path.write_bytes(content)
    message = "is not a .npy file" if content is not None else "No such file"
    with pytest.raises(CalibrationError, match=f"bad.npy: .*{message}"):
        quantize_pair(pairs[0], "quantized", QuantizationConfig(calibration=str(path)))
