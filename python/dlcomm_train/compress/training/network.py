# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Torch networks of links that are taken apart, for training them again.

A layer keeps what earlier steps demand of it: pruned weights stay at zero, and weights on
levels are on levels in every forward pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from dlcomm_train.channels.models import Received
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.training.trainable_levels import trainable_levels
from dlcomm_train.networks.frontends import FrontEnd, Inverse, Matched, Plain, Quadratic
from dlcomm_train.networks.normalisation import PowerNorm, normalise
from dlcomm_train.training.config import LinkConfig


class TrainableLayer(nn.Module):
    """A layer that obeys a mask and levels while it is trained.

    Attributes:
        start: the layer as it was when training began.
        softness: None: weights are on their levels. Otherwise, from 1 down to 0, how softly
            they are moved there.
    """

    def __init__(self, layer: Layer) -> None:
        """Start from `layer`."""
        super().__init__()
        self.start = layer
        self.softness: float | None = None
        self.latent = nn.Parameter(torch.from_numpy(layer.weight.copy()))
        self.bias = nn.Parameter(torch.from_numpy(layer.bias.copy()))
        if layer.mask is not None:
            self.register_buffer("mask", torch.from_numpy(layer.mask), persistent=False)
        self.levels = None
        if layer.grid is not None:
            self.levels = trainable_levels(layer.grid, layer.weight)

    @property
    def weight(self) -> torch.Tensor:
        """The weights [outputs, inputs] as they will be stored."""
        weight = self.latent
        if self.levels is not None:
            weight = self.levels(weight, self.softness)
        if self.start.mask is not None:
            weight = weight * self.mask
        return weight

    def set_softness(self, value: float | None) -> None:
        """Set the softness; the levels are trained where it is None."""
        self.softness = value
        if self.levels is not None:
            self.levels.requires_grad_(value is None)

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Outputs [b, outputs * places] of inputs [b, inputs]."""
        result = self._product(value)
        return torch.relu(result) if self.start.relu else result

    @torch.no_grad()
    def layer(self) -> Layer:
        """The layer as it is now."""
        result = self.start
        if self.levels is not None:
            result = replace(result, grid=self.levels.levels())
        return result.settled(_array(self.weight), _array(self.bias))

    def _product(self, value: torch.Tensor) -> torch.Tensor:
        found = self.start.convolution
        if found is None:
            return functional.linear(value, self.weight, self.bias)
        dimensions = len(found.size)
        value = value.reshape(-1, *found.input_shape)
        before, behind = found.pads[:dimensions], found.pads[dimensions:]
        if before != behind:
            # Torch wants the padding of the last dimension first.
            ends = list(zip(before, behind, strict=True))
            value = functional.pad(value, [pad for both in reversed(ends) for pad in both])
            before = (0,) * dimensions
        filters = self.weight.reshape(self.start.shape)
        product = functional.conv1d if dimensions == 1 else functional.conv2d
        result = product(
            value, filters, self.bias, found.strides, before, found.dilations, found.groups
        )
        return result.flatten(1)


class TrainableStack(nn.ModuleList):
    """Layers, each of which reads what :class:`~dlcomm_train.compress.layers.layer.Layer`
    says."""

    @classmethod
    def start(cls, layers: Sequence[Layer]) -> TrainableStack:
        """Start from `layers`."""
        return cls(map(TrainableLayer, layers))

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Outputs [b, outputs] of inputs [b, inputs]."""
        means: list[torch.Tensor] = []
        for module in self:
            layer = module.start
            if layer.convolution is None and means:
                value, means = torch.cat(means, dim=1), []
            value = module(value)
            if layer.pooled:
                means.append(value.unflatten(1, (layer.outputs, -1)).mean(dim=2))
        return value


class TrainableEncoder(nn.Module):
    """The transmitter, with the interface of :class:`~dlcomm_train.networks.link.Encoder`."""

    def __init__(self, stack: DenseStack, power_norm: PowerNorm) -> None:
        """Start from `stack`."""
        super().__init__()
        self.layers = TrainableStack.start(stack.layers)
        self._power_norm = power_norm
        one_hot = torch.eye(stack.layers[0].inputs)
        self.register_buffer("one_hot", one_hot, persistent=False)

    def codebook(self) -> torch.Tensor:
        """The symbols [M, n] of every message, normalised."""
        return normalise(self.layers(self.one_hot), self._power_norm)

    def forward(self, message: torch.Tensor) -> torch.Tensor:
        """Symbols [b, n] of messages [b] int64."""
        return self.codebook()[message]


class TrainableDecoder(nn.Module):
    """The receiver, with the interface of :class:`~dlcomm_train.networks.link.Decoder`."""

    def __init__(self, stack: DenseStack, front_end: FrontEnd) -> None:
        """Start from `stack`, behind a front end that stays as it is."""
        super().__init__()
        self.front_end = front_end.requires_grad_(False)
        self.layers = TrainableStack.start(stack.layers)

    def forward(self, received: Received) -> torch.Tensor:
        """Logits [b, M] of b received messages."""
        return self.layers(self.front_end(received))


class MatchedDecoder(nn.Module):
    """The best receiver of an encoder on the Gaussian channel; it has no weights of its own."""

    def __init__(self, encoder: TrainableEncoder, sigma: float) -> None:
        """Follow `encoder`; `sigma` is the noise's standard deviation per real."""
        super().__init__()
        # In a tuple, since the encoder's weights are not to be counted twice.
        self._encoder, self._sigma = (encoder,), sigma

    def forward(self, received: Received) -> torch.Tensor:
        """Logits [b, M] of b received messages: exact posteriors, but for a constant."""
        points = self._encoder[0].codebook()
        metric = received.symbols @ points.T - points.square().sum(dim=1) / 2.0
        return metric / self._sigma**2


Networks = tuple[TrainableEncoder, TrainableDecoder | MatchedDecoder]
"""Both ends of a link."""


def networks(link: Link, config: LinkConfig) -> Networks:
    """Trainable networks of a link.

    Raises:
        CompressError: the decoder's file does not have the front end of its recipe.
    """
    if link.matched is not None:
        encoder = TrainableEncoder(link.encoder, config.power_norm)
        return encoder, MatchedDecoder(encoder, config.channel_model(config.ebn0_db).sigma)
    decoder = TrainableDecoder(link.decoder, _front_end(link.decoder, config))
    inputs = link.decoder.layers[0].inputs
    if decoder.front_end.outputs != inputs:
        raise CompressError(
            f"decoder: its first layer has {inputs} inputs, expected "
            f"{decoder.front_end.outputs} behind front end {config.front_end}"
        )
    return TrainableEncoder(link.encoder, config.power_norm), decoder


def taken_back(link: Link, trained: Networks) -> Link:
    """The link with the layers of its trained networks."""
    layers = {
        name: [module.layer() for module in network.layers]
        for name, network in zip(("encoder", "decoder"), trained, strict=True)
        if not isinstance(network, MatchedDecoder)
    }
    return link.with_layers(layers)


def set_softness(trained: Networks, value: float | None) -> None:
    """Set how smoothly weights are rounded, in place.

    The levels stay where they are as long as it is smooth: moved apart, they would make it
    smoother again.
    """
    for module in nn.ModuleList(trained).modules():
        if isinstance(module, TrainableLayer):
            module.set_softness(value)


def fresh_layer(layer: Layer, generator: torch.Generator) -> Layer:
    """A layer of the same shape and demands with Xavier weights; levels anew."""
    drawn = torch.empty(layer.shape)
    nn.init.xavier_normal_(drawn, generator=generator)
    weight, grid = drawn.reshape(layer.weight.shape).numpy(), layer.grid
    if grid is not None:
        grid = grid.spread(weight)
    # The weights stay between the levels: what begins near the border of two can go to either.
    return replace(layer, grid=grid, weight=weight, bias=np.zeros_like(layer.bias))


def _front_end(stack: DenseStack, config: LinkConfig) -> FrontEnd:
    if config.front_end == "matched":
        return Matched(config.n)
    if config.front_end == "quadratic":
        return Quadratic(config.n)
    if config.front_end == "plain":
        return Plain(config.n)
    constants = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in stack.model.graph.initializer
    }
    modules: list[nn.Module] = []
    for name in ("estimator_0", "estimator_1"):
        if name + "_weight" not in constants:
            raise CompressError(
                f"decoder: tensor {name}_weight is missing, expected the estimator of front "
                "end inverse"
            )
        weight = torch.from_numpy(constants[name + "_weight"].copy())
        dense = nn.Linear(weight.shape[1], weight.shape[0])
        dense.weight.data = weight
        dense.bias.data = torch.from_numpy(constants[name + "_bias"].copy())
        modules += [dense, nn.ReLU()]
    return Inverse(config.n, nn.Sequential(*modules[:-1]))


def _array(value: torch.Tensor) -> np.ndarray:
    return value.detach().cpu().numpy().copy()
