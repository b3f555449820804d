# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What is stored is what was computed, in standard types, and small."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from dlcomm_train import contract
from dlcomm_train.compress import Prune, Quantize, compress
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.storage.coded_size import entropy_coded_bytes
from dlcomm_train.contract import ContractError
from dlcomm_train.models.export import dense_decoder, dense_encoder
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.models.statistics import cost

_TYPES = {1: TensorProto.UINT2, 2: TensorProto.UINT2, 3: TensorProto.UINT4} | {
    4: TensorProto.UINT4,
    6: TensorProto.UINT8,
    8: TensorProto.UINT8,
}


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("bits", _TYPES)
def test_codes_have_the_narrowest_standard_type(shipped, logits_of, bits, per_channel):
    pair = shipped("ae_7_4")
    result = compress(pair, [Quantize(bits=bits, per_channel=per_channel)], "small")
    result.contracts()
    kinds = {x.name: x.data_type for x in result.decoder.graph.initializer}
    assert kinds["weight_0_code"] == kinds["weight_1_code"] == _TYPES[bits]
    _same_as_computed(Link.read(pair), bits, per_channel, result, logits_of)


def _same_as_computed(link, bits, per_channel, result, logits_of):
    link = Quantize(bits=bits, per_channel=per_channel).apply(link, lambda *_: None)
    for layer in link.decoder.layers:
        assert len(np.unique(layer.weight[0])) <= 1 << bits
    symbols = np.random.default_rng(7).normal(size=(4096, 7)).astype(np.float32)
    expected = link.decoder.forward(symbols)
    found = logits_of(result.decoder)
    assert np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def test_levels_of_the_thesis(shipped):
    result = compress(shipped("ae_7_4"), [Quantize(bits=4, levels="thesis")])
    codes = {x.name: x for x in result.decoder.graph.initializer}["weight_1_code"]
    assert onnx.numpy_helper.to_array(codes).astype(int).max() == 8


def test_power_of_a_quantized_encoder_is_exact(shipped):
    for name in ("ae_7_4", "ae_8_8_compact", "hamming_7_4"):
        result = compress(shipped(name), [Quantize(bits=3)])
        power = np.mean(np.square(codebook_of(result.encoder).astype(np.float64)))
        assert power == pytest.approx(0.5, rel=1e-6)


@pytest.mark.parametrize("bits", [None, 4])
def test_pruned_weights_are_stored_as_a_sparse_tensor(shipped, logits_of, bits):
    steps = [Prune(rate=0.95, retraining=None)]
    steps += [] if bits is None else [Quantize(bits=bits)]
    pair = shipped("ae_8_8")
    result = compress(pair, steps, "sparse")
    result.contracts()
    sparse = result.decoder.graph.sparse_initializer
    assert [x.indices.data_type for x in sparse] == [TensorProto.INT16, TensorProto.INT32]
    assert result.decoder.ByteSize() < 0.2 * pair.decoder.ByteSize()
    link = Link.read(pair)
    for step in steps:
        link = step.apply(link, lambda *_: None)
    symbols = np.random.default_rng(7).normal(size=(4096, 8)).astype(np.float32)
    expected = link.decoder.forward(symbols)
    found = logits_of(result.decoder)
    assert np.abs(found - expected).max() <= 1e-4 * np.abs(expected).max()
    left = sum(layer.nonzeros + layer.outputs for layer in link.decoder.layers)
    # A weight may be zero without having been pruned: its nearest level is zero.
    assert cost(result.decoder).parameters <= left


def test_few_zeros_stay_dense(shipped):
    result = compress(shipped("ae_7_4"), [Prune(rate=0.1, retraining=None)])
    assert not result.decoder.graph.sparse_initializer


def test_a_damaged_sparse_tensor_is_refused(shipped):
    result = compress(shipped("ae_8_8"), [Prune(rate=0.95, retraining=None)])
    for damage in (lambda x: x.dims.append(1 << 40), lambda x: x.dims.__setitem__(0, 1)):
        model = onnx.ModelProto()
        model.CopyFrom(result.decoder)
        damage(model.graph.sparse_initializer[0])
        with pytest.raises(ContractError, match="sparse tensor 'weight_0'"):
            contract.check(model)


def test_entropy_is_below_the_bits(shipped):
    link = Quantize(bits=4).apply(Link.read(shipped("ae_8_8")), lambda *_: None)
    for layer in link.decoder.layers:
        assert 0.0 < entropy_coded_bytes(layer) < layer.weight.size * 4 / 8


def test_codeword_power_in_a_newer_operator_set():
    """Operators around the layers are carried over to the operator set of narrow types."""
    points = np.array([[1, 1], [1, -2], [-1, 1], [-1, -1]], dtype=np.float32)
    zero = np.zeros(2, dtype=np.float32), np.zeros(4, dtype=np.float32)
    links = [contract.Contract(role, "x", 2, 2) for role in ("encoder", "decoder")]
    encoder = dense_encoder([(points.T, zero[0])], links[0], "codeword", 1.0)
    decoder = dense_decoder([(points, zero[1])], links[1])
    result = compress(Pair(encoder, decoder), [Quantize(bits=2)])
    result.contracts()
    energy = np.square(codebook_of(result.encoder)).sum(axis=1)
    assert np.allclose(energy, 1.0, atol=1e-6)
    assert result.encoder.opset_import[0].version == 25
