# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a compression step gets and returns: a link, taken apart."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import onnx
from pydantic import BaseModel, ConfigDict, ValidationError

from dlcomm_train.channels.models import Awgn, ChannelModel
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.matched import matched_layer
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.training.material import Material
from dlcomm_train.contract import Contract
from dlcomm_train.models.calibration import CalibrationError
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.models.quantize import QuantizationConfig, quantize_pair
from dlcomm_train.models.quantize_classifier import ClassifierQuantization
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
        int8: how the finished models are made to compute in int8 (a classifier: in which
            ways, of which the most accurate is taken); None: they are not.
        notes: what the steps found, for the recipe: one object a step.
        matched: noise variance per real channel use at which a decoder that follows from the
            encoder (step ``MatchReceiver``) has exact logits: what is done to the one is done
            to both. None: the decoder does not follow.
        alone: role of the one network there is, where the other is missing: its stack has no
            layers, and the place of a classifier is that of the decoder.
        material: what a classifier is trained again with; None: it is not.
    """

    encoder: DenseStack
    decoder: DenseStack
    contracts: tuple[Contract, Contract]
    config: LinkConfig | None
    int8: QuantizationConfig | tuple[ClassifierQuantization, ...] | None = None
    notes: tuple[dict[str, Any], ...] = ()
    matched: float | None = None
    alone: str | None = None
    material: Material | None = None

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
            CompressError: there is one model only, or the layers cannot be stored so.
        """
        if self.alone is not None:
            raise CompressError(f"found the {self.alone} alone, expected both files of a link")
        models = []
        for stack, link in zip((self.encoder, self.decoder), self.contracts, strict=True):
            contract = Contract(link.role, name, link.n, link.k, recipe=recipe)
            models.append((_dense(stack) if self.int8 else stack).to_model(contract))
        pair = Pair(*models)
        if self.int8 is None:
            return pair
        try:
            return quantize_pair(pair, name, self.int8)
        except CalibrationError as error:
            raise CompressError(str(error)) from None

    def to_model(self, about: Contract | None) -> onnx.ModelProto:
        """The one model of a link that is alone.

        Args:
            about: what it says about itself; None: nothing.

        Raises:
            CompressError: the layers cannot be stored so.
        """
        stack = self.encoder if self.alone == "encoder" else self.decoder
        if self.int8 is None:
            return stack.to_model(about)
        return self.material.quantized(_dense(stack).to_model(about), self.int8)

    def map(
        self, side: Side, change: Callable[[tuple[Layer, ...]], list[Layer]]
    ) -> Link:
        """The link with the layers of one or both networks changed."""
        changed = {name: change(getattr(self, name).layers) for name in sides(side)}
        return self.with_layers(changed)

    def with_layers(self, layers: Mapping[str, Sequence[Layer]]) -> Link:
        """The link with other layers in the networks that are named.

        The layer of a matched decoder follows from the encoder's, whatever is named.

        Raises:
            CompressError: the encoder has got layers that nothing can be matched to.
        """
        stacks = {
            name: getattr(self, name).with_layers(tuple(found))
            for name, found in layers.items()
        }
        if self.matched is not None:
            encoder = stacks.get("encoder", self.encoder)
            matched = matched_layer(encoder, self.contracts[0], self.matched)
            stacks["decoder"] = self.decoder.with_layers((matched,))
        return replace(self, **stacks)

    def noted(self, **note: Any) -> Link:
        """The link with one more note."""
        return replace(self, notes=(*self.notes, note))

    def check_trainable(self, step: str) -> None:
        """Find out whether a step can train.

        Raises:
            CompressError: there is no recipe and no data set, or the channel has no model
                here.
        """
        if self.material is None:
            self.trainable(step)

    def trainable(self, step: str) -> LinkConfig:
        """The recipe to train a link again with.

        Raises:
            CompressError: there is none, or its channel has no model here.
        """
        if self.material is not None:
            raise CompressError(f"{step}: works on links, found a classifier")
        if self.alone == "classifier":
            raise CompressError(
                f"{step}: trains, and found no data set to train a classifier on"
            )
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

    def channel(
        self, step: str, ebn0_db: float | None, field: str
    ) -> tuple[ChannelModel, float]:
        """The channel model to measure the link over, and its Eb/N0 in dB.

        A link without a training recipe is measured over the Gaussian channel.

        Args:
            step: the step that wants it, for messages.
            ebn0_db: Eb/N0 in dB; None: that of the recipe.
            field: where that value was given, for messages.

        Raises:
            CompressError: there is no recipe to take an Eb/N0 from, or its channel has no
                model here.
        """
        contract, config = self.contracts[0], self.config
        if self.alone is not None:
            raise CompressError(
                f"{step}: measures, and found the {self.alone} alone, expected both files of "
                "a link"
            )
        if config is None:
            if ebn0_db is None:
                raise CompressError(
                    f"{step}: {field} is missing, expected with {contract.link}: it has no "
                    "training recipe that names an Eb/N0"
                )
            return Awgn(contract.n, contract.k, ebn0_db), ebn0_db
        if config.through is not None:
            raise CompressError(
                f"{step}: {contract.link} was trained through a flowgraph, expected a channel "
                "model to measure over"
            )
        ebn0_db = config.ebn0_db if ebn0_db is None else ebn0_db
        return config.channel_model(ebn0_db), ebn0_db


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


def _dense(stack: DenseStack) -> DenseStack:
    """The layers as int8 takes them: float32, pruned weights stored as zeros."""
    for layer in stack.layers:
        if layer.grid is not None:
            raise CompressError(
                "int8 activations: weights are on levels already, expected float32: they "
                "bring int8 weights of their own"
            )
    return stack.with_layers([replace(layer, mask=None) for layer in stack.layers])


def _config(contract: Contract) -> LinkConfig | None:
    try:
        return LinkConfig(name=contract.link, **contract.recipe["config"])
    except (KeyError, TypeError, ValidationError):
        return None
