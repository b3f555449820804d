# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Costs, counted on files."""

from pathlib import Path

import pytest

from dlcomm_train.compress import Prune, PruneUnits, Quantize, compress
from dlcomm_train.compress.link import Link
from dlcomm_train.models.pairs import Pair
from gnuradio.dlcomm import model_file
from gnuradio.dlcomm.model_report import file_report
from gnuradio.dlcomm.pareto.costs import file_costs

MODEL = "ae_7_4"
LAYERS = 7 * 16 + 16 * 16


def compressed(folder: Path, *steps):
    pair = Pair.load(Path(model_file(MODEL, "encoder")).parent)
    result = compress(pair, steps) if steps else pair
    result.save(folder)
    return Link.read(pair), file_costs(folder / "decoder.onnx")


def test_a_float_model(tmp_path: Path):
    _, found = compressed(tmp_path)
    assert found.file_bytes == (tmp_path / "decoder.onnx").stat().st_size
    assert found.macs == found.nonzero_macs == LAYERS
    assert found.bit_operations == LAYERS * 32 * 32


@pytest.mark.parametrize("bits", [2, 3, 4, 6, 8])
@pytest.mark.parametrize("per_channel", [False, True])
def test_bits_are_those_of_the_codes(tmp_path: Path, bits: int, per_channel: bool):
    """3 bits are stored in 4, 6 in 8; what is told apart counts."""
    _, found = compressed(tmp_path, Quantize(bits=bits, per_channel=per_channel))
    assert found.nonzero_macs <= LAYERS
    # Few weights need not use all of many codes.
    lowest = bits if bits < 6 else 6
    assert lowest * 32 * found.nonzero_macs <= found.bit_operations
    assert found.bit_operations <= bits * 32 * found.nonzero_macs


@pytest.mark.parametrize("quantized", [False, True])
def test_pruned_weights_are_counted_apart(tmp_path: Path, quantized: bool):
    more = [Quantize(bits=4)] if quantized else []
    _, found = compressed(
        tmp_path, Prune(rate=0.75, scope="layer", retraining=None), *more
    )
    assert found.macs == LAYERS
    assert found.nonzero_macs <= LAYERS // 4
    if not quantized:
        assert found.nonzero_macs == LAYERS // 4


def test_removed_units_are_no_work_at_all(tmp_path: Path):
    _, found = compressed(tmp_path, PruneUnits(rate=0.5, retraining=None))
    assert found.macs == LAYERS // 2


@pytest.mark.parametrize("name", ["ae_7_4", "ae_7_4_int8", "ae_8_8_fading", "hamming_7_4"])
@pytest.mark.parametrize("role", ["encoder", "decoder"])
def test_shipped_models_agree_with_what_dlcomm_models_says(name: str, role: str):
    path = Path(model_file(name, role))
    found = file_costs(path)
    assert found.macs == file_report(str(path))["multiply_accumulates"]
    assert found.nonzero_macs <= found.macs
    assert found.bit_operations <= found.nonzero_macs * 32 * 32


def test_int8_activations_are_seen(tmp_path: Path):
    """The static int8 model multiplies 8 by 8 bits, but for what stayed float32."""
    full, small = (
        file_costs(Path(model_file(name, "decoder"))) for name in ("ae_7_4", "ae_7_4_int8")
    )
    assert small.bit_operations < full.bit_operations / 15
