# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressing one model file: an encoder or a decoder alone, a classifier, any network."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import onnx

from dlcomm_train import contract
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link, Progress, Step
from dlcomm_train.compress.pipeline import applied, recipe_of
from dlcomm_train.compress.report import Size, size_of_models, storage_summary
from dlcomm_train.compress.training.data_retraining import DataRetraining
from dlcomm_train.compress.training.material import Material
from dlcomm_train.contract import Contract
from dlcomm_train.datasets.dataset import Dataset
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
    model, what, found = _read(model)
    return _compressed(model, what, Link.read_one(model, found), steps, name, progress)


def compress_classifier(
    model: onnx.ModelProto | str | os.PathLike[str],
    steps: Sequence[Step],
    dataset: Dataset,
    name: str | None = None,
    progress: Progress | None = None,
) -> CompressedFile:
    """Compress a float classifier by `steps`, in that order, training it on a data set.

    Args:
        model: a classifier to the contract, or its file.
        steps: configurations of techniques. Those whose ``retraining`` is left out train as
            :class:`~dlcomm_train.compress.training.data_retraining.DataRetraining` has it.
        dataset: what to train, calibrate and validate on, split as the classifier's recipe
            says; the test part is not touched.
        name: name of the result's graph; left out, that of the model's.
        progress: called now and then with the running step and its share done.

    Raises:
        ContractError: the file is no classifier for such windows.
        CompressError: a step cannot be done to a classifier.
        DatasetError: the data set cannot be split.
        DivergedError: a loss became infinite or NaN.
    """
    model, what, found = _read(model)
    if found.role != "classifier":
        raise CompressError(f"{what}: is a {found.role}, expected a classifier")
    link = Link.read_one(model, found)
    link = replace(link, material=Material.of(model, found, dataset))
    steps = [on_data(step) for step in steps]
    return _compressed(model, what, link, steps, name, progress)


def on_data(step: Step, settings: Mapping[str, Any] | None = None) -> Step:
    """The step with the usual retraining of classifiers, where none is given.

    Args:
        step: the step.
        settings: of that retraining, where they are not the usual ones.
    """
    field = type(step).model_fields.get("retraining")
    if field is None or "retraining" in step.model_fields_set or field.default is None:
        return step
    return step.model_copy(update={"retraining": DataRetraining(**(settings or {}))})


def _read(
    model: onnx.ModelProto | str | os.PathLike[str],
) -> tuple[onnx.ModelProto, str, Contract]:
    """A model, what messages call it, and what it says about itself."""
    what = _NETWORK
    if not isinstance(model, onnx.ModelProto):
        what = os.fspath(model)
        model = contract.read(model)
    return model, what, _contract(model, what)


def _compressed(
    model: onnx.ModelProto,
    what: str,
    link: Link,
    steps: Sequence[Step],
    name: str | None,
    progress: Progress | None,
) -> CompressedFile:
    """Carry out the steps on a model that is taken apart already."""
    if not steps:
        raise CompressError("no step is given, expected at least one")
    found = link.contracts[0]
    before = size_of_models((model,), link)
    for step in steps:
        _check_side(step, found.role)
    link = applied(link, steps, progress)
    result = link.to_model(_renamed(found, name, recipe_of(link)))
    if found.role == "classifier":
        result.graph.name = name or model.graph.name
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
