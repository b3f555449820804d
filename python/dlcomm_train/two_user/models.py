# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The models of two users: trained links as files, and the receiver that is their measure.

Each user is a link of its own, with two files that obey the contract; the recipe in them
names the other user.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import helper

from dlcomm_train.channels.models import noise_variance
from dlcomm_train.contract import Contract
from dlcomm_train.files import write_together
from dlcomm_train.models.cards import model_files
from dlcomm_train.models.channel_knowledge import with_receiver
from dlcomm_train.models.export import decoder_graph, decoder_model, encoder_model
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.provenance import versions
from dlcomm_train.training.history import curve
from dlcomm_train.training.outcome import Progress
from dlcomm_train.two_user.config import TwoUserConfig
from dlcomm_train.two_user.geometry import geometry
from dlcomm_train.two_user.training import TrainedPairOfLinks, train_two_users

KIND = "two users"
"""The ``kind`` in the recipe of such a link."""

LOSS = (
    "a L1 + (1 - a) L2 of the users' symbol-wise cross-entropies, a = L1 / (L1 + L2); exact "
    "posteriors in the receivers' steps"
)
"""What the recipe says about the loss, for people."""

_EXPONENT = 700.0
"""exp of minus this is still a number above zero in double precision."""
_SIGMAS = 10.0
"""Standard deviations of noise that the reference receiver has room for."""


def two_user_pairs(trained: TrainedPairOfLinks) -> tuple[Pair, Pair]:
    """The models of both users, with the recipe in their metadata."""
    config = trained.config
    codebooks = [encoder.codebook().detach().numpy() for encoder in trained.encoders]
    found = geometry(*codebooks)
    recipe = {
        "kind": KIND,
        "config": config.model_dump(mode="json", exclude={"name"}),
        "loss": LOSS,
        "optimiser": "Adam, one-cycle learning rate",
        "search": [attempt.summary() for attempt in trained.attempts],
        "seed": trained.seed,
        "geometry": {
            "span_dimensions": list(found.dimensions),
            "mean_principal_angle_deg": round(found.mean_principal_angle_deg, 3),
            "overlap": round(found.overlap, 6),
        },
        "versions": versions("torch", "scipy", "onnx"),
    }

    def pair(user: int) -> Pair:
        own = recipe | {"other_user": config.names[1 - user]}

        def link(role: str) -> Contract:
            return Contract(role, config.names[user], config.n, config.k, recipe=own)

        return Pair(
            encoder_model(trained.encoders[user], link("encoder")),
            decoder_model(trained.decoders[user], link("decoder")),
        )

    return pair(0), pair(1)


def config_of_users(pair: Pair) -> TwoUserConfig:
    """The config in the recipe of one of two users; it makes both again.

    Raises:
        KeyError: the recipe has none.
        ValueError: the recipe is of another kind of link.
    """
    link, _ = pair.contracts()
    if link.recipe["kind"] != KIND:
        raise ValueError(f"{link.link}: kind is {link.recipe['kind']!r}, expected {KIND!r}")
    return TwoUserConfig(name=link.link.rpartition("_")[0], **link.recipe["config"])


def make_two_users(
    config: TwoUserConfig, out: Path, progress: Progress | None = None
) -> None:
    """Train two users and write each to a folder of its own in `out`, with card and curve.

    Raises:
        DivergedError: the loss of every seed became infinite or NaN.
        OSError: a file cannot be written.
    """
    trained = train_two_users(config, progress)
    pairs = two_user_pairs(trained)
    files: dict[Path, bytes] = {}
    for name, pair, history in zip(config.names, pairs, trained.histories, strict=True):
        files |= model_files(out / name, pair, curve(history))
    write_together(files)


def joint_reference(own: Pair, other: Pair, name: str, ebn0_db: float) -> Pair:
    """The codebook of `own` with the best receiver while `other` sends as well.

    For y = c + d + w with own codewords c, the other user's codewords d (all equally
    likely) and noise of variance s^2 per real channel use,

        p(y | c) ~ sum over d of exp(-|y - c - d|^2 / (2 s^2)),

    and with a(c) = (<y, c> - |c|^2 / 2) / s^2 and b(d) alike, up to a factor,

        p(y | c) ~ exp(a(c)) sum over d of exp(b(d)) exp(-<c, d> / s^2):

    one product with a matrix that does not depend on y. This receiver makes the fewest
    block errors that the two codebooks allow.

    Args:
        own: the measured user.
        other: the other user, of the same n.
        name: name of the new link.
        ebn0_db: Eb/N0 at which it is the best, by the energy of `own`.

    Raises:
        ContractError: a pair breaks the contract.
        ValueError: n differs, or `ebn0_db` is so high that double precision ends.
    """
    link, _ = own.contracts()
    rival, _ = other.contracts()
    if link.n != rival.n:
        raise ValueError(f"{rival.link}: n is {rival.n}, expected {link.n} as of {link.link}")
    variance = noise_variance(link.n, link.k, ebn0_db)
    interference = codebook_of(other.encoder).astype(np.float64)

    def receiver(codebook: np.ndarray, contract: Contract) -> onnx.ModelProto:
        nodes, constants = _joint_graph(codebook, interference, variance, ebn0_db)
        return decoder_graph(nodes, constants, contract)

    recipe = {
        "description": f"codebook of {link.link}, best receiver beside {rival.link}",
        "logits_exact_at_ebn0_db": ebn0_db,
    }
    return with_receiver(own, name, receiver, recipe, even=False)


def _joint_graph(
    own: np.ndarray, other: np.ndarray, variance: float, ebn0_db: float
) -> tuple[Sequence[onnx.NodeProto], dict[str, np.ndarray]]:
    """Operators and constants of the best receiver, in double precision."""
    exponents = -other @ own.T / variance
    largest = exponents.max(axis=0)
    # Of the codewords that were sent, b is below the largest b by at most the spread of
    # the exponents (and what the noise adds); so is the entry of the matrix.
    noise = _SIGMAS * np.linalg.norm(np.ptp(other, axis=0)) / np.sqrt(variance)
    if 2.0 * np.ptp(exponents) + noise > _EXPONENT:
        raise ValueError(f"ebn0_db is {ebn0_db:g}, too high for the reference receiver")

    def bias(codebook: np.ndarray) -> np.ndarray:
        return -np.square(codebook).sum(axis=1) / (2.0 * variance)

    steps = (
        ("Cast", ["symbols"], "y", {"to": onnx.TensorProto.DOUBLE}),
        ("Gemm", ["y", "other", "other_bias"], "b", {}),
        ("ReduceMax", ["b"], "b_max", {"axes": [1]}),
        ("Sub", ["b", "b_max"], "b_shifted", {}),
        ("Exp", ["b_shifted"], "weights", {}),
        ("MatMul", ["weights", "together"], "sums", {}),
        ("Log", ["sums"], "marginals", {}),
        ("Gemm", ["y", "own", "own_bias"], "a", {}),
        ("Add", ["a", "marginals"], "both", {}),
        ("Cast", ["both"], "logits", {"to": onnx.TensorProto.FLOAT}),
    )
    nodes = [
        helper.make_node(kind, inputs, [output], output, **attributes)
        for kind, inputs, output, attributes in steps
    ]
    constants = {
        "own": own.T / variance,
        "own_bias": bias(own) + largest,
        "other": other.T / variance,
        "other_bias": bias(other),
        "together": np.exp(exponents - largest),
    }
    return nodes, {key: np.ascontiguousarray(v) for key, v in constants.items()}
