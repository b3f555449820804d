# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Post-training static quantization to int8 (standard ONNX QDQ).

Weights are signed, symmetric, one scale per output; activations have one scale per
tensor, taken from calibration data; biases are int32. The last layer of a network
accumulates in integers and comes out as float: quantizing logits or symbols would
save no bytes. Encoder first, then the decoder on the symbols of the **quantized**
encoder, since that is what it will receive.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Literal

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from pydantic import BaseModel, ConfigDict, Field

from dlcomm_train import contract
from dlcomm_train.channels.models import Awgn
from dlcomm_train.contract import Contract
from dlcomm_train.models.calibration import read_symbols
from dlcomm_train.models.export import POWER_SCALE
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.networks.normalisation import POWER_PER_REAL
from dlcomm_train.provenance import versions

Method = Literal["minmax", "percentile", "entropy"]
"""How the range of a tensor follows from calibration data: all that is seen; what holds a
share of it; what loses the least information (Kullback-Leibler divergence)."""

_METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "percentile": CalibrationMethod.Percentile,
    "entropy": CalibrationMethod.Entropy,
}


class QuantizationConfig(BaseModel):
    """Settings of the quantization and of its calibration data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 2_000_003
    """Seed of the calibration noise."""
    ebn0_db: tuple[float, ...] = Field(default=(4.0, 6.0, 8.0), min_length=1)
    """Eb/N0 of the calibration data of a decoder, in dB; equal shares."""
    messages: int = Field(default=4096, ge=1)
    """Calibration messages per Eb/N0, rounded up to whole sets of 2^k."""
    percentile: float = Field(default=99.9, gt=50.0, le=100.0)
    """Share of a decoder's activations, in percent, that the int8 range must hold."""
    calibration: str | None = Field(default=None, exclude_if=lambda value: value is None)
    """A ``.npy`` file of received symbols [b, n] float32, recorded on a real channel, say, to
    calibrate the decoder with; None: the noise of `seed`, `ebn0_db` and `messages`."""


def quantize_pair(pair: Pair, name: str, config: QuantizationConfig | None = None) -> Pair:
    """Quantize a float pair to int8, with calibration data from the Gaussian channel or
    from a file.

    The mean power of the new codebook is put right in the encoder's last factor.

    Args:
        pair: the float models.
        name: link name of the result.
        config: settings; the defaults are those of the shipped models.

    Raises:
        ContractError: the pair breaks the contract.
        CalibrationError: the calibration file cannot be used.
    """
    config = config or QuantizationConfig()
    sender, receiver = pair.contracts()
    quantization = {
        "scheme": "static QDQ, int8 weights per output, int8 activations",
        "config": config.model_dump(mode="json"),
        "versions": versions("onnxruntime", "onnx", "torch"),
    }
    given = None
    if config.calibration is not None:
        given = read_symbols(config.calibration, receiver.n)
        digest = hashlib.sha256(given.tobytes()).hexdigest()
        quantization["calibration"] = {"vectors": len(given), "sha256": digest}
    settings = {"quantization": quantization}

    def finish(model: onnx.ModelProto, source: Contract) -> onnx.ModelProto:
        link = Contract(
            source.role, name, source.n, source.k, recipe=source.recipe | settings
        )
        return contract.attach(model, link)

    messages = np.arange(sender.messages, dtype=np.int64)
    encoder = finish(static_qdq(pair.encoder, {"message": messages}, 100.0), sender)
    _correct_power(encoder)
    symbols = given
    if symbols is None:
        symbols = calibration_symbols(codebook_of(encoder), receiver, config)
    decoder = finish(
        static_qdq(pair.decoder, {"symbols": symbols}, config.percentile), receiver
    )
    return Pair(encoder, decoder)


def calibration_symbols(
    codebook: np.ndarray, link: Contract, config: QuantizationConfig
) -> np.ndarray:
    """Received symbols [b, n] float32: every message equally often at every Eb/N0."""
    generator = torch.Generator().manual_seed(config.seed)
    repeats = -(-config.messages // link.messages)
    sent = torch.from_numpy(codebook).repeat(repeats, 1)
    received = [
        Awgn(link.n, link.k, ebn0_db)(sent, generator).symbols
        for ebn0_db in config.ebn0_db
    ]
    return torch.cat(received).numpy()


class _OneBatch(CalibrationDataReader):
    """All calibration data at once."""

    def __init__(self, feed: dict[str, np.ndarray]) -> None:
        self._feeds: Iterator[dict[str, np.ndarray]] = iter([feed])

    def get_next(self) -> dict[str, np.ndarray] | None:
        return next(self._feeds, None)


def static_qdq(
    model: onnx.ModelProto,
    feed: dict[str, np.ndarray],
    percentile: float,
    operators: Sequence[str] = ("Gemm", "Relu"),
    activations: QuantType = QuantType.QInt8,
    method: Method = "percentile",
) -> onnx.ModelProto:
    """A model with int8 weights and activations in the operators of these kinds.

    Args:
        model: the float model.
        feed: calibration data, by input.
        percentile: with ``percentile``, share of activations, in percent, that their range
            must hold.
        operators: kinds of operators.
        activations: type of activations.
        method: how ranges follow from the data.
    """
    if method == "percentile" and percentile == 100.0:
        method = "minmax"
    # The library reports its progress with print(); ours is shown by the caller.
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        prepared, path = Path(folder) / "prepared.onnx", Path(folder) / "int8.onnx"
        quant_pre_process(
            model, prepared, skip_optimization=True, skip_symbolic_shape=True
        )
        quantize_static(
            prepared,
            path,
            _OneBatch(feed),
            quant_format=QuantFormat.QDQ,
            activation_type=activations,
            weight_type=QuantType.QInt8,
            per_channel=True,
            op_types_to_quantize=list(operators),
            calibrate_method=_METHODS[method],
            extra_options={"CalibPercentile": percentile},
        )
        result = onnx.load(path)
    _float_output(result)
    del result.graph.value_info[:]
    return result


def _float_output(model: onnx.ModelProto) -> None:
    """Drop the quantization of the last Gemm's output, in place."""
    graph = model.graph
    gemm = [node for node in graph.node if node.op_type == "Gemm"][-1]
    quantize = _reader(graph, gemm.output[0])
    dequantize = _reader(graph, quantize.output[0])
    gemm.output[0] = dequantize.output[0]
    unused = set(quantize.input[1:])
    graph.node.remove(quantize)
    graph.node.remove(dequantize)
    for tensor in [item for item in graph.initializer if item.name in unused]:
        graph.initializer.remove(tensor)


def _reader(graph: onnx.GraphProto, tensor: str) -> onnx.NodeProto:
    return next(node for node in graph.node if tensor in node.input)


def _correct_power(encoder: onnx.ModelProto) -> None:
    """Rescale the last factor so that the codebook's mean power is exact, in place."""
    power = float(np.mean(np.square(codebook_of(encoder).astype(np.float64))))
    for tensor in encoder.graph.initializer:
        if tensor.name == POWER_SCALE:
            scale = numpy_helper.to_array(tensor) * np.sqrt(POWER_PER_REAL / power)
            tensor.CopyFrom(numpy_helper.from_array(scale.astype(np.float32), POWER_SCALE))
