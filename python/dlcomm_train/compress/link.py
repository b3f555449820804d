# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a compression step gets and returns: a link, taken apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import onnx
from pydantic import BaseModel, ConfigDict, ValidationError

from dlcomm_train.compress.layer import CompressError, Layer
from dlcomm_train.compress.stack import DenseStack
from dlcomm_train.contract import Contract
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.training.config import LinkConfig

Side = Literal["both", "encoder", "decoder"]
"""Which of the two networks a step works on."""

Progress = Callable[[str, float], None]
"""Called now and then with what is being done and the share of it that is."""


@dataclass(frozen=True)
class Link:
    """Encoder and decoder as layers, between steps.

    Attributes:
        encoder: the transmitter.
        decoder: the receiver.
        contracts: of encoder and decoder, as they were read.
        config: the recipe of the training; None where the model has none.
        notes: what the steps found, for the recipe: one object a step.
        matched: whether the decoder follows from the encoder (step ``MatchReceiver``), so
            that what is done to the one is done to both.
        alone: role of the one network there is, where the other is missing: its stack has no
            layers, and the place of a classifier is that of the decoder.
    """

    encoder: DenseStack
    decoder: DenseStack
    contracts: tuple[Contract, Contract]
    config: LinkConfig | None
    notes: tuple[dict[str, Any], ...] = ()
    matched: bool = False
    alone: str | None = None

    @classmethod
    def read(cls, pair: Pair) -> Link:
        """Take a float pair apart.

        Raises:
            ContractError: the pair breaks the contract.
            CompressError: it has no float dense layers.
        """
        contracts = pair.contracts()
        return cls(
            DenseStack.read(pair.encoder, "encoder"),
            DenseStack.read(pair.decoder, "decoder"),
            contracts,
            _config(contracts[0]),
        )

    @classmethod
    def read_one(cls, model: onnx.ModelProto, contract: Contract) -> Link:
        """Take one float model apart, without its other half.

        Args:
            model: the model.
            contract: what it says about itself.

        Raises:
            CompressError: it has no float layers.
        """
        stack = DenseStack.read(model, contract.role)
        missing = stack.with_layers(())
        stacks = (stack, missing) if contract.role == "encoder" else (missing, stack)
        return cls(*stacks, (contract, contract), None, alone=contract.role)

    def to_pair(self, name: str, recipe: dict[str, Any]) -> Pair:
        """The two models, with `recipe` instead of the one that was read.

        Args:
            name: link name of the result.
            recipe: of both models.

        Raises:
            CompressError: there is one model only.
        """
        if self.alone is not None:
            raise CompressError(f"found the {self.alone} alone, expected both files of a link")
        models = []
        for stack, link in zip((self.encoder, self.decoder), self.contracts, strict=True):
            contract = Contract(link.role, name, link.n, link.k, recipe=recipe)
            models.append(stack.to_model(contract))
        return Pair(*models)

    def map(
        self, side: Side, change: Callable[[tuple[Layer, ...]], list[Layer]]
    ) -> Link:
        """The link with the layers of one or both networks changed."""
        changed = {
            name: getattr(self, name).with_layers(change(getattr(self, name).layers))
            for name in sides(side)
        }
        return replace(self, **changed)

    def noted(self, **note: Any) -> Link:
        """The link with one more note."""
        return replace(self, notes=(*self.notes, note))

    def trainable(self, step: str) -> LinkConfig:
        """The recipe to train again with.

        Raises:
            CompressError: there is none, or its channel has no model here.
        """
        if self.alone is not None:
            raise CompressError(
                f"{step}: trains, and found the {self.alone} alone, expected both files of a "
                "link: only steps without retraining work on one file"
            )
        if self.config is None:
            raise CompressError(
                f"{step}: {self.contracts[0].link} has no training recipe, expected one: "
                "only steps without retraining work on it"
            )
        if self.config.through is not None:
            raise CompressError(
                f"{step}: {self.contracts[0].link} was trained through a flowgraph, expected "
                "a channel model to retrain over"
            )
        return self.config


class Step(BaseModel, ABC):
    """One compression technique with its settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @abstractmethod
    def apply(self, link: Link, progress: Progress) -> Link:
        """The compressed link.

        Raises:
            CompressError: it cannot be done to this link.
        """


def sides(side: Side) -> tuple[str, ...]:
    """Names of the networks that `side` means."""
    return ("encoder", "decoder") if side == "both" else (side,)


def codebook(link: Link) -> np.ndarray:
    """The symbols [M, n] float32 that the encoder sends, as its file would."""
    return codebook_of(link.encoder.to_model(link.contracts[0]))


def _config(contract: Contract) -> LinkConfig | None:
    try:
        return LinkConfig(name=contract.link, **contract.recipe["config"])
    except (KeyError, TypeError, ValidationError):
        return None
