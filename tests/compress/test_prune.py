# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which weights go, and how many."""

from __future__ import annotations

import numpy as np
import pytest

from dlcomm_train.compress import CompressError, MatchReceiver, Prune, Retraining, compress
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.steps.prune import saliency_masks
from dlcomm_train.compress.training.saliency import fisher


def _silent(what, share):
    pass


def test_the_least_salient_weights_go():
    saliency = [np.array([[4.0, 1.0], [2.0, 3.0]]), np.array([[0.5, 5.0]])]
    masks = saliency_masks(saliency, 0.5, "global", 0.0)
    assert masks[0].tolist() == [[True, False], [False, True]]
    assert masks[1].tolist() == [[False, True]]
    even = saliency_masks(saliency, 0.5, "layer", 0.0)
    assert [mask.sum() for mask in even] == [2, 1]


def test_a_floor_keeps_a_small_layer_alive():
    saliency = [np.full((10, 10), 2.0), np.full((2, 5), 1.0)]
    assert saliency_masks(saliency, 0.5, "global", 0.0)[1].sum() == 0
    kept = saliency_masks(saliency, 0.5, "global", 0.4)[1]
    assert kept.sum() == 6
    assert kept.any(axis=0).all()
    assert kept.any(axis=1).all()


def test_saliency_does_not_depend_on_how_a_network_is_scaled(shipped):
    """A hidden layer three times as large and the next one a third: the same function."""
    link = Link.read(shipped("ae_7_4"))
    first, second = link.decoder.layers
    scaled = [
        first.settled(3.0 * first.weight, 3.0 * first.bias),
        second.settled(second.weight / 3.0),
    ]
    other = link.map("decoder", lambda _: scaled)
    before, after = (fisher(x, link.config, "both", 11) for x in (link, other))
    for one, two in zip(before, after, strict=True):
        assert np.allclose(one, two, rtol=1e-2, atol=1e-4 * one.max())


def test_half_the_weights_go_for_nothing(shipped, block_errors):
    pair = shipped("ae_7_4")
    settings = Retraining(
        steps=600, receiver_steps=500, batch=1024, ebn0_db=4.0, learning_rate=0.03
    )
    step = Prune(rate=0.5, saliency="fisher", gradual=4, retraining=settings)
    link = step.apply(Link.read(pair), _silent)
    layers = link.encoder.layers + link.decoder.layers
    assert sum(layer.nonzeros for layer in layers) == 368
    result = link.to_pair("half", {})
    # About 750 errors: 1.15 is beyond three standard deviations of their ratio.
    assert block_errors(result, 4.0) < 1.15 * block_errors(pair, 4.0)


def test_information_needs_a_recipe(shipped):
    step = Prune(rate=0.5, saliency="fisher", retraining=None)
    with pytest.raises(CompressError, match="no training recipe"):
        compress(shipped("hamming_7_4"), [step])


@pytest.mark.parametrize("saliency", ["magnitude", "fisher"])
@pytest.mark.parametrize("side", ["both", "encoder", "decoder"])
def test_a_matched_receiver_has_the_masks_of_its_transmitter(shipped, side, saliency):
    step = Prune(rate=0.25, side=side, saliency=saliency, retraining=None)
    link = Link.read(shipped("ae_7_4_compact"))
    for part in (MatchReceiver(), step):
        link = part.apply(link, _silent)
    sender, receiver = link.encoder.layers[0].mask, link.decoder.layers[0].mask
    assert sender.sum() == 84
    assert np.array_equal(sender.T, receiver)
