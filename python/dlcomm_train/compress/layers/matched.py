# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A receiver that follows from its transmitter, also when the latter is compressed.

On the Gaussian channel the best receiver of a codebook c_m is one dense layer, with weights
c_m and biases -|c_m|^2 / 2 (J. Proakis, M. Salehi, "Digital Communications", 5th edition,
section 4.2: the correlation metric), times one over the noise variance for logits that are
log-probabilities. They stay so when a vector is added to all weights: every message gains the
same. So where the transmitter is a table of weights W and a bias b, c = s (W + b), the receiver
can have the *same* weights W but for a factor, whatever levels they have been rounded to:
rounding costs what it does to the codebook and nothing else.
"""

from __future__ import annotations

import numpy as np

from dlcomm_train.compress.layers.grid import Grid
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.levels import Levels
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.contract import Contract
from dlcomm_train.models.pairs import codebook_of


def table(points: np.ndarray) -> Layer:
    """The dense layer that turns one-hot messages into the rows of `points` [M, n]."""
    return Layer(np.ascontiguousarray(points.T), np.zeros(points.shape[1], np.float32))


def matched_layer(encoder: DenseStack, contract: Contract, variance: float) -> Layer:
    """The one layer of the best receiver of an encoder whose layer is a table.

    Args:
        encoder: the transmitter.
        contract: of the transmitter.
        variance: noise variance per real channel use at which the logits are exact.

    Raises:
        CompressError: the encoder has other layers than a table, its levels are not common
            to all weights, or it does more than multiply the table by a factor.
    """
    if len(encoder.layers) != 1:
        raise CompressError(
            f"match_receiver: the encoder has {len(encoder.layers)} layers, expected a table"
        )
    # Weights that are yet to be trained need not be on their levels.
    layer = encoder.layers[0].settled(encoder.layers[0].weight)
    # In the middle of a row of steps, the power of a table may be any.
    raw = layer.weight.T.astype(np.float64) + layer.bias
    points = codebook_of(encoder.to_model(contract))
    scale = np.abs(points).max() / np.abs(raw).max()
    if not np.allclose(scale * raw, points, atol=1e-4):
        raise CompressError(
            "match_receiver: the encoder normalises every codeword by itself, expected "
            "power_norm average"
        )
    factor = scale / variance
    return Layer(
        np.ascontiguousarray(layer.weight.T),
        (-factor * scale * np.square(raw).sum(axis=1) / 2.0).astype(np.float32),
        mask=None if layer.mask is None else np.ascontiguousarray(layer.mask.T),
        grid=_scaled(layer.grid, factor),
    ).settled(factor * layer.weight.T)


def _scaled(levels: Levels | None, factor: float) -> Levels | None:
    """The levels times a factor; they must be those of all weights, since rows become columns.

    Raises:
        CompressError: every output has levels of its own.
    """
    if isinstance(levels, Grid) and levels.per_channel:
        raise CompressError(
            "match_receiver: every output of the encoder has levels of its own "
            "(per_channel), expected common ones"
        )
    return None if levels is None else levels.scaled(factor)
