# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The step that gives a link the receiver that follows from its transmitter."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from dlcomm_train.channels.models import Awgn, noise_variance
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.layers.matched import table
from dlcomm_train.compress.link import Link, Progress, Step, codebook


class MatchReceiver(Step):
    """Make both networks one dense layer each, and the receiver the best one there is.

    The encoder becomes its codebook as a table, which is exact; the decoder the
    maximum-likelihood receiver of it on the Gaussian channel. Nothing is trained. Later steps
    work on the table, and the receiver follows.
    """

    kind: Literal["match_receiver"] = "match_receiver"
    ebn0_db: float = Field(default=5.0, ge=-20.0, le=40.0)
    """Eb/N0 in dB at which the logits are exact log-probabilities, up to a constant: for soft
    decisions; hard ones do not depend on it."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link with a matched receiver; as the base class.

        Raises:
            CompressError: the link is not one for the Gaussian channel.
        """
        progress(self.kind, 0.0)
        if link.alone is not None:
            raise CompressError(
                f"{self.kind}: found the {link.alone} alone, expected both files of a link"
            )
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
        layers = link.encoder.layers
        tables = layers if len(layers) == 1 else (table(codebook(link)),)
        contract = link.contracts[0]
        variance = noise_variance(contract.n, contract.k, self.ebn0_db)
        found = replace(link, matched=variance).with_layers({"encoder": tables})
        return found.noted(**self.model_dump(mode="json"))
