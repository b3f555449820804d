# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The options of ``compress`` that stand for steps, in whatever order they are given.

An option's value is the strength of the step and, after commas, any other of its settings:
``--prune 0.8,scope=layer,retraining.steps=500``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

import click
import typer
from pydantic import BaseModel, ValidationError
from typer.core import TyperCommand, TyperOption

from dlcomm_train.compress import (
    DataRetraining,
    Distill,
    Factorize,
    MatchReceiver,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeActivations,
    QuantizeAware,
    QuantizeMixed,
    Regularize,
    RemoveDeadUnits,
    RemoveFilters,
    Retraining,
    ShareWeights,
)
from dlcomm_train.compress.link import Step
from dlcomm_train.training.configfile import problem

AUTO = "auto"
"""Strength that is to be found under an accuracy budget."""
NONE = "none"
_STEPS = "dlcomm.steps"
_SETTING = re.compile(r",(?=[A-Za-z_.]+=)")


@dataclass(frozen=True)
class Technique:
    """An option and the step that it stands for.

    Attributes:
        option: as it is written.
        step: configuration of the step.
        strength: the field that a bare value is for; None: the option takes no value.
        metavar: what the help calls that value.
        help: one line.
        fixed: fields that the option implies.
    """

    option: str
    step: type[Step]
    strength: str | None
    metavar: str
    help: str
    fixed: dict[str, Any] = field(default_factory=dict)


TECHNIQUES = (
    Technique(
        "--quantize", Quantize, "bits", "BITS|auto", "Round weights to 2^BITS levels, 1 to 8."
    ),
    Technique(
        "--quantize-aware",
        QuantizeAware,
        "bits",
        "BITS|auto",
        "The same, and train the weights as rounded.",
    ),
    Technique(
        "--quantize-mixed",
        QuantizeMixed,
        "byte_budget",
        "BYTES|auto",
        "Bits of its own for every layer, all weights stored in BYTES.",
    ),
    Technique(
        "--quantize-activations",
        QuantizeActivations,
        "bits",
        "8",
        "Compute in int8, weights too; calibration=FILE.npy takes recorded symbols.",
    ),
    Technique(
        "--prune", Prune, "rate", "RATE|auto", "Set this share of the weights to zero."
    ),
    Technique(
        "--prune-units", PruneUnits, "rate", "RATE|auto", "Remove this share of hidden units."
    ),
    Technique(
        "--factorize",
        Factorize,
        "energy",
        "ENERGY|auto",
        "Split layers in two (SVD), keeping this share of their energy; or rank=RANK.",
    ),
    Technique(
        "--share",
        ShareWeights,
        "clusters",
        "CLUSTERS|auto",
        "Give the weights of every layer so many values in common.",
    ),
    Technique(
        "--remove-filters",
        RemoveFilters,
        "rate",
        "RATE|auto",
        "Remove this share of the filters of convolutions.",
    ),
    Technique(
        "--l1",
        Regularize,
        "coefficient",
        "COEFFICIENT",
        "Train on with a penalty on |w|: a preparation for pruning.",
        {"norm": "l1"},
    ),
    Technique(
        "--l2",
        Regularize,
        "coefficient",
        "COEFFICIENT",
        "Train on with a penalty on w^2: a preparation for quantization.",
        {"norm": "l2"},
    ),
    Technique(
        "--distill",
        Distill,
        "units",
        "UNITS|none",
        "A student with so many hidden units in its decoder.",
    ),
    Technique(
        "--match-receiver",
        MatchReceiver,
        None,
        "",
        "A table and its maximum-likelihood receiver, nothing trained (Gaussian channel).",
    ),
    Technique(
        "--remove-dead-units",
        RemoveDeadUnits,
        None,
        "",
        "Exact: decisions stay as they are.",
    ),
)
"""Every technique that has an option."""


@dataclass(frozen=True)
class Common:
    """What options say about all steps at once.

    Attributes:
        retraining: settings of every retraining.
        no_retraining: never train.
        budget: settings of every step whose strength is to be found.
        on_data: whether a classifier is trained, on a data set.
    """

    retraining: dict[str, Any]
    no_retraining: bool
    budget: dict[str, Any]
    on_data: bool = False


class StepsCommand(TyperCommand):
    """A command with the options of all techniques, which remembers their order."""

    def __init__(self, *args: Any, params: list[click.Parameter], **settings: Any) -> None:
        """Add the options to `params`."""
        options = [_option(technique) for technique in TECHNIQUES]
        super().__init__(*args, params=[*params, *options], **settings)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As the base class."""
        # Values come by option; the order between options is in what was parsed only.
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        by_name = {technique.option: technique for technique in TECHNIQUES}
        texts = {
            name: iter(found) for name, found in values.items() if isinstance(found, list)
        }
        ctx.meta[_STEPS] = [
            (by_name[parameter.opts[0]], next(texts.get(parameter.name, iter(("",)))))
            for parameter in order
            if parameter.opts[0] in by_name
        ]
        return super().parse_args(ctx, args)


def chosen_steps(context: typer.Context, common: Common) -> list[Step]:
    """The steps that the options ask for, in the order in which they were given.

    Raises:
        typer.BadParameter: a setting is unknown or impossible.
    """
    found = context.meta[_STEPS]
    steps = [step_of(technique, value, common) for technique, value in found]
    if common.budget and not any(getattr(step, "max_bler_increase", None) for step in steps):
        raise typer.BadParameter(
            f"is of use with a strength of {AUTO} only, as --prune {AUTO}",
            param_hint=" / ".join("--" + name.replace("_", "-") for name in common.budget),
        )
    return steps


def step_of(technique: Technique, value: str, common: Common) -> Step:
    """One step.

    Args:
        technique: of which option.
        value: its text; empty where it takes none.
        common: what is said for all steps.

    Raises:
        typer.BadParameter: as :func:`chosen_steps`.
    """
    try:
        entries = _entries(technique, value, common)
        return technique.step.model_validate(entries)
    except ValidationError as error:
        text = problem(error)
    except ValueError as error:
        text = str(error)
    raise typer.BadParameter(text, param_hint=technique.option)


def _entries(technique: Technique, text: str, common: Common) -> dict[str, Any]:
    fields = technique.step.model_fields
    entries = dict(technique.fixed)
    parts = _SETTING.split(text) if text else []
    bare = parts.pop(0) if parts and "=" not in parts[0] else None
    if "retraining" in fields:
        entries["retraining"] = _retraining(technique, common)
    if bare == AUTO:
        if "max_bler_increase" not in fields:
            raise ValueError(f"found {AUTO}, expected a value: no budget can be given")
        entries |= common.budget
    elif bare is not None:
        entries[technique.strength] = _typed(technique.step, technique.strength, bare)
    given = set() if bare in (None, AUTO) else {technique.strength}
    for part in parts:
        name, _, value = part.partition("=")
        if name in given:
            raise ValueError(f"{name} is given twice")
        given.add(name)
        _set(technique.step, entries, name, value, common.on_data)
    if bare == AUTO and entries.get("max_bler_increase") is None:
        raise ValueError(f"found {AUTO}, expected --max-bler-increase with it")
    return entries


def _retraining(technique: Technique, common: Common) -> dict[str, Any] | None:
    """Settings of a step's retraining, before its own."""
    declared = technique.step.model_fields["retraining"]
    if common.no_retraining:
        if type(None) not in get_args(declared.annotation):
            raise ValueError("is training, expected no --no-retraining with it")
        return None
    default = declared.get_default()
    if common.on_data:
        if DataRetraining not in _kinds(declared.annotation):
            raise ValueError("is for links, found a classifier")
        default = DataRetraining()
    given = dict(common.retraining)
    if isinstance(default, Retraining) and not default.steps:
        # It trains the receiver alone.
        given.pop("steps", None)
    return default.model_dump() | given


def _set(
    model: type[BaseModel], entries: dict[str, Any], name: str, text: str, on_data: bool
) -> None:
    """Put a setting into `entries`; a dot leads into a setting's own settings."""
    first, dot, rest = name.partition(".")
    if first not in model.model_fields or first == "kind":
        known = ", ".join(key for key in model.model_fields if key != "kind")
        raise ValueError(f"{first} is unknown, expected one of {known}")
    if not dot:
        entries[first] = _typed(model, first, text)
        return
    inner = _inner(model, first, on_data)
    if inner is None:
        raise ValueError(f"{name} is unknown: {first} has no settings of its own")
    if entries.get(first) is None:
        entries[first] = {}
    _set(inner, entries[first], rest, text, on_data)


def _inner(model: type[BaseModel], name: str, on_data: bool) -> type[BaseModel] | None:
    """The kind of settings that a field holds; None where it holds a value."""
    kinds = _kinds(model.model_fields[name].annotation)
    if on_data and DataRetraining in kinds:
        return DataRetraining
    return next(iter(kinds), None)


def _kinds(annotation: Any) -> list[type[BaseModel]]:
    """The kinds of settings among what an annotation allows."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _kinds(part)]


def _typed(model: type[BaseModel], name: str, text: str) -> Any:
    """What `text` says for a field: nothing, a list, or a text that pydantic reads."""
    if text == NONE:
        return None
    annotation = model.model_fields[name].annotation
    kinds = {get_origin(kind) for kind in (annotation, *get_args(annotation))}
    return text.split(",") if tuple in kinds else text


def _option(technique: Technique) -> TyperOption:
    takes_value = technique.strength is not None
    return TyperOption(
        param_decls=[technique.option],
        multiple=takes_value,
        count=not takes_value,
        expose_value=False,
        metavar=f"{technique.metavar}[,NAME=VALUE...]" if takes_value else "",
        help=technique.help,
        rich_help_panel="Techniques, carried out in the order given",
    )
