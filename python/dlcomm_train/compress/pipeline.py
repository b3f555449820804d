# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The one verb: compress a link by steps, in the order given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link, Progress, Step
from dlcomm_train.compress.report import Size, size_of, storage_summary
from dlcomm_train.models.pairs import Pair
from dlcomm_train.provenance import versions
from dlcomm_train.training.train import one_thread


@dataclass(frozen=True)
class Compressed:
    """A compressed pair and its sizes.

    Attributes:
        pair: the models.
        before: size of the pair that was compressed.
        after: size of the result.
        layers: one object per layer: shape, weights left, bytes stored.
    """

    pair: Pair
    before: Size
    after: Size
    layers: list[dict[str, Any]]


def compress(
    pair: Pair,
    steps: Sequence[Step],
    name: str | None = None,
    progress: Progress | None = None,
) -> Pair:
    """Compress a float pair by `steps`, in that order.

    Every later step keeps what earlier ones demand: pruned weights stay at zero and
    quantized ones on levels while others are trained.

    Args:
        pair: float models with dense layers and convolutions.
        steps: configurations of techniques.
        name: link name of the result; left out, that of the pair.
        progress: called now and then with the running step, its number before it, and the
            share of it that is done.

    Returns:
        Models to the contract. Their recipe is that of the pair, with a list
        ``compression`` of the steps and what they found.

    Raises:
        ContractError: the pair breaks the contract.
        CompressError: a step cannot be done to this link.
        DivergedError: a loss became infinite or NaN.
    """
    return compress_and_count(pair, steps, name, progress).pair


def compress_and_count(
    pair: Pair,
    steps: Sequence[Step],
    name: str | None = None,
    progress: Progress | None = None,
) -> Compressed:
    """As :func:`compress`, and count the sizes before and after."""
    if not steps:
        raise CompressError("no step is given, expected at least one")
    link = Link.read(pair)
    before = size_of(pair, link)
    link = applied(link, steps, progress)
    result = link.to_pair(name or link.contracts[0].link, recipe_of(link))
    return Compressed(result, before, size_of(result, link), storage_summary(link))


def applied(link: Link, steps: Sequence[Step], progress: Progress | None) -> Link:
    """The link after `steps`, in that order, of which `progress` is told by number."""
    with one_thread():
        for number, step in enumerate(steps, 1):

            def report(what: str, share: float, number: int = number) -> None:
                if progress is not None:
                    progress(f"{number}/{len(steps)} {what}", share)

            link = step.apply(link, report)
    return link


def recipe_of(link: Link) -> dict[str, Any]:
    """The recipe of what was read, and the steps since."""
    return link.contracts[0].recipe | {
        "compression": list(link.notes),
        "compressed_with": versions("torch", "onnx"),
    }
