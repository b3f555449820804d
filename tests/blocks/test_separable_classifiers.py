# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers of separable convolutions run on the fast executor, float and quantized by
ONNX Runtime's own tools, and decide as the runtime does."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from classifier_files import LABELS, classifier_metadata, run
from model_files import free, wheel, write
from onnx import TensorProto, helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)

from gnuradio import dlcomm

WINDOW = 64
CHANNELS = (8, 12, 16)
STRIDES = (2, 1, 2)


class OneBatch(CalibrationDataReader):
    """Windows to calibrate with, all at once."""

    def __init__(self, iq: np.ndarray) -> None:
        self._feeds = iter([{"iq": iq}])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._feeds, None)


def write_network(path: Path) -> str:
    """Normalisation, a convolution over I and Q, two separable blocks that are pooled."""
    rng = np.random.default_rng(4)
    nodes, constants = [], {"two": np.float32(2.0), "least": np.float32(1e-20)}

    def add(kind: str, *sources: str, name: str = "", **attributes: object) -> str:
        name = name or f"t{len(nodes)}"
        nodes.append(helper.make_node(kind, sources, [name], **attributes))
        return name

    def weigh(*shape: int) -> tuple[str, str]:
        number = len(constants)
        names = f"w{number}", f"b{number}"
        scale = 1.4 / np.sqrt(np.prod(shape[1:]))
        constants[names[0]] = (scale * rng.standard_normal(shape)).astype(np.float32)
        constants[names[1]] = (0.2 * rng.standard_normal(shape[0])).astype(np.float32)
        return names

    def convolve(source: str, outputs: int, inputs: int, taps: int, **attributes: int) -> str:
        stride, group = attributes.get("stride", 1), attributes.get("group", 1)
        return add(
            "Conv", source, *weigh(outputs, inputs // group, taps),
            strides=[stride], group=group, pads=[taps // 2, taps // 2],
        )

    mean = add("ReduceMean", add("Mul", "iq", "iq"), axes=[1, 2], keepdims=1)
    root = add("Sqrt", add("Max", add("Mul", mean, "two"), "least"))
    value = add("Transpose", add("Div", "iq", root), perm=[0, 2, 1])
    value = add("Relu", convolve(value, CHANNELS[0], 2, 7, stride=STRIDES[0]))
    pooled = []
    for before, after, stride in zip(CHANNELS[:-1], CHANNELS[1:], STRIDES[1:], strict=True):
        value = convolve(value, before, before, 5, stride=stride, group=before)
        value = add("Relu", convolve(value, after, before, 1))
        pooled.append(add("ReduceMean", value, axes=[2], keepdims=0))
    features = add("Concat", *pooled, axis=1)
    add("Gemm", features, *weigh(len(LABELS), sum(CHANNELS[1:])), name="logits", transB=1)
    return write(
        path, nodes, [free("iq", TensorProto.FLOAT, WINDOW, 2)],
        free("logits", TensorProto.FLOAT, len(LABELS)), constants,
        classifier_metadata(LABELS, WINDOW),
    )


def write_quantized(path: Path, source: str, codes: QuantType, symmetric: bool) -> str:
    """The network with integers between its operators, as ONNX Runtime's tools write it.

    Weights of 7 bits: on processors without integer dot products the runtime adds pairs of
    products in 16 bits, which overflow with larger ones.
    """
    rng = np.random.default_rng(5)
    quantize_static(
        source, path, OneBatch(rng.standard_normal((100, WINDOW, 2)).astype(np.float32)),
        quant_format=QuantFormat.QDQ, per_channel=True, reduce_range=True,
        activation_type=codes, weight_type=QuantType.QInt8,
        op_types_to_quantize=["Conv", "Gemm", "Relu"],
        extra_options={"ActivationSymmetric": symmetric},
    )
    model = onnx.load(path)
    for key, value in classifier_metadata(LABELS, WINDOW).items():
        if not any(entry.key == f"dlcomm.{key}" for entry in model.metadata_props):
            model.metadata_props.add(key=f"dlcomm.{key}", value=value)
    onnx.save(model, path)
    return str(path)


def coarse_samples(windows: int) -> np.ndarray:
    """Samples in steps of 1/16, whose power is the same in whatever order it is summed."""
    parts = np.random.default_rng(6).standard_normal((windows * WINDOW, 2))
    parts = np.round(16.0 * parts).astype(np.float32) / 16.0
    return parts.astype(np.float32).view(np.complex64).ravel()


def assert_decides_as_the_runtime(model: str, tolerance: float) -> None:
    """Every window's probabilities, in batches of up to 64."""
    samples = coarse_samples(500)
    block = dlcomm.modulation_classifier_c(model)
    assert block.executor() == "convolution"
    decisions, probabilities = run(block, samples)
    iq = samples.view(np.float32).reshape(-1, WINDOW, 2)
    logits = wheel(model, iq=iq).astype(np.float64)
    expected = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    np.testing.assert_allclose(probabilities, expected, atol=tolerance)
    assert len(decisions.items) == 500
    assert len(set(decisions.items)) > 1


def test_float_networks_decide_as_the_runtime(tmp_path):
    assert_decides_as_the_runtime(write_network(tmp_path / "float.onnx"), 2e-6)


@pytest.mark.parametrize(
    ("codes", "symmetric"),
    [(QuantType.QUInt8, False), (QuantType.QInt8, False), (QuantType.QInt8, True)],
)
def test_quantized_networks_decide_as_the_runtime(tmp_path, codes, symmetric):
    source = write_network(tmp_path / "float.onnx")
    model = write_quantized(tmp_path / "int8.onnx", source, codes, symmetric)
    assert_decides_as_the_runtime(model, 1e-6)
