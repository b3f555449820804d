# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Torch networks of links that are taken apart, for training them again.

A layer keeps what earlier steps demand of it: pruned weights stay at zero, and weights on
levels are rounded in every forward pass, with the gradient passed straight through the
rounding (Y. Bengio et al., "Estimating or propagating gradients through stochastic neurons
for conditional computation", 2013). The distance of the levels and their position are
learned with the weights (S. Esser et al., "Learned step size quantization", 2020; Y. Bhalgat
et al., "LSQ+", 2020).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

from dlcomm_train.channels.models import Received
from dlcomm_train.compress.grid import fitted_grid
from dlcomm_train.compress.layer import CompressError, Layer
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.stack import DenseStack
from dlcomm_train.networks.frontends import FrontEnd, Inverse, Matched, Plain, Quadratic
from dlcomm_train.networks.normalisation import PowerNorm, normalise
from dlcomm_train.training.config import LinkConfig

MARGIN = 1.0
"""How far beyond the last level a weight may go, in steps. Where a weight is held, it has no
gradient; with few levels, many would be held at the levels themselves."""


class TrainableLayer(nn.Module):
    """A dense layer that obeys a mask and a grid while it is trained.

    Attributes:
        hardness: how far weights are moved to their level, from 0 (not at all) to 1.
    """

    def __init__(self, layer: Layer) -> None:
        """Start from `layer`."""
        super().__init__()
        self._layer = layer
        self.hardness = 1.0
        self.latent = nn.Parameter(torch.from_numpy(layer.weight.copy()))
        self.bias = nn.Parameter(torch.from_numpy(layer.bias.copy()))
        if layer.mask is not None:
            self.register_buffer("mask", torch.from_numpy(layer.mask), persistent=False)
        if layer.grid is not None:
            # As a logarithm the distance stays positive.
            self.log_scale = nn.Parameter(torch.from_numpy(np.log(layer.grid.scale)))
            self.shift = nn.Parameter(torch.from_numpy(layer.grid.shift.copy()))

    @property
    def weight(self) -> torch.Tensor:
        """The weights [outputs, inputs] as they will be stored."""
        weight = self.latent
        if self._layer.grid is not None:
            weight = self._rounded(weight)
        if self._layer.mask is not None:
            weight = weight * self.mask
        return weight

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        """Outputs [b, outputs] of inputs [b, inputs]."""
        result = functional.linear(value, self.weight, self.bias)
        return torch.relu(result) if self._layer.relu else result

    @torch.no_grad()
    def layer(self) -> Layer:
        """The layer as it is now."""
        result, grid = self._layer, self._layer.grid
        if grid is not None:
            learned = self._shift()
            grid = replace(grid, scale=_array(self.log_scale.exp()), shift=_array(learned))
            result = replace(result, grid=grid)
        return result.settled(_array(self.latent), _array(self.bias))

    def _shift(self) -> torch.Tensor:
        grid = self._layer.grid
        if not grid.with_zero:
            return self.shift
        return _straight_through(self.shift.clamp(1 - grid.levels, 0))

    def _rounded(self, weight: torch.Tensor) -> torch.Tensor:
        levels = self._layer.grid.levels
        scale, shift = self.log_scale.exp(), self._shift()
        # A weight is held within one step of the levels: its gradient would vanish outside.
        position = (weight / scale - shift).clamp(-MARGIN, levels - 1 + MARGIN)
        codes = position.round().clamp(0, levels - 1)
        step = self.hardness * (codes - position)
        return (position + step.detach() + shift) * scale


class TrainableEncoder(nn.Module):
    """The transmitter, with the interface of :class:`~dlcomm_train.networks.link.Encoder`."""

    def __init__(self, stack: DenseStack, power_norm: PowerNorm) -> None:
        """Start from `stack`."""
        super().__init__()
        self.layers = nn.Sequential(*map(TrainableLayer, stack.layers))
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
        self.layers = nn.Sequential(*map(TrainableLayer, stack.layers))

    def forward(self, received: Received) -> torch.Tensor:
        """Logits [b, M] of b received messages."""
        return self.layers(self.front_end(received))


def networks(link: Link, config: LinkConfig) -> tuple[TrainableEncoder, TrainableDecoder]:
    """Trainable networks of a link.

    Raises:
        CompressError: the decoder's file does not have the front end of its recipe.
    """
    decoder = TrainableDecoder(link.decoder, _front_end(link.decoder, config))
    inputs = link.decoder.layers[0].inputs
    if decoder.front_end.outputs != inputs:
        raise CompressError(
            f"decoder: its first layer has {inputs} inputs, expected "
            f"{decoder.front_end.outputs} behind front end {config.front_end}"
        )
    return TrainableEncoder(link.encoder, config.power_norm), decoder


def taken_back(link: Link, encoder: TrainableEncoder, decoder: TrainableDecoder) -> Link:
    """The link with the layers of its trained networks."""
    return replace(
        link,
        encoder=link.encoder.with_layers([module.layer() for module in encoder.layers]),
        decoder=link.decoder.with_layers([module.layer() for module in decoder.layers]),
    )


def set_hardness(modules: tuple[TrainableEncoder, TrainableDecoder], value: float) -> None:
    """Set how far weights are moved to their levels, in place."""
    for module in modules:
        for layer in module.layers:
            layer.hardness = value


def fresh_layer(layer: Layer, generator: torch.Generator) -> Layer:
    """A layer of the same shape and demands with Xavier weights; levels anew."""
    weight = torch.empty(layer.outputs, layer.inputs)
    nn.init.xavier_uniform_(weight, generator=generator)
    bias, grid = np.zeros_like(layer.bias), layer.grid
    if grid is not None:
        grid = fitted_grid(weight.numpy(), grid.levels, grid.per_channel, grid.with_zero)
    return replace(layer, grid=grid).settled(weight.numpy(), bias)


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


def _straight_through(value: torch.Tensor) -> torch.Tensor:
    """`value` rounded, with the gradient of `value`."""
    return value + (value.round() - value).detach()


def _array(value: torch.Tensor) -> np.ndarray:
    return value.detach().cpu().numpy().copy()
