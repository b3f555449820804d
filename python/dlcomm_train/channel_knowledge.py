# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Receivers that are told the channel gain, for block fading.

For y = h c + w with a known complex gain h, circular noise of variance N0 per complex
sample and equally likely codewords c,

    log p(y | c, h) = (2 Re<h c, y> - |h|^2 |c|^2) / N0 + a term without c,

so the maximum-likelihood receiver is a matched filter conj(h) y, one dense layer, and a
bias that grows with |h|^2 (J. Proakis, M. Salehi, Digital Communications, section 4.2).
It needs no training, and holds for any codebook, a learned one included.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper

from dlcomm_train import contract
from dlcomm_train.channels import noise_variance
from dlcomm_train.contract import Contract
from dlcomm_train.export import decoder_graph
from dlcomm_train.pairs import Pair, codebook_of
from dlcomm_train.provenance import versions

REFERENCE_EBN0_DB = 10.0
"""Eb/N0 at which the logits are exact log-likelihoods; decisions do not depend on it."""

CSI_SUFFIX = "_csi"


def with_channel_knowledge(pair: Pair, name: str) -> Pair:
    """The pair's codebook with a maximum-likelihood receiver that reads ``csi``.

    Args:
        pair: any link of even n.
        name: name of the new link.

    Raises:
        ContractError: the pair breaks the contract.
        ValueError: n is odd: messages would share complex samples.
    """
    source, _ = pair.contracts()
    if source.n % 2:
        raise ValueError(f"{source.link}: n is {source.n}, expected an even number")
    recipe = {
        "kind": "derived",
        "description": f"codebook of {source.link}, "
        "maximum-likelihood receiver with channel gain",
        "power_norm": source.recipe.get("config", source.recipe)["power_norm"],
        "codebook": source.recipe,
        "logits_exact_at_ebn0_db": REFERENCE_EBN0_DB,
        "versions": versions("numpy", "onnx"),
    }

    def link(role: str) -> Contract:
        return Contract(role, name, source.n, source.k, recipe=recipe)

    encoder = onnx.ModelProto()
    encoder.CopyFrom(pair.encoder)
    codebook = codebook_of(pair.encoder).astype(np.float64)
    return Pair(
        contract.attach(encoder, link("encoder")),
        _matched_receiver(codebook, link("decoder")),
    )


def _matched_receiver(codebook: np.ndarray, link: Contract) -> onnx.ModelProto:
    # Two reals of noise to a complex sample: N0 is twice the variance per real.
    n0 = 2.0 * noise_variance(link.n, link.k, REFERENCE_EBN0_DB)
    # Multiplying pairs (re, im) by this from the right gives those of -j y: (im, -re).
    turn = np.kron(np.eye(link.n // 2), np.array([[0.0, -1.0], [1.0, 0.0]]))
    constants = {
        "turn": turn,
        "weight": 2.0 / n0 * codebook.T,
        "energy": -np.sum(codebook**2, axis=1, keepdims=True).T / n0,
        "one": np.ones((2, 1)),
    }
    operators = [
        ("MatMul", ["symbols", "turn"], ["turned"], {}),
        ("Split", ["csi"], ["gain_re", "gain_im"], {"axis": 1}),
        # conj(h) y = h_re y + h_im (-j y)
        ("Mul", ["symbols", "gain_re"], ["in_phase"], {}),
        ("Mul", ["turned", "gain_im"], ["quadrature"], {}),
        ("Add", ["in_phase", "quadrature"], ["matched"], {}),
        ("MatMul", ["matched", "weight"], ["correlation"], {}),
        ("Mul", ["csi", "csi"], ["squares"], {}),
        ("MatMul", ["squares", "one"], ["gain_power"], {}),
        ("MatMul", ["gain_power", "energy"], ["bias"], {}),
        ("Add", ["correlation", "bias"], ["logits"], {}),
    ]
    nodes = [
        helper.make_node(kind, inputs, outputs, outputs[0], **attributes)
        for kind, inputs, outputs, attributes in operators
    ]
    return decoder_graph(
        nodes,
        {key: np.ascontiguousarray(v, np.float32) for key, v in constants.items()},
        link,
        csi=True,
    )
