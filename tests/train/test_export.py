# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Exported graphs compute what the networks compute, in the promised form."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcomm_train import contract
from dlcomm_train.channels.models import Received
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.models.export import decoder_model, encoder_model
from dlcomm_train.models.pairs import Pair, codebook_of, session
from dlcomm_train.networks.link import Decoder, Encoder


def _networks(form: str, power_norm: str = "average") -> tuple[Encoder, Decoder]:
    generator = torch.Generator().manual_seed(3)
    return (
        Encoder(7, 4, form, power_norm, generator),
        Decoder(7, 4, form, generator),
    )


def _pair(encoder: Encoder, decoder: Decoder) -> Pair:
    return Pair(
        encoder_model(encoder, Contract("encoder", "x", 7, 4)),
        decoder_model(decoder, Contract("decoder", "x", 7, 4)),
    )


@pytest.mark.parametrize("power_norm", ["average", "codeword"])
@pytest.mark.parametrize("form", ["thesis", "compact", "convolutional"])
def test_same_numbers_as_torch(form, power_norm):
    encoder, decoder = _networks(form, power_norm)
    pair = _pair(encoder, decoder)
    pair.contracts()
    received = np.random.default_rng(1).normal(size=(33, 7)).astype(np.float32)
    with torch.no_grad():
        np.testing.assert_allclose(
            codebook_of(pair.encoder), encoder.codebook().numpy(), atol=1e-6
        )
        np.testing.assert_allclose(
            session(pair.decoder).run(["logits"], {"symbols": received})[0],
            decoder(Received(torch.from_numpy(received))).numpy(),
            atol=1e-5,
        )


def test_compact_decoder_is_one_gemm():
    decoder = _pair(*_networks("compact")).decoder
    (node,) = decoder.graph.node
    attributes = {entry.name: entry.i for entry in node.attribute}
    assert node.op_type == "Gemm" and attributes == {"transB": 1}
    assert node.input[0] == "symbols" and list(node.output) == ["logits"]
    shapes = {tensor.name: list(tensor.dims) for tensor in decoder.graph.initializer}
    assert [shapes[name] for name in node.input[1:]] == [[16, 7], [16]]


def test_pairs_must_match(tmp_path):
    encoder, decoder = _networks("compact")
    pair = _pair(encoder, decoder)
    stranger = decoder_model(decoder, Contract("decoder", "y", 7, 4))
    with pytest.raises(ContractError, match="dlcomm.link is 'y', expected 'x'"):
        Pair(pair.encoder, stranger).save(tmp_path)
    with pytest.raises(ContractError, match="dlcomm.role is 'encoder'"):
        Pair(pair.encoder, pair.encoder).save(tmp_path)
    assert list(tmp_path.iterdir()) == []
    contract.save(pair.encoder, tmp_path / "encoder.onnx")
    with pytest.raises(ContractError, match="decoder.onnx: cannot be read"):
        Pair.load(tmp_path)
