# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classical links in the contract's clothes, so that they run through the same blocks.

Bits are most significant first; bit 0 is sent as +, bit 1 as -. Receivers are maximum
likelihood on the Gaussian channel unless they say otherwise; logits are exact
log-likelihoods at :data:`REFERENCE_EBN0_DB`, and decisions do not depend on it.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper
from scipy.stats import norm

from dlcomm_train.channels.models import noise_variance
from dlcomm_train.contract import Contract
from dlcomm_train.models.export import decoder_graph, dense_decoder, dense_encoder
from dlcomm_train.networks.normalisation import POWER_PER_REAL
from dlcomm_train.provenance import versions

REFERENCE_EBN0_DB = 4.0

HAMMING_PARITY = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1]], dtype=np.uint8)
"""Parity part P [4, 3] of the systematic generator [I | P] of Hamming(7,4)."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """A classical link.

    Attributes:
        description: one sentence for people.
        points: [M, n] float64, the codeword of every message, at any scale.
        hard: whether the receiver decides every bit before it decodes; with points of
            +1 and -1 only.
    """

    description: str
    points: np.ndarray
    hard: bool = False


def _linear_code(parity: np.ndarray) -> np.ndarray:
    """Signs [2^k, n] of the code with generator [I | parity], parity [k, n-k]."""
    k = len(parity)
    data = (np.arange(1 << k)[:, None] >> np.arange(k - 1, -1, -1)) & 1
    return 1.0 - 2.0 * np.hstack([data, data @ parity % 2])


def _uncoded(bits: int) -> np.ndarray:
    return _linear_code(np.zeros((bits, 0), dtype=np.uint8))


def _qam16() -> np.ndarray:
    """Two bits on each rail in Gray order: neighbours differ in one bit."""
    levels = np.array([3.0, 1.0, -3.0, -1.0])  # of the bits 00, 01, 10, 11
    message = np.arange(16)
    return np.stack([levels[message >> 2], levels[message & 3]], axis=1)


def _e8_shells() -> np.ndarray:
    """256 points of the lattice E8: the origin, its 240 neighbours, 15 of the next shell.

    E8: eight integers, or eight halves of odd integers, with an even sum (J. Conway,
    N. Sloane, Sphere Packings, Lattices and Groups, chapter 4, section 8.1).
    """
    whole = np.array(list(itertools.product((-1.0, 0.0, 1.0), repeat=8)))
    halves = np.array(list(itertools.product((-0.5, 0.5), repeat=8)))
    points = np.vstack([whole, halves])
    points = points[points.sum(axis=1) % 2 == 0]
    by_energy = np.argsort(np.square(points).sum(axis=1), kind="stable")
    return points[by_energy[:256]]


BASELINES = {
    "bpsk": Baseline("uncoded BPSK", _uncoded(1)),
    "qpsk": Baseline("uncoded QPSK, Gray labelling", _uncoded(2)),
    "uncoded_8_8": Baseline("eight bits on BPSK, uncoded", _uncoded(8)),
    "qam16": Baseline("uncoded 16-QAM, Gray labelling", _qam16()),
    "hamming_7_4": Baseline(
        "Hamming(7,4) on BPSK, maximum-likelihood decoding", _linear_code(HAMMING_PARITY)
    ),
    "hamming_7_4_hard": Baseline(
        "Hamming(7,4) on BPSK, hard decisions, then the nearest codeword",
        _linear_code(HAMMING_PARITY),
        hard=True,
    ),
    "e8_8_8": Baseline(
        "256 points of the lattice E8, the densest packing in eight dimensions; labels in no "
        "special order",
        _e8_shells(),
    ),
}


def baseline_models(name: str) -> tuple[onnx.ModelProto, onnx.ModelProto]:
    """Encoder and decoder of the baseline `name`.

    Raises:
        KeyError: there is no such baseline.
    """
    baseline = BASELINES[name]
    points = baseline.points
    energy = np.square(points).sum(axis=1)
    messages, n = points.shape
    k = messages.bit_length() - 1
    recipe = {
        "kind": "baseline",
        "description": baseline.description,
        "power_norm": "codeword" if np.ptp(energy) == 0.0 else "average",
        "logits_exact_at_ebn0_db": REFERENCE_EBN0_DB,
        "versions": versions("numpy", "onnx"),
    }

    def link(role: str) -> Contract:
        return Contract(role, name, n, k, recipe=recipe)

    amplitude = math.sqrt(POWER_PER_REAL * n / energy.mean())
    encoder = dense_encoder([(points.T, np.zeros(n))], link("encoder"), "average", amplitude)
    variance = noise_variance(n, k, REFERENCE_EBN0_DB)
    if not baseline.hard:
        # log p(y|c) = (<y, c> - |c|^2 / 2) / variance up to a constant.
        weight = points * amplitude / variance
        bias = (energy.mean() - energy) * amplitude**2 / (2.0 * variance)
        return encoder, dense_decoder([(weight, bias)], link("decoder"))
    # After hard decisions the channel is binary symmetric: every agreeing bit adds
    # log((1-p)/p) to the log-likelihood, that is half of it times <sign(y), sign(c)>.
    crossover = norm.sf(amplitude / math.sqrt(variance))
    weight = points * 0.5 * math.log((1.0 - crossover) / crossover)
    nodes = [
        helper.make_node("Sign", ["symbols"], ["bits"], "hard_decision"),
        helper.make_node("MatMul", ["bits", "weight"], ["logits"], "correlate"),
    ]
    constants = {"weight": np.ascontiguousarray(weight.T, dtype=np.float32)}
    return encoder, decoder_graph(nodes, constants, link("decoder"))
