# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A receiver that follows from its transmitter, also when the latter is compressed.

On the Gaussian channel the best receiver of a codebook c_m is one dense layer, with weights
c_m and biases -|c_m|^2 / 2 (J. Proakis, M. Salehi, "Digital Communications", 5th edition,
section 4.2: the correlation metric). Decisions stay the same under a common factor, and under
a vector that is added to all weights. So where the transmitter is a table of weights W and a
bias b, c = s (W + b), the receiver can have the *same* weights W, whatever levels they have
been rounded to, and biases -s |W_m + b|^2 / 2: rounding costs what it does to the codebook
and nothing else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from dlcomm_train.channels.models import Awgn
from dlcomm_train.compress.grid import Grid
from dlcomm_train.compress.layer import CompressError, Layer
from dlcomm_train.compress.levels import Levels
from dlcomm_train.compress.link import Link, Progress, Step, codebook


class MatchReceiver(Step):
    """Make both networks one dense layer each, and the receiver the best one there is.

    The encoder becomes its codebook as a table, which is exact; the decoder the
    maximum-likelihood receiver of it on the Gaussian channel. Nothing is trained. Later steps
    work on the table, and the receiver follows.
    """

    kind: Literal["match_receiver"] = "match_receiver"

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link with a matched receiver; as the base class.

        Raises:
            CompressError: the link is not one for the Gaussian channel.
        """
        progress(self.kind, 0.0)
        config = link.config
        if config is not None:
            channel = None if config.through else config.channel_model(config.ebn0_db)
            if not isinstance(channel, Awgn):
                raise CompressError(
                    f"{self.kind}: {link.contracts[0].link} is for channel "
                    f"{config.through or config.channel}, expected awgn"
                )
        if link.decoder.source != "symbols":
            raise CompressError(
                f"{self.kind}: the first dense layer of the decoder reads "
                f"{link.decoder.source!r}, expected the symbols"
            )
        if len(link.encoder.layers) > 1:
            link = replace(link, encoder=link.encoder.with_layers([table(codebook(link))]))
        return with_matched_receiver(replace(link, matched=True)).noted(
            **self.model_dump(mode="json")
        )


def table(points: np.ndarray) -> Layer:
    """The dense layer that turns one-hot messages into the rows of `points` [M, n]."""
    return Layer(np.ascontiguousarray(points.T), np.zeros(points.shape[1], np.float32))


def with_matched_receiver(link: Link) -> Link:
    """The link with the best receiver of its encoder, whose layer is a table.

    Raises:
        CompressError: the encoder's levels are not common to all weights, or it does more
            than multiply its table by a factor.
    """
    layer = link.encoder.layers[0]
    # In the middle of a row of steps, the power of a table may be any.
    raw = layer.weight.T.astype(np.float64) + layer.bias
    points = codebook(link)
    scale = np.abs(points).max() / np.abs(raw).max()
    if not np.allclose(scale * raw, points, atol=1e-4):
        raise CompressError(
            "match_receiver: the encoder normalises every codeword by itself, expected "
            "power_norm average"
        )
    bias = -scale * np.square(raw).sum(axis=1) / 2.0
    matched = Layer(
        np.ascontiguousarray(layer.weight.T),
        bias.astype(np.float32),
        mask=None if layer.mask is None else np.ascontiguousarray(layer.mask.T),
        grid=_common(layer.grid),
    )
    return replace(link, decoder=link.decoder.with_layers([matched]))


def _common(levels: Levels | None) -> Levels | None:
    """The levels, which must be those of all weights: rows become columns.

    Raises:
        CompressError: every output has levels of its own.
    """
    if isinstance(levels, Grid) and levels.per_channel:
        raise CompressError(
            "match_receiver: every output of the encoder has levels of its own "
            "(per_channel), expected common ones"
        )
    return levels
