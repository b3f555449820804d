# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How much a weight matters: what pruning goes by.

Magnitudes of weights in different layers cannot be compared: a ReLU network computes the same
when one layer is doubled and the next one halved, and a network whose output is normalised
when its last layer is. The loss can: to second order, a loss at its minimum grows by
w^2 F / 2 when a weight w is set to zero, F being the weight's Fisher information (Y. LeCun
et al., "Optimal brain damage", 1990, with the diagonal of the Fisher information in place of
the Hessian's as in L. Theis et al., "Faster gaze prediction with dense networks and Fisher
pruning", 2018).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional

from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.link import Link, sides
from dlcomm_train.compress.training.data_retraining import TrainableClassifier
from dlcomm_train.compress.training.material import Material
from dlcomm_train.compress.training.network import MatchedDecoder, networks
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import loss_of

_BATCHES = 64
_BATCH = 256


def magnitude(layers: list[Layer]) -> list[np.ndarray]:
    """|w| of every weight, [outputs, inputs] float64 for every layer."""
    return [np.abs(layer.weight).astype(np.float64) for layer in layers]


def fisher(link: Link, config: LinkConfig, side: str, seed: int) -> list[np.ndarray]:
    """w^2 times the Fisher information of w, [outputs, inputs] float64 for every layer.

    The information is estimated by the mean square of the gradient over small batches in
    which every message occurs equally often.

    Args:
        link: the link.
        config: its recipe, with the Eb/N0 to estimate at.
        side: whose layers: ``both``, ``encoder`` or ``decoder``.
        seed: of the noise.
    """
    encoder, decoder = networks(link, config)
    trained = {"encoder": encoder, "decoder": decoder}
    modules = [
        module
        for name in sides(side)
        if not isinstance(trained[name], MatchedDecoder)
        for module in trained[name].layers
    ]
    weights = [module.latent for module in modules]
    channel = config.channel_model(config.ebn0_db)
    generator = torch.Generator().manual_seed(seed)
    messages = torch.arange(max(_BATCH, config.messages)) % config.messages

    def loss() -> torch.Tensor:
        logits = decoder(channel(encoder(messages), generator))
        return loss_of(config.loss, logits, messages)

    return _information(weights, loss)


def fisher_on_data(stack: DenseStack, material: Material, seed: int) -> list[np.ndarray]:
    """The same for a classifier, whose batches are drawn from the training windows.

    Args:
        stack: the classifier.
        material: what it learns from.
        seed: of the batches.
    """
    train = material.lesson(material.config, ()).train
    network = TrainableClassifier(stack)
    generator = torch.Generator().manual_seed(seed)

    def loss() -> torch.Tensor:
        places = torch.randint(len(train), (_BATCH,), generator=generator)
        return functional.cross_entropy(network(train.iq[places]), train.target[places])

    return _information([module.latent for module in network.layers], loss)


def _information(
    weights: list[torch.Tensor], loss: Callable[[], torch.Tensor]
) -> list[np.ndarray]:
    """Squares of weights times the mean square of the gradient of losses of batches."""
    squares = [torch.zeros_like(weight) for weight in weights]
    for _ in range(_BATCHES):
        gradients = torch.autograd.grad(loss(), weights)
        for total, gradient in zip(squares, gradients, strict=True):
            total += gradient.square()
    return [
        (total * weight.detach().square()).double().numpy()
        for total, weight in zip(squares, weights, strict=True)
    ]
