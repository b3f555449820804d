# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A penalty makes weights small that are not needed, and nothing else."""

from __future__ import annotations

import pytest
import torch
from pydantic import ValidationError

from dlcomm_train.compress import Prune, Regularize, Retraining, compress
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.steps.regularize import penalty
from dlcomm_train.compress.training.network import networks

_ROUNDS = Retraining(steps=1500, receiver_steps=0, batch=512)


def _networks(pair):
    link = Link.read(pair)
    return networks(link, link.config)


@pytest.mark.parametrize("norm", ["l1", "l2"])
def test_the_scale_of_what_is_normalised_is_no_matter(shipped, norm):
    encoder, _ = _networks(shipped("ae_7_4"))
    before = penalty(encoder, norm)
    last = encoder.layers[-1]
    weights = [last.latent, last.bias]
    slopes = torch.autograd.grad(before, weights)
    # Along its own direction the layer feels no force.
    with torch.no_grad():
        outward = sum((x * slope).sum() for x, slope in zip(weights, slopes, strict=True))
        assert abs(outward) < 1e-3 * before
        for weight in weights:
            weight.mul_(0.01)
        assert torch.allclose(penalty(encoder, norm), before, rtol=1e-4)


def test_the_squared_norm_is_weight_decay(shipped):
    _, decoder = _networks(shipped("ae_7_4"))
    weights = [layer.latent for layer in decoder.layers]
    for weight, slope in zip(
        weights, torch.autograd.grad(penalty(decoder, "l2"), weights), strict=True
    ):
        assert torch.allclose(slope, weight)


def test_more_weights_are_near_zero_and_can_be_pruned(shipped, block_errors):
    pair = shipped("ae_7_4")
    prepared = compress(pair, [Regularize(norm="l1", coefficient=1e-3, retraining=_ROUNDS)])
    note = prepared.contracts()[0].recipe["compression"][0]
    first = note["weights"][0]
    # The layer has 256 weights: from about 17 near zero to more than half.
    assert first["near_zero_before"] < 0.1
    assert first["near_zero_after"] > 0.4
    # What was learned before has not been lost: about 775 errors, a ratio of 1.3 is beyond
    # six standard deviations of the counts.
    assert block_errors(prepared, 4.0) < 1.3 * block_errors(pair, 4.0)
    cut = Prune(rate=0.5, retraining=None)
    plain, eased = (compress(found, [cut]) for found in (pair, prepared))
    # Several times fewer errors, thousands against ten thousands.
    assert 2 * block_errors(eased, 4.0) < block_errors(plain, 4.0)


def test_one_side_alone(shipped):
    settings = Retraining(steps=0, receiver_steps=5, batch=256)
    result = compress(shipped("ae_7_4"), [Regularize(side="decoder", retraining=settings)])
    note = result.contracts()[0].recipe["compression"][0]
    assert [entry["network"] for entry in note["weights"]] == ["encoder"] * 2 + ["decoder"] * 2
    for entry in note["weights"][:2]:
        assert entry["near_zero_before"] == entry["near_zero_after"]


@pytest.mark.parametrize(
    "settings",
    [
        {"coefficient": 0.0},
        {"norm": "l3"},
        {"retraining": Retraining(steps=0, receiver_steps=0)},
    ],
)
def test_settings_that_cannot_be(settings):
    with pytest.raises(ValidationError):
        Regularize(**settings)
