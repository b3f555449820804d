# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Losses against their definitions, and what bit-wise training is for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import expit, logsumexp
from scipy.stats import norm

from dlcomm_train.channels.models import Awgn
from dlcomm_train.models.pairs import Pair, codebook_of, session
from dlcomm_train.shipping.ship import config_of, trained_pair
from dlcomm_train.training.calibration import best_scale
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import bit_llrs, bit_table, loss_of
from dlcomm_train.training.train import train


def _logits(k: int, scale: float, kind: torch.dtype = torch.float64) -> torch.Tensor:
    generator = torch.Generator().manual_seed(k)
    return scale * torch.randn(20, 1 << k, generator=generator, dtype=kind)


def test_bits_are_most_significant_first():
    assert bit_table(3)[6].tolist() == [1.0, 1.0, 0.0]
    assert bit_table(1).tolist() == [[0.0], [1.0]]


@pytest.mark.parametrize("k", range(1, 9))
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_llrs_are_sums_over_messages(k, scale):
    logits = _logits(k, scale).numpy()
    ones = bit_table(k).numpy().astype(bool)
    expected = [
        logsumexp(logits[:, ones[:, bit]], axis=1)
        - logsumexp(logits[:, ~ones[:, bit]], axis=1)
        for bit in range(k)
    ]
    found = bit_llrs(torch.from_numpy(logits)).numpy()
    np.testing.assert_allclose(found, np.stack(expected, axis=1), rtol=1e-12, atol=1e-9)


def test_llrs_are_differentiable():
    logits = _logits(3, 2.0).requires_grad_()
    assert torch.autograd.gradcheck(bit_llrs, logits)


def test_far_apart_logits_still_teach():
    # A ratio of 400 has underflowed probabilities; its gradient must not vanish.
    logits = torch.tensor([[400.0, 0.0, 0.0, 0.0]], requires_grad=True)
    loss_of("bitwise", logits, torch.tensor([3])).backward()
    assert torch.isfinite(logits.grad).all() and logits.grad[0, 0] > 0.9


def test_bitwise_loss_is_the_cross_entropy_of_the_bits():
    logits, messages = _logits(3, 2.0), torch.arange(20) % 8
    chance = torch.softmax(logits, dim=1) @ bit_table(3).double()
    bits = bit_table(3)[messages].double()
    expected = -(bits * chance.log() + (1 - bits) * (1 - chance).log())
    found = loss_of("bitwise", logits, messages)
    torch.testing.assert_close(found, expected.mean())
    total = loss_of("bitwise", logits, messages, "sum")
    torch.testing.assert_close(total, expected.mean(dim=1).sum())


@pytest.mark.parametrize("kind", ["symbolwise", "bitwise"])
def test_certain_probabilities_are_messages(kind):
    logits, messages = _logits(4, 2.0), torch.arange(20) % 16
    certain = torch.nn.functional.one_hot(messages, 16).double()
    torch.testing.assert_close(
        loss_of(kind, logits, certain), loss_of(kind, logits, messages)
    )


@pytest.fixture(scope="module")
def bitwise_pair(tiny_config) -> Pair:
    """QPSK, learned bit by bit."""
    change = {"loss": "bitwise", "seeds": (11,), "steps": 400, "learning_rate": 0.1}
    config = tiny_config.model_copy(update=change)
    return trained_pair(train(config))


def test_learns_gray_labels(bitwise_pair):
    signs = codebook_of(bitwise_pair.encoder)
    for first, second in ((0, 3), (1, 2)):
        # Messages that differ in both bits are on opposite points.
        np.testing.assert_allclose(signs[first], -signs[second], atol=0.05)


def test_llrs_are_calibrated(bitwise_pair):
    ebn0_db, count = 4.0, 1 << 17  # where it was trained
    generator = torch.Generator().manual_seed(8)
    messages = torch.arange(count) % 4
    codebook = torch.from_numpy(codebook_of(bitwise_pair.encoder))
    received = Awgn(2, 2, ebn0_db)(codebook[messages], generator).symbols.numpy()
    logits = session(bitwise_pair.decoder).run(["logits"], {"symbols": received})[0]
    llrs = bit_llrs(torch.from_numpy(logits)).numpy().ravel()
    bits = bit_table(2)[messages].numpy().ravel()
    wrong = np.mean((llrs > 0) != (bits > 0))
    assert wrong == pytest.approx(norm.sf(np.sqrt(2 * 10 ** (ebn0_db / 10))), rel=0.1)
    for low in range(-4, 4):
        inside = (llrs >= low) & (llrs < low + 1)
        assert inside.sum() > 500
        # 5 standard errors, and 0.02 for a network that trains for two seconds.
        slack = 5 * np.sqrt(0.25 / inside.sum()) + 0.02
        assert bits[inside].mean() == pytest.approx(expit(llrs[inside]).mean(), abs=slack)


def test_best_scale_undoes_a_scale(tiny_config):
    config = tiny_config.model_copy(update={"loss": "bitwise", "seeds": (11,)})
    trained = train(config)
    link = (trained.encoder, trained.decoder, Awgn(2, 2, config.ebn0_db))
    assert best_scale(config, "bitwise", link) == pytest.approx(1.0, abs=0.01)
    trained.decoder.scale_logits(0.5)
    assert best_scale(config, "bitwise", link) == pytest.approx(2.0, rel=0.01)
    trained.decoder.scale_logits(float("nan"))
    assert best_scale(config, "bitwise", link) == 1.0


def test_loss_is_in_the_recipe(bitwise_pair, tiny_pair):
    assert config_of(bitwise_pair).loss == "bitwise"
    assert config_of(tiny_pair).loss == "symbolwise"


def test_receiver_stage_learns_the_bits(tiny_config):
    config = tiny_config.model_copy(
        update={
            "loss": "bitwise",
            "form": "thesis",
            "seeds": (11,),
            "steps": 150,
            "receiver_steps": 100,
            "validation_messages": 1 << 12,
            "receiver_ebn0_db": tiny_config.ebn0_db,
        }
    )
    ideal = train(config.model_copy(update={"receiver_steps": 0}))
    refined = train(config)
    assert refined.attempts[0].steps == ideal.attempts[0].steps + 100
    with torch.no_grad():
        assert torch.equal(refined.encoder.codebook(), ideal.encoder.codebook())
    before = ideal.attempts[0].validation_loss
    assert refined.attempts[0].validation_loss < before * 1.01


def test_warm_up_finds_labels(tiny_config):
    # Eight points on one real channel use: from random labels, they stay in disorder.
    config = tiny_config.model_copy(
        update={
            "n": 1,
            "k": 3,
            "loss": "bitwise",
            "ebn0_db": 14.0,
            "warm_up_steps": 300,
            "steps": 100,
            "form": "thesis",
            "seeds": (1,),
        }
    )
    trained = train(config)
    assert trained.attempts[0].steps == 400
    with torch.no_grad():
        order = trained.encoder.codebook().flatten().argsort().tolist()
    changes = [(a ^ b).bit_count() for a, b in zip(order, order[1:], strict=False)]
    assert changes == [1] * 7  # a Gray code


def test_warm_up_is_for_bitwise_training():
    assert LinkConfig(name="a", n=2, k=2).warm_up_steps == 0
    assert LinkConfig(name="a", n=2, k=2, loss="bitwise").warm_up_steps == 1000


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"warm_up_steps": 10}, "warm_up_steps is 10, expected 0 with loss symbolwise"),
        ({"loss": "bitwise", "warm_up_steps": 1}, "warm_up_steps is 1, expected 0 or at"),
    ],
)
def test_impossible_warm_up(tiny_config, change, expected):
    with pytest.raises(ValueError, match=expected):
        LinkConfig(**(tiny_config.model_dump() | change))


def test_receiver_stage_at_another_noise_level_is_refused(tiny_config):
    change = {"loss": "bitwise", "receiver_steps": 100, "receiver_ebn0_db": 1.0}
    with pytest.raises(ValueError, match="receiver_ebn0_db is 1, expected ebn0_db = 4"):
        LinkConfig(**(tiny_config.model_dump() | change))
