# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classical links in the contract's clothes, so that they run through the same blocks.

Bits are most significant first; bit 0 is sent as +, bit 1 as -. All amplitudes are
sqrt(1/2) per real channel use. Logits are exact log-likelihoods at
:data:`REFERENCE_EBN0_DB`; the decisions do not depend on it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper
from scipy.stats import norm

from dlcomm_train.channels import noise_variance
from dlcomm_train.contract import Contract
from dlcomm_train.export import decoder_graph, dense_decoder, dense_encoder
from dlcomm_train.normalisation import POWER_PER_REAL
from dlcomm_train.provenance import versions

REFERENCE_EBN0_DB = 4.0

HAMMING_PARITY = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]], dtype=np.uint8)
"""Parity part P [4, 3] of the systematic generator [I | P] of Hamming(7,4)."""


@dataclass(frozen=True)
class Baseline:
    """A classical link.

    Attributes:
        n: real channel uses per message.
        k: bits per message.
        parity: [k, n-k] parity part of the systematic generator, entries 0 and 1.
        hard: whether the receiver decides every bit before it decodes.
        description: one sentence for people.
    """

    n: int
    k: int
    parity: np.ndarray
    hard: bool
    description: str

    def codewords(self) -> np.ndarray:
        """All codewords [M, n], entries 0 and 1, row = message."""
        shifts = np.arange(self.k - 1, -1, -1)
        data = (np.arange(1 << self.k)[:, None] >> shifts) & 1
        return np.hstack([data, data @ self.parity % 2]).astype(np.uint8)

    def signs(self) -> np.ndarray:
        """The codewords as +1 (bit 0) and -1 (bit 1), [M, n] float64."""
        return 1.0 - 2.0 * self.codewords()


def _uncoded(bits: int) -> np.ndarray:
    return np.zeros((bits, 0), dtype=np.uint8)


BASELINES = {
    "bpsk": Baseline(1, 1, _uncoded(1), False, "uncoded BPSK"),
    "qpsk": Baseline(2, 2, _uncoded(2), False, "uncoded QPSK, Gray labelling"),
    "hamming_7_4": Baseline(
        7, 4, HAMMING_PARITY, False, "Hamming(7,4) on BPSK, maximum-likelihood decoding"
    ),
    "hamming_7_4_hard": Baseline(
        7,
        4,
        HAMMING_PARITY,
        True,
        "Hamming(7,4) on BPSK, hard decisions, then the nearest codeword",
    ),
}


def baseline_models(name: str) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """Encoder and decoder of the baseline `name`.

    Raises:
        KeyError: there is no such baseline.
    """
    baseline = BASELINES[name]
    recipe = {
        "kind": "baseline",
        "description": baseline.description,
        "power_norm": "codeword",
        "logits_exact_at_ebn0_db": REFERENCE_EBN0_DB,
        "versions": versions("numpy", "onnx"),
    }

    def link(role: str) -> Contract:
        return Contract(role, name, baseline.n, baseline.k, recipe=recipe)

    signs = baseline.signs()
    amplitude = math.sqrt(POWER_PER_REAL)
    encoder = dense_encoder(
        [(signs.T, np.zeros(baseline.n))], link("encoder"), "average", amplitude
    )
    variance = noise_variance(baseline.n, baseline.k, REFERENCE_EBN0_DB)
    if not baseline.hard:
        # log p(y|c) = <y, c> / variance up to a constant: all energies are equal.
        weight = signs * amplitude / variance
        decoder = dense_decoder(
            [(weight, np.zeros(len(signs)))], link("decoder")
        )
        return encoder, decoder
    # After hard decisions the channel is binary symmetric: every agreeing bit adds
    # log((1-p)/p) to the log-likelihood, that is half of it times <sign(y), sign(c)>.
    crossover = norm.sf(amplitude / math.sqrt(variance))
    weight = signs * 0.5 * math.log((1.0 - crossover) / crossover)
    nodes = [
        helper.make_node("Sign", ["symbols"], ["bits"], "hard_decision"),
        helper.make_node("MatMul", ["bits", "weight"], ["logits"], "correlate"),
    ]
    constants = {"weight": np.ascontiguousarray(weight.T, dtype=np.float32)}
    return encoder, decoder_graph(nodes, constants, link("decoder"))
