# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training without a channel model: the gradient estimate, the two sides, what is learned."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.stats import chi2, norm

from dlcomm_train.channels.models import Awgn, Channel, Received
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import Loss
from dlcomm_train.training.policy import BlackBox, PolicyStage, codebook_gradient
from dlcomm_train.training.stage import DivergedError
from dlcomm_train.training.train import train

EBN0_DB = 4.0


@pytest.fixture(autouse=True)
def one_thread():
    """As training has it: small batches gain nothing from more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Foreign(Channel):
    """White noise added outside of torch, with a record of what was sent."""

    def __init__(self, sigma: float, seed: int = 5) -> None:
        self._sigma, self._random = sigma, np.random.default_rng(seed)
        self.powers: list[float] = []
        self.batches = 0

    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        sent = symbols.numpy()  # fails where a gradient is expected to come back
        self.batches += 1
        self.powers.append(float(np.square(sent).mean()))
        noise = self._random.normal(scale=self._sigma, size=sent.shape)
        return Received(torch.from_numpy((sent + noise).astype(np.float32)))


def recipe(**changes) -> LinkConfig:
    """A (2,2) link that learns without a channel model in about a second."""
    entries = {
        "name": "tiny",
        "n": 2,
        "k": 2,
        "ebn0_db": EBN0_DB,
        "batch": 1024,
        "steps": 400,
        "learning_rate": 0.05,
        "receiver_steps": 0,
        "seeds": (11,),
        "validation_messages": 1 << 14,
        "validate_every": 100,
        "policy": {"perturbation": 0.1, "final_perturbation": 0.05},
    }
    return LinkConfig(**(entries | changes))


def stage_of(
    config: LinkConfig, channel: Channel | None = None, loss: Loss = "symbolwise"
) -> tuple[PolicyStage, Encoder]:
    """A fresh stage of the recipe, and its encoder."""
    seed = torch.Generator().manual_seed(config.seeds[0])
    encoder = Encoder(config.n, config.k, config.form, config.power_norm, seed)
    decoder = Decoder(config.n, config.k, config.form, seed)
    channel = channel or config.channel_model(config.ebn0_db)
    link, schedule = (encoder, decoder, channel), (config.steps, config.learning_rate)
    return PolicyStage(config, loss, link, schedule, seed), encoder


def modules_of(stage: PolicyStage) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in stage.state_dict()["modules"].items()}


def test_gradient_is_unbiased():
    """Against the exact gradient for the loss |sent - target|^2; false alarms: 1e-4."""
    messages, n, copies, repetitions, s2 = 4, 3, 8, 4000, 0.3
    generator = torch.Generator().manual_seed(2)
    codebook = torch.randn(messages, n, generator=generator)
    target = torch.randn(messages, n, generator=generator)
    message = torch.arange(messages).repeat(copies)
    found = []
    for _ in range(repetitions):
        noise = torch.randn(len(message), n, generator=generator)
        sent = math.sqrt(1 - s2) * codebook[message] + math.sqrt(s2 / 2) * noise
        losses = (sent - target[message]).square().sum(dim=1)
        found.append(codebook_gradient(losses, noise, s2, messages))
    table = torch.stack(found).double().numpy().reshape(repetitions, -1)
    centre = math.sqrt(1 - s2) * codebook
    # E|sent - target|^2 is |centre - target|^2 plus the variance; every message is 1/M of
    # the mean loss.
    exact = (2 * math.sqrt(1 - s2) * (centre - target) / messages).double().numpy().ravel()
    z = (table.mean(axis=0) - exact) / (table.std(axis=0, ddof=1) / math.sqrt(repetitions))
    assert np.square(z).sum() < chi2.isf(1e-4, len(z))


def test_gradient_does_not_see_what_every_copy_of_a_message_has_in_common():
    generator = torch.Generator().manual_seed(3)
    losses, noise = torch.rand(64, generator=generator), torch.randn(64, 2, generator=generator)
    offset = torch.tensor([0.0, 5.0, -3.0, 100.0]).repeat(16)
    plain = codebook_gradient(losses, noise, 0.1, 4)
    assert torch.allclose(codebook_gradient(losses + offset, noise, 0.1, 4), plain, atol=1e-4)


def test_perturbation_keeps_the_power_and_shrinks():
    """The mean power within 1 %: five standard deviations of the mean over 100 batches."""
    channel = Foreign(0.3)
    stage, _ = stage_of(
        recipe(policy={"perturbation": 0.5, "final_perturbation": 0.005}, validate_every=1000),
        channel,
    )
    assert stage.perturbation == pytest.approx(0.5)
    for _ in range(400):
        if stage.step == 399:
            assert stage.perturbation == pytest.approx(0.005)
        stage.advance()
    assert np.mean(channel.powers[:100]) == pytest.approx(0.5, rel=0.01)
    assert channel.powers[399] == pytest.approx(0.5, rel=0.02)


def test_one_exchange_for_every_step():
    channel = Foreign(0.3)
    config = recipe(steps=20, validate_every=20, validation_messages=1 << 10)
    stage, _ = stage_of(config, channel)
    while not stage.finished:
        stage.advance()
    assert channel.batches == 20 + 1  # and one for the validation


@pytest.mark.parametrize("turns", [1, 3])
def test_taking_turns_changes_one_side_at_a_time(turns):
    policy = {"perturbation": 0.1, "final_perturbation": 0.1, "transmitter_steps": turns}
    channel = Foreign(0.0)
    stage, encoder = stage_of(recipe(policy=policy, validate_every=100), channel)
    for step in range(2 * (turns + 1)):
        before = modules_of(stage)
        power = float(encoder.codebook().detach().square().mean())
        stage.advance()
        changed = {
            name.partition(".")[0]
            for name, value in modules_of(stage).items()
            if not torch.equal(value, before[name])
        }
        receiver = step % (turns + 1) == 0
        assert changed == {"1" if receiver else "0"}
        # The receiver's batch is not perturbed: it has the power of the codebook exactly.
        assert (abs(channel.powers[-1] - power) < 1e-6) == receiver


@pytest.mark.parametrize("turns", [0, 2])
def test_learns_qpsk_through_a_channel_outside_of_torch(turns):
    """BLER within 10 % of QPSK's: more than ten standard deviations of 26,000 errors."""
    policy = {
        "perturbation": 0.1,
        "final_perturbation": 0.05,
        "transmitter_steps": turns,
        "learning_rate": 0.05 if turns == 0 else 0.005,
    }
    config = recipe(policy=policy, steps=400 * (1 + turns), receiver_steps=200)
    sigma = Awgn(2, 2, EBN0_DB).sigma
    link = train(config, channel=Foreign(sigma))
    with torch.no_grad():
        codebook = link.encoder.codebook()
        message = torch.arange(4).repeat(1 << 18)
        generator = torch.Generator().manual_seed(77)
        received = Awgn(2, 2, EBN0_DB)(codebook[message], generator)
        errors = int((link.decoder(received).argmax(dim=1) != message).sum())
    bit = norm.sf(math.sqrt(2 * 10 ** (EBN0_DB / 10)))
    assert errors / len(message) == pytest.approx(1 - (1 - bit) ** 2, rel=0.10)


def test_learns_a_channel_that_squares():
    """Over Y = X^2 + N, at least ten times fewer errors than with the wrong channel in mind."""
    true = "polynomial:0,0,1"
    config = recipe(n=4, k=2, channel=true, ebn0_db=8.0, steps=800, receiver_steps=200)
    learned = train(config)
    mistaken = train(config.model_copy(update={"channel": "awgn", "policy": None}))
    rates = []
    for link in (learned, mistaken):
        message = torch.arange(4).repeat(1 << 14)
        with torch.no_grad():
            sent = link.encoder.codebook()[message]
            received = config.channel_model(8.0)(sent, torch.Generator().manual_seed(78))
            wrong = link.decoder(received).argmax(dim=1) != message
        rates.append(float(wrong.float().mean()))
    assert rates[0] <= rates[1] / 10
    assert rates[1] > 0.1


def test_goes_on_from_a_state_as_if_nothing_had_happened():
    config = recipe(validate_every=20)
    first, _ = stage_of(config)
    for _ in range(50):
        first.advance()
    state, generator = copy.deepcopy(first.state_dict()), first._generator.get_state()
    second, _ = stage_of(config.model_copy(update={"seeds": (99,)}))
    second.load_state_dict(state)
    second._generator.set_state(generator)
    assert second.perturbation == first.perturbation
    for stage in (first, second):
        while stage.step < 90:
            stage.advance()
    assert first.best == second.best
    others = modules_of(second)
    assert all(torch.equal(value, others[name]) for name, value in modules_of(first).items())


def test_takes_all_steps_whatever_validation_says():
    config = recipe(steps=40, validate_every=1, patience=1, validation_messages=1 << 8)
    stage, _ = stage_of(config)
    while not stage.finished:
        assert stage.advance()
    assert stage.step == 40


def test_a_broken_channel_is_reported_with_the_step():
    class Broken(Foreign):
        def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
            received = super().__call__(symbols, generator)
            return Received(received.symbols * (math.nan if self.batches == 3 else 1.0))

    stage, _ = stage_of(recipe(), Broken(0.3))
    stage.advance()
    stage.advance()
    before = modules_of(stage)
    with pytest.raises(DivergedError, match="step 3"):
        stage.advance()
    assert all(torch.equal(value, before[name]) for name, value in modules_of(stage).items())


def test_black_box_gives_neither_gradient_nor_likelihood():
    symbols = torch.ones(4, 2, requires_grad=True)
    hidden = BlackBox(Awgn(2, 2, EBN0_DB))
    assert not hidden(symbols, torch.Generator().manual_seed(1)).symbols.requires_grad
    assert not hasattr(hidden, "posteriors")


@pytest.mark.parametrize(
    ("policy", "named"),
    [
        ({"perturbation": 0.1, "final_perturbation": 0.2}, "final_perturbation is 0.2"),
        ({"perturbation": 1.0}, "perturbation"),
        ({"final_perturbation": 0.0}, "final_perturbation"),
        ({"transmitter_steps": -1}, "transmitter_steps"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"perturbations": 0.1}, "perturbations"),
    ],
)
def test_bad_settings(policy, named):
    with pytest.raises(ValidationError, match=named):
        recipe(policy=policy)


def test_a_batch_needs_two_of_each_message():
    with pytest.raises(ValueError, match="batch is 4, expected at least 8"):
        stage_of(recipe(batch=4))
