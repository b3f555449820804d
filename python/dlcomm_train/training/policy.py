# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a link over a channel of which nothing is known.

The channel takes symbols and returns symbols; no gradient comes back through it. The
receiver needs none. The transmitter gets an estimate of its own: it sends

    sqrt(1 - s2) c + sqrt(s2) e

where c is the codeword of the message and e is white Gaussian with the mean power of the
codebook, so that the transmit power is what it was, and learns from the receiver's loss
which perturbations e helped. With l the loss of one message and p the density of what was
sent, the gradient of the mean loss is the mean of l times the gradient of log p (the score
function, or policy-gradient, estimator; F. Ait Aoudia, J. Hoydis, "End-to-End Learning of
Communications Systems Without a Channel Model", 2018, arXiv:1804.02276).

What is added to that recipe:

- a baseline. From the loss of each message, the mean loss of the other messages of the
  batch with the same codeword is subtracted. They do not depend on its perturbation, so
  the expected gradient stays the same, and its variance falls: a great deal at first, while
  all losses are large, and little once most messages arrive (W. Kool et al., "Buy 4
  REINFORCE Samples, Get a Baseline for Free!", 2019);
- one exchange with the channel teaches both sides: what was received of a perturbed batch
  is also a batch for the receiver (taking turns remains possible);
- the perturbation begins large, where gradients are clear, and ends small, where the link
  with and the link without perturbation are nearly the same. One-cycle learning rates.

What the receiver has learned is right for perturbed codewords. A stage for the receiver
alone, with the codebook as it is, has to follow (``receiver_steps`` of the recipe).
"""

from __future__ import annotations

import math

import torch

from dlcomm_train.channels.models import Channel, Received
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.networks.normalisation import POWER_PER_REAL
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import Loss, loss_of
from dlcomm_train.training.policy_config import PolicyGradient
from dlcomm_train.training.stage import Stage, check_finite


class BlackBox(Channel):
    """A channel of which only inputs and outputs are seen: neither gradient nor likelihood."""

    def __init__(self, channel: Channel) -> None:
        """Hide what `channel` knows about itself."""
        self._channel = channel

    @torch.no_grad()
    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """What `channel` makes of `symbols` [b, n]; the result requires no gradient."""
        return self._channel(symbols, generator)


def codebook_gradient(
    losses: torch.Tensor, noise: torch.Tensor, perturbation: float, messages: int
) -> torch.Tensor:
    """Estimated gradient of the mean loss with respect to every codeword.

    What is sent is Gaussian around sqrt(1 - s2) c with the variance s2/2 per real channel
    use, so the gradient of the logarithm of its density with respect to c is
    sqrt(1 - s2) e / sqrt(s2/2), where e has unit variance.

    Args:
        losses: [b] float, the receiver's loss of every message; the batch holds all
            messages in order, two times or more.
        noise: [b, n] float, the e of every message.
        perturbation: s2.
        messages: M.

    Returns:
        [M, n] float, unbiased.
    """
    table = losses.reshape(-1, messages)  # one row for each copy of all messages
    copies = len(table)
    # The mean over all copies contains the copy itself; the factor makes up for that.
    advantage = (table - table.mean(dim=0)) * (copies / (copies - 1))
    scale = math.sqrt(1.0 - perturbation) / math.sqrt(perturbation * POWER_PER_REAL)
    score = noise.reshape(copies, messages, -1) * (scale / len(losses))
    return torch.einsum("im,imn->mn", advantage, score)


class PolicyStage(Stage):
    """Trains both sides of a link, the transmitter by policy gradient.

    The interface is that of :class:`~dlcomm_train.training.stage.Stage`. All steps are taken:
    the validation stream is sent without perturbation, and how the link does there while the
    perturbation is large is no reason to stop.
    """

    def __init__(
        self,
        config: LinkConfig,
        loss: Loss,
        link: tuple[Encoder, Decoder, Channel],
        schedule: tuple[int, float],
        generator: torch.Generator,
    ) -> None:
        """Set up the stage as its base; the channel may be any.

        Raises:
            ValueError: ``config.policy`` is None.
        """
        super().__init__(config, loss, link, schedule, generator)
        if config.policy is None:
            raise ValueError("policy is missing, expected the settings of the policy gradient")
        self._policy: PolicyGradient = config.policy
        steps, rate = schedule
        rates = [self._policy.learning_rate or rate, rate]
        self._optimiser = torch.optim.Adam(
            [
                {"params": list(side.parameters()), "lr": peak}
                for side, peak in zip(link[:2], rates, strict=True)
            ]
        )
        self._cycle = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, max_lr=rates, total_steps=steps
        )

    @property
    def finished(self) -> bool:
        """Whether all steps are done."""
        return self.step == self._steps

    @property
    def perturbation(self) -> float:
        """Share of the transmit power that is perturbation at the present step."""
        first, last = self._policy.perturbation, self._policy.final_perturbation
        done = self.step / max(self._steps - 1, 1)
        return first * (last / first) ** done

    def _batch(self) -> None:
        """Send one batch; teach both sides, or the one whose turn it is."""
        turn = self.step % (self._policy.transmitter_steps + 1)
        shared = self._policy.transmitter_steps == 0
        codebook = self._encoder.codebook()
        sent = codebook.detach()[self._messages]
        power = self.perturbation
        noise = None
        if shared or turn > 0:
            noise = torch.randn(
                sent.shape, generator=self._generator, dtype=sent.dtype, device=sent.device
            )
            sent = math.sqrt(1.0 - power) * sent + math.sqrt(power * POWER_PER_REAL) * noise
        received = self._channel(sent, self._generator)
        with torch.set_grad_enabled(shared or turn == 0):
            decided = self._decoder(received)
            losses = loss_of(self._loss, decided, self._messages, "none")
        check_finite(losses.detach().mean(), self.step + 1)
        # Without a gradient, a side's weights and their moments stay as they are.
        self._optimiser.zero_grad(set_to_none=True)
        if losses.requires_grad:
            losses.mean().backward()
        if noise is not None:
            gradient = codebook_gradient(losses.detach(), noise, power, len(codebook))
            codebook.backward(gradient)
        self._optimiser.step()
