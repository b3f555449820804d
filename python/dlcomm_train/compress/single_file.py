# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressing one model file: an encoder or a decoder alone, a classifier, any network."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import onnx

from dlcomm_train import contract
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link, Progress, Step
from dlcomm_train.compress.pipeline import applied, recipe_of
from dlcomm_train.compress.report import Size, size_of_models, storage_summary
from dlcomm_train.contract import Contract
from dlcomm_train.files import write_atomic

_NETWORK = "network"
"""Role of a file without a contract."""


@dataclass(frozen=True)
class CompressedFile:
    """A compressed model and its sizes.

    Attributes:
        model: the model.
        before: size of what was compressed.
        after: size of the result.
        layers: one object per layer: shape, weights left, bytes stored.
    """

    model: onnx.ModelProto
    before: Size
    after: Size
    layers: list[dict[str, Any]]

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the model to `path`, or nothing.

        Raises:
            OSError: the file cannot be written.
        """
        write_atomic(path, self.model.SerializeToString(deterministic=True))


def compress_file(
    model: onnx.ModelProto | str | os.PathLike[str],
    steps: Sequence[Step],
    name: str | None = None,
    progress: Progress | None = None,
) -> CompressedFile:
    """Compress one float model by steps that do not train, in that order.

    Training takes both networks of a link and its channel: :func:`compress` does that.

    Args:
        model: a model with dense layers or convolutions, or its file. One without metadata
            ``dlcomm.*`` gets none.
        steps: configurations of techniques, those with ``retraining`` set to None.
        name: link name of the result; left out, that of the model.
        progress: called now and then with the running step and its share done.

    Raises:
        ContractError: the file cannot be read, is no standard ONNX model, or breaks the
            contract that it claims to obey.
        CompressError: a step trains, or cannot be done to this model.
    """
    what = _NETWORK
    if not isinstance(model, onnx.ModelProto):
        what = os.fspath(model)
        model = contract.read(model)
    if not steps:
        raise CompressError("no step is given, expected at least one")
    found = _contract(model, what)
    link = Link.read_one(model, found)
    before = size_of_models((model,), link)
    for step in steps:
        _check_side(step, found.role)
    link = applied(link, steps, progress)
    stack = link.encoder if found.role == "encoder" else link.decoder
    result = stack.to_model(_renamed(found, name, recipe_of(link)))
    if contract.has_contract(result):
        contract.check(result, what)
    else:
        contract.check_graph(result, what)
    after = size_of_models((result,), link)
    return CompressedFile(result, before, after, storage_summary(link))


def _contract(model: onnx.ModelProto, what: str) -> Contract:
    if contract.has_contract(model):
        return contract.check(model, what)
    contract.check_format(model, what)
    contract.check_graph(model, what)
    return Contract(_NETWORK)


def _renamed(found: Contract, name: str | None, recipe: dict[str, Any]) -> Contract | None:
    """The contract of the result; what was measured on the model does not hold for it."""
    if found.role == _NETWORK:
        return None
    link = found.link if found.role == "classifier" else name or found.link
    return replace(found, link=link, recipe=recipe, measured=[])


def _check_side(step: Step, role: str) -> None:
    wanted = getattr(step, "side", "both")
    place = "encoder" if role == "encoder" else "decoder"
    if wanted not in ("both", place):
        raise CompressError(
            f"{step.kind}: side is {wanted}, expected both or {place}: the file is one {role}"
        )
