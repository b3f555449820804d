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

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import helper

from dlcomm_train import contract
from dlcomm_train.channels.models import noise_variance
from dlcomm_train.contract import Contract
from dlcomm_train.models.export import decoder_graph
from dlcomm_train.models.export_frontends import append_matched_filter
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.provenance import versions

REFERENCE_EBN0_DB = 10.0
"""Eb/N0 at which the logits are exact log-likelihoods; decisions do not depend on it."""

CSI_SUFFIX = "_csi"

Receiver = Callable[[np.ndarray, Contract], onnx.ModelProto]
"""Makes the decoder of a codebook [M, n] float64 with a contract of role ``decoder``."""


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
    recipe = {
        "description": f"codebook of {source.link}, "
        "maximum-likelihood receiver with channel gain",
        "logits_exact_at_ebn0_db": REFERENCE_EBN0_DB,
    }
    return with_receiver(pair, name, _matched_receiver, recipe, even=True)


def with_receiver(
    pair: Pair, name: str, receiver: Receiver, recipe: dict[str, Any], even: bool
) -> Pair:
    """The pair's codebook with another receiver.

    Args:
        pair: the link that the encoder comes from.
        name: name of the new link.
        receiver: makes the decoder.
        recipe: what the recipe says about the receiver.
        even: whether the receiver needs a whole number of complex samples per message.

    Raises:
        ContractError: the pair breaks the contract.
        ValueError: n is odd where it may not be.
    """
    source, _ = pair.contracts()
    if even and source.n % 2:
        raise ValueError(f"{source.link}: n is {source.n}, expected an even number")
    recipe = {
        "kind": "derived",
        **recipe,
        "power_norm": source.recipe.get("config", source.recipe)["power_norm"],
        "codebook": source.recipe,
        "versions": versions("numpy", "onnx"),
    }

    def link(role: str) -> Contract:
        return Contract(role, name, source.n, source.k, recipe=recipe)

    encoder = onnx.ModelProto()
    encoder.CopyFrom(pair.encoder)
    codebook = codebook_of(pair.encoder).astype(np.float64)
    return Pair(
        contract.attach(encoder, link("encoder")), receiver(codebook, link("decoder"))
    )


def _matched_receiver(codebook: np.ndarray, link: Contract) -> onnx.ModelProto:
    # Two reals of noise to a complex sample: N0 is twice the variance per real.
    n0 = 2.0 * noise_variance(link.n, link.k, REFERENCE_EBN0_DB)
    nodes: list[onnx.NodeProto] = []
    constants = {
        "weight": 2.0 / n0 * codebook.T,
        "energy": -np.sum(codebook**2, axis=1, keepdims=True).T / n0,
    }
    matched, power = append_matched_filter(link.n, nodes, constants)
    nodes += [
        helper.make_node(kind, inputs, [output], output)
        for kind, inputs, output in (
            ("MatMul", [matched, "weight"], "correlation"),
            ("MatMul", [power, "energy"], "bias"),
            ("Add", ["correlation", "bias"], "logits"),
        )
    ]
    return decoder_graph(
        nodes,
        {key: np.ascontiguousarray(v, np.float32) for key, v in constants.items()},
        link,
        csi=True,
    )
