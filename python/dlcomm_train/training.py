# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The training loop: symbol-wise cross-entropy through a differentiable channel."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import torch
from torch import nn

from dlcomm_train.channels import Awgn
from dlcomm_train.config import LinkConfig
from dlcomm_train.labelling import best_order
from dlcomm_train.networks import Decoder, Encoder, relabel

Progress = Callable[[int, int, float], None]
"""Called with (seed, step, validation loss so far) while training."""

_VALIDATION_BATCH = 1 << 14


@dataclass(frozen=True)
class Attempt:
    """How one seed of a search went."""

    seed: int
    steps: int
    validation_loss: float
    """Mean cross-entropy in nats on the validation stream, at the kept state."""
    validation_bler: float
    """Share of wrong messages on the validation stream, at the kept state."""

    def summary(self) -> dict[str, float | int | None]:
        """The entries for a recipe; the loss of a seed that diverged is None."""
        finite = math.isfinite(self.validation_loss)
        return asdict(self) | {
            "validation_loss": self.validation_loss if finite else None
        }


@dataclass(frozen=True)
class TrainedLink:
    """The kept link of a search, and how every seed did."""

    config: LinkConfig
    encoder: Encoder
    decoder: Decoder
    seed: int
    attempts: tuple[Attempt, ...]


def train(config: LinkConfig, progress: Progress | None = None) -> TrainedLink:
    """Train a link with every seed of `config` and keep the best.

    The result depends on `config` alone (for one machine and one set of library
    versions): training runs on one thread and every draw has its own generator.

    Args:
        config: the recipe.
        progress: called after every validation.

    Raises:
        RuntimeError: the loss of every seed became infinite or NaN.
    """
    best: tuple[Attempt, Encoder, Decoder] | None = None
    attempts = []
    with _one_thread():
        for seed in config.seeds:
            attempt, encoder, decoder = _train_seed(config, seed, progress)
            attempts.append(attempt)
            if best is None or attempt.validation_loss < best[0].validation_loss:
                best = (attempt, encoder, decoder)
        if best is None or not math.isfinite(best[0].validation_loss):
            raise RuntimeError(f"{config.name}: training diverged with every seed")
        winner, encoder, decoder = best
        sigma = Awgn(config.n, config.k, config.ebn0_db).sigma
        order = best_order(encoder.codebook().detach(), sigma, winner.seed)
        relabel(encoder, decoder, order)
    return TrainedLink(config, encoder, decoder, winner.seed, tuple(attempts))


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread: sums are then always taken in the same order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _train_seed(
    config: LinkConfig, seed: int, progress: Progress | None
) -> tuple[Attempt, Encoder, Decoder]:
    """Both stages of one seed: the link, then its decoder alone."""
    generator = torch.Generator().manual_seed(seed)
    encoder = Encoder(config.n, config.k, config.form, config.power_norm, generator)
    decoder = Decoder(config.n, config.k, config.form, generator)
    channel = Awgn(config.n, config.k, config.ebn0_db)

    def report(step: int, loss: float) -> None:
        if progress is not None:
            progress(seed, step, loss)

    steps = _fit(
        config,
        (encoder, decoder, channel),
        (config.steps, config.learning_rate),
        generator,
        report,
    )
    if config.receiver_steps:
        encoder.requires_grad_(False)  # from here on, the codebook is fixed
        steps += _fit(
            config,
            (encoder, decoder, Awgn(config.n, config.k, config.receiver_ebn0_db)),
            (config.receiver_steps, config.receiver_learning_rate),
            generator,
            lambda step, loss: report(config.steps + step, loss),
        )
        # Log-likelihoods are proportional to 1/N0: back to those of the link's Eb/N0.
        difference_db = config.ebn0_db - config.receiver_ebn0_db
        decoder.scale_logits(10.0 ** (difference_db / 10.0))
    loss, bler = validate(config, encoder, decoder, channel)
    # A network that diverged (NaN) must lose every comparison.
    attempt = Attempt(seed, steps, loss if math.isfinite(loss) else math.inf, bler)
    return attempt, encoder, decoder


def _fit(
    config: LinkConfig,
    link: tuple[Encoder, Decoder, Awgn],
    schedule: tuple[int, float],
    generator: torch.Generator,
    report: Callable[[int, float], None],
) -> int:
    """The training loop: leave `link` in the best validated state, return the steps.

    With a fixed encoder, the label in the cross-entropy is replaced by its expectation
    given what was received, the posterior over all messages: the expected gradient is
    the same, its variance much smaller (Rao-Blackwell).

    Args:
        config: batch and validation settings.
        link: encoder, decoder and the channel between them; what requires no gradient
            stays as it is.
        schedule: steps, and peak learning rate of the one-cycle schedule.
        generator: of the noise.
        report: called with step and best loss after every validation.
    """
    encoder, decoder, channel = link
    modules = nn.ModuleList([encoder, decoder])
    steps, learning_rate = schedule
    trained = [weight for weight in modules.parameters() if weight.requires_grad]
    optimiser = torch.optim.Adam(trained, lr=learning_rate)
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, max_lr=learning_rate, total_steps=steps
    )
    # Every message equally often in every batch: same expectation, less variance.
    messages = torch.arange(config.batch) % config.messages
    fixed = not any(weight.requires_grad for weight in encoder.parameters())
    codebook = encoder.codebook() if fixed else None
    best, state = math.inf, copy.deepcopy(modules.state_dict())
    stale = 0
    for step in range(1, steps + 1):
        received = channel(encoder(messages), generator)
        target = messages if codebook is None else channel.posteriors(received, codebook)
        loss = nn.functional.cross_entropy(decoder(received), target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        cycle.step()
        if step % config.validate_every and step != steps:
            continue
        validation_loss, _ = validate(config, encoder, decoder, channel)
        if validation_loss < best:
            best, state = validation_loss, copy.deepcopy(modules.state_dict())
            stale = 0
        else:
            stale += 1
        report(step, best)
        if stale == config.patience:
            break
    modules.load_state_dict(state)
    return step


@torch.no_grad()
def validate(
    config: LinkConfig, encoder: Encoder, decoder: Decoder, channel: Awgn
) -> tuple[float, float]:
    """Mean cross-entropy (nats) and block error rate on the validation stream.

    The stream is the same at every call: same messages, same noise.
    """
    generator = torch.Generator().manual_seed(config.validation_seed)
    sets = -(-config.validation_messages // config.messages)
    stream = torch.arange(config.messages).repeat(sets)
    codebook = encoder.codebook()
    loss, errors = 0.0, 0
    for messages in stream.split(_VALIDATION_BATCH):
        logits = decoder(channel(codebook[messages], generator))
        loss += float(
            nn.functional.cross_entropy(logits, messages, reduction="sum").double()
        )
        errors += int((logits.argmax(dim=1) != messages).sum())
    return loss / len(stream), errors / len(stream)
