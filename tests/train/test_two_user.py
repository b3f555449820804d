# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Two users on one medium: they learn to make room for each other."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.special import logsumexp
from scipy.stats import binom, norm

from dlcomm_train import contract
from dlcomm_train.channels.models import noise_variance
from dlcomm_train.models.pairs import Pair, codebook_of, session
from dlcomm_train.training.history import HISTORY_FILE
from dlcomm_train.training.stage import DivergedError
from dlcomm_train.two_user.config import TwoUserConfig
from dlcomm_train.two_user.geometry import geometry
from dlcomm_train.two_user.models import (
    config_of_users,
    joint_reference,
    make_two_users,
    two_user_pairs,
)
from dlcomm_train.two_user.training import TwoUsers, train_two_users, user_share, validate

LEVEL = 1e-5
"""False-alarm rate of every statistical comparison here."""

MESSAGES = 1 << 17


@pytest.fixture(scope="module")
def config() -> TwoUserConfig:
    """Two users with one bit each, trained in about a second."""
    return TwoUserConfig(
        name="pair",
        n=2,
        k=1,
        ebn0_db=4.0,
        batch=512,
        steps=300,
        learning_rate=0.1,
        receiver_steps=100,
        seeds=(5, 6),
        validation_messages=1 << 14,
        validate_every=150,
    )


@pytest.fixture(scope="module")
def trained(config):
    """The links of that config."""
    return train_two_users(config)


@pytest.fixture(scope="module")
def four_bits():
    """Two users with four bits each, trained in about three seconds."""
    recipe = TwoUserConfig(name="four", n=8, k=4, batch=1024, steps=600, receiver_steps=200)
    return two_user_pairs(train_two_users(recipe))


def count_errors(measured: Pair, pairs: tuple[Pair, Pair], ebn0_db: float, seed: int) -> int:
    """Wrong messages of `measured` among `MESSAGES`, while the users of `pairs` send.

    The messages that count are those of the user whose codebook `measured` has.
    """
    books = [codebook_of(pair.encoder) for pair in pairs]
    own = codebook_of(measured.encoder)
    user = next(index for index, book in enumerate(books) if np.array_equal(book, own))
    generator = np.random.default_rng(seed)
    sent = [generator.integers(len(book), size=MESSAGES) for book in books]
    n = own.shape[1]
    k = len(own).bit_length() - 1
    noise = math.sqrt(noise_variance(n, k, ebn0_db)) * generator.standard_normal((MESSAGES, n))
    received = books[0][sent[0]] + books[1][sent[1]] + noise
    logits = session(measured.decoder).run(["logits"], {"symbols": np.float32(received)})[0]
    return int((logits.argmax(axis=1) != sent[user]).sum())


def test_one_bit_each_is_bpsk_on_orthogonal_directions(trained):
    """Both users reach the closed form of a user who is alone (level 1e-5 for each)."""
    pairs = two_user_pairs(trained)
    found = geometry(*(codebook_of(pair.encoder) for pair in pairs))
    assert found.dimensions == (1, 1)
    assert found.mean_principal_angle_deg > 85.0
    rate = norm.sf(math.sqrt(2.0 * 10.0**0.4))
    for index, pair in enumerate(pairs):
        errors = count_errors(pair, pairs, 4.0, seed=10 + index)
        # Five per cent is what so short a training may leave on the table.
        assert binom.sf(errors - 1, MESSAGES, 1.05 * rate) > LEVEL
        assert binom.cdf(errors, MESSAGES, rate) > LEVEL


def test_four_bits_each_beat_time_sharing(four_bits):
    """Time sharing sends QPSK at twice the power half the time (level 1e-5 for each)."""
    turns = 1.0 - norm.cdf(math.sqrt(2.0 * 10.0**0.6)) ** 4
    for index, pair in enumerate(four_bits):
        errors = count_errors(pair, four_bits, 6.0, seed=20 + index)
        assert binom.cdf(errors, MESSAGES, turns) < LEVEL


def test_the_receivers_are_near_the_best_ones_for_their_codebooks(four_bits):
    for index, (own, other) in enumerate((four_bits, four_bits[::-1])):
        reference = joint_reference(own, other, "best", 5.0)
        errors = [count_errors(pair, four_bits, 5.0, 30 + index) for pair in (own, reference)]
        # Same messages and noise for both: the difference is not blurred by chance.
        assert errors[1] <= 1.01 * errors[0]
        assert errors[0] <= 1.15 * errors[1]


def test_the_reference_sums_over_the_messages_of_the_other_user(four_bits):
    own, other = four_bits
    reference = joint_reference(own, other, "best", 5.0)
    c = codebook_of(own.encoder).astype(np.float64)
    d = codebook_of(other.encoder).astype(np.float64)
    received = np.random.default_rng(1).normal(size=(50, 8))
    sums = c[:, None, :] + d[None, :, :]
    distance = np.square(received[:, None, None, :] - sums).sum(axis=3)
    exact = logsumexp(-distance / (2.0 * noise_variance(8, 4, 5.0)), axis=2)
    found = session(reference.decoder).run(["logits"], {"symbols": np.float32(received)})[0]
    exact -= exact.max(axis=1, keepdims=True)
    np.testing.assert_allclose(found - found.max(axis=1, keepdims=True), exact, atol=1e-3)


def test_only_two_users_have_such_a_config(tiny_pair):
    with pytest.raises(ValueError, match="tiny: kind is 'trained', expected 'two users'"):
        config_of_users(tiny_pair)


def test_the_reference_needs_users_of_one_n_and_a_possible_ebn0(trained, four_bits):
    pairs = two_user_pairs(trained)
    with pytest.raises(ValueError, match="n is 8, expected 2 as of pair_a"):
        joint_reference(pairs[0], four_bits[0], "best", 5.0)
    with pytest.raises(ValueError, match="ebn0_db is 90, too high"):
        joint_reference(*pairs, "best", 90.0)


def test_same_config_same_files_that_say_how_they_were_made(tmp_path, config, trained):
    seen = []
    torch.manual_seed(99)
    make_two_users(config, tmp_path, seen.append)
    assert [(report.seed, report.step) for report in seen] == [
        (5, 150),
        (5, 300),
        (5, 400),
        (6, 150),
        (6, 300),
        (6, 400),
    ]
    for name, other, expected in zip(
        ("pair_a", "pair_b"), ("pair_b", "pair_a"), two_user_pairs(trained), strict=True
    ):
        pair = Pair.load(tmp_path / name)
        assert pair.encoder.SerializeToString() == expected.encoder.SerializeToString()
        assert pair.decoder.SerializeToString() == expected.decoder.SerializeToString()
        link, _ = pair.contracts()
        assert link.link == name
        recipe = link.recipe
        assert recipe["other_user"] == other
        assert config_of_users(pair) == config
        losses = {entry["seed"]: entry["validation_loss"] for entry in recipe["search"]}
        worth = {seed: sum(v * v for v in both) / sum(both) for seed, both in losses.items()}
        assert worth[recipe["seed"]] == min(worth.values())
        assert recipe["geometry"]["mean_principal_angle_deg"] > 85.0
        assert (tmp_path / name / "CARD.md").read_text().startswith(f"# {name}\n")
        curve = (tmp_path / name / HISTORY_FILE).read_text().splitlines()
        assert curve[0] == "seed,phase,step,loss,bler"
        assert [line.split(",")[:3] for line in curve[1:]] == [
            [seed, stage, step]
            for seed in ("5", "6")
            for stage, step in (("link", "150"), ("link", "300"), ("receiver", "100"))
        ]


def test_unit_power_for_both(four_bits):
    for pair in four_bits:
        power = np.square(codebook_of(pair.encoder).astype(np.float64)).mean()
        assert power == pytest.approx(0.5, abs=1e-6)
        assert contract.check(pair.decoder).recipe["kind"] == "two users"


def test_the_worse_user_counts_more():
    assert user_share(3.0, 1.0) == 0.75
    assert user_share(0.0, 0.0) == user_share(math.inf, 1.0) == 0.5


def test_the_validation_stream_repeats_itself(config):
    users = TwoUsers(config, torch.Generator().manual_seed(1))
    assert validate(config, users) == validate(config, users)


def test_both_users_get_noise_of_their_own(config):
    users = TwoUsers(config, torch.Generator().manual_seed(1))
    users.decoders[1].load_state_dict(users.decoders[0].state_dict())
    messages = torch.zeros(4, dtype=torch.int64)
    first, second = users.send((messages, messages), torch.Generator().manual_seed(2))
    assert not torch.equal(first.symbols, second.symbols)


def test_posteriors_sum_over_the_messages_of_the_other_user():
    recipe = TwoUserConfig(name="four", n=8, k=4, ebn0_db=3.0)
    users = TwoUsers(recipe, torch.Generator().manual_seed(3))
    generator = torch.Generator().manual_seed(4)
    sent = torch.randint(16, (2, 40), generator=generator)
    received = users.send((sent[0], sent[1]), generator)
    books = [encoder.codebook().detach().numpy() for encoder in users.encoders]
    for user, found in enumerate(users.posteriors(received)):
        sums = books[user][:, None, :] + books[1 - user][None, :, :]
        seen = received[user].symbols.detach().numpy()
        distance = np.square(seen[:, None, None, :] - sums).sum(axis=3)
        exponents = logsumexp(-distance / (2.0 * noise_variance(8, 4, 3.0)), axis=2)
        exact = np.exp(exponents - logsumexp(exponents, axis=1, keepdims=True))
        np.testing.assert_allclose(found.numpy(), exact, atol=1e-5)


def test_the_receivers_stage_keeps_the_codebooks(config):
    alone = config.model_copy(update={"seeds": (5,), "receiver_steps": 0})
    refined = alone.model_copy(update={"receiver_steps": 200})
    first, second = train_two_users(alone), train_two_users(refined)
    for one, other in zip(first.encoders, second.encoders, strict=True):
        assert torch.equal(one.codebook(), other.codebook())
    losses = [found.attempts[0].validation_loss for found in (first, second)]
    assert sum(losses[1]) < sum(losses[0])


def test_the_form_of_the_thesis_has_hidden_layers(config):
    changes = {"form": "thesis", "decoder_units": 7, "steps": 50, "seeds": (1,)}
    pairs = two_user_pairs(train_two_users(config.model_copy(update=changes)))
    for pair in pairs:
        sizes = {tensor.name: tuple(tensor.dims) for tensor in pair.decoder.graph.initializer}
        assert sizes["weight_0"] == (7, 2)
        assert sizes["weight_1"] == (2, 7)


def test_divergence_is_told_with_its_step(config):
    wild = config.model_copy(update={"learning_rate": 1e36, "seeds": (5,), "steps": 10})
    with pytest.raises(DivergedError, match=r"^pair, seed 5, stage link: the loss is \S+ at"):
        train_two_users(wild)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"epochs": 3}, "Extra inputs"),
        ({"k": 4, "batch": 1022}, "batch is 1022, expected a multiple of 2\\^k = 16"),
        ({"k": 9}, "less than or equal to 8"),
        ({"seeds": ()}, "at least 1 item"),
        ({"seeds": (1, 1)}, "must all differ"),
        ({"seeds": (1_000_003,)}, "must all differ"),
        ({"receiver_steps": 1}, "receiver_steps is 1, expected 0 or at least 2"),
        ({"name": "../x"}, "should match pattern"),
        ({"steps": 1}, "greater than or equal to 2"),
    ],
)
def test_bad_configs(config, change, expected):
    with pytest.raises(ValidationError, match=expected):
        TwoUserConfig(**(config.model_dump() | change))


def test_geometry_of_known_codebooks():
    signs = np.array([[1.0], [-1.0]])
    east, north = signs * [1.0, 0.0], signs * [0.0, 1.0]
    slanted = signs * [1.0, 1.0]
    assert geometry(east, north).mean_principal_angle_deg == pytest.approx(90.0)
    assert geometry(east, north).overlap == pytest.approx(0.0)
    assert geometry(east, slanted).mean_principal_angle_deg == pytest.approx(45.0)
    assert geometry(east, slanted).overlap == pytest.approx(0.5)
    # The mean carries no message and does not count.
    assert geometry(east + 3.0, north - 5.0).mean_principal_angle_deg == pytest.approx(90.0)


def test_geometry_where_the_spans_fill_the_space():
    """Angles say nothing there; the overlap still does."""
    axes = np.vstack([np.eye(4), -np.eye(4)])
    first, second = axes * [2.0, 2.0, 0.5, 0.5], axes * [0.5, 0.5, 2.0, 2.0]
    found = geometry(first, second)
    assert found.dimensions == (4, 4)
    assert found.principal_angles_deg == pytest.approx((0.0,) * 4, abs=1e-5)
    assert found.overlap == pytest.approx(2.0 / (16.0 + 0.0625))
    assert geometry(first, first).overlap == pytest.approx(1.0)


def test_a_span_ignores_traces_of_energy():
    points = np.random.default_rng(1).normal(size=(64, 3)) * [1.0, 1.0, 1e-3]
    assert geometry(points, points).dimensions == (2, 2)
    with pytest.raises(ValueError, match="found one point only"):
        geometry(np.ones((4, 3)), points)
