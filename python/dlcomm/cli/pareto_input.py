# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What ``dlcomm pareto`` is given, checked before long work and made into what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from click.core import ParameterSource

from .errors import Failure, usage_errors

if TYPE_CHECKING:
    from ..links import Link
    from ..pareto.candidate import Candidate
    from ..pareto.grid import Space
    from ..pareto.subject import Counting, Source

_LINKS = ("channel", "ebn0", "min_errors", "max_messages", "screen_errors")
_CLASSIFIERS = ("epochs", "train_windows", "teacher")
"""Options about links alone, and about classifiers alone."""


def check_toolchain() -> None:
    """Make sure that the toolchain is there.

    Raises:
        Failure: it is not.
    """
    try:
        import dlcomm_train.compress  # noqa: F401
    except ModuleNotFoundError as error:
        raise Failure(
            f"pareto: the Python package {error.name!r} is missing; compression needs the "
            "packages of requirements/train.txt"
        ) from error


@dataclass(frozen=True)
class Task:
    """What is to be done.

    Attributes:
        name: of the model, for the folder of results.
        source: the model.
        counting: how errors are counted.
        grid, search: the spaces that are taken where none is named.
    """

    name: str
    source: Source
    counting: Counting
    grid: Space
    search: Space


def link_task(
    model: str, channel: str, ebn0: str | None, limits: tuple[int, int], seed: int
) -> Task:
    """What is to be done to a link, with channel and model proved usable."""
    from dlcomm_train.compress.compositions import step_kinds

    from ..channel_specs import Awgn, parse_channel
    from ..flowgraphs import link_flowgraph, make_channel
    from ..links import link_from_text, models
    from ..measurement.ebn0 import parse_ebn0
    from ..measurement.model_marks import marks_of_channel
    from ..measurement.point import StopRule
    from ..pareto.grid import usual_link_grid, usual_link_search
    from ..pareto.links import LinkCounting, LinkSource

    with usage_errors("MODEL"):
        if model in models("classifier"):
            raise ValueError(f"{model} is a classifier, expected --dataset with it")
        link = link_from_text(model)
        source = LinkSource.read(model, link)
    with usage_errors("--channel"):
        spec = parse_channel(channel)
    with usage_errors("--ebn0"):
        values = (_training_ebn0(link),) if ebn0 is None else parse_ebn0(ebn0)
        if len(values) != 1:
            raise ValueError(f"found {ebn0!r}, expected one number in dB")
    with usage_errors("--channel"):
        make_channel(spec, link, values[0], seed=0)
        marks = tuple(marks_of_channel(spec.text).items())
    with usage_errors("MODEL"):
        link_flowgraph(link, Awgn(), values[0])
    return Task(
        link.name,
        source,
        LinkCounting(spec.text, values[0], seed, StopRule(*limits), marks),
        usual_link_grid(step_kinds(), link.messages),
        usual_link_search(step_kinds(), link.messages),
    )


def classifier_task(
    model: str, dataset: Path, retraining: Mapping[str, Any], seed: int
) -> Task:
    """What is to be done to a classifier, with data set and model proved usable.

    Args:
        model: name of a classifier, its folder or its file.
        dataset: folder of the data set.
        retraining: settings of retrainings that steps do not give.
        seed: of a search's choices.
    """
    from dlcomm_train.compress.compositions import step_kinds
    from dlcomm_train.datasets.dataset import Dataset
    from dlcomm_train.datasets.splits import split

    from ..dlcomm_python import model_file
    from ..pareto.classifiers import CLASSIFIER, ClassifierCounting, ClassifierSource
    from ..pareto.grid import usual_classifier_grid, usual_classifier_search
    from ..recognition.measure import fitting_classifier

    with usage_errors("--dataset"):
        data = Dataset.open(dataset)
    with usage_errors("MODEL"):
        path = Path(model_file(model, "classifier"))
        source = ClassifierSource.read(model, dataset, retraining)
        kind = source.split()
        fitting_classifier(model, data, *kind)
    with usage_errors("--dataset"):
        split(data, *kind)
    return Task(
        path.resolve().parent.name if path.name == CLASSIFIER else path.stem,
        source,
        ClassifierCounting(str(dataset), source.data_mark, seed, kind),
        usual_classifier_grid(step_kinds()),
        usual_classifier_search(step_kinds()),
    )


def check_options(context: typer.Context, classifier: bool) -> None:
    """Make sure that only options about links, or only those about classifiers, are given."""
    kind, wrong = ("a link", _LINKS) if classifier else ("a classifier", _CLASSIFIERS)
    for name in wrong:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            there = "without" if classifier else "with"
            raise typer.BadParameter(
                f"is about {kind}, expected {there} --dataset",
                param_hint=f"--{name.replace('_', '-')}",
            )


def _training_ebn0(link: Link) -> float:
    """Eb/N0 of the training, from the recipe in the model file.

    Raises:
        ValueError: the model has no such recipe.
    """
    import json

    from ..dlcomm_python import read_contract

    recipe = json.loads(read_contract(link.encoder)["recipe"] or "{}")
    try:
        return float(recipe["config"]["ebn0_db"])
    except (KeyError, TypeError, ValueError):
        raise ValueError(
            f"{link.encoder}: found no Eb/N0 in its recipe, expected --ebn0 to be given"
        ) from None


def chosen_space(grid: Path | None, searched: bool, task: Task) -> Space:
    """The compositions to run or to search."""
    from ..pareto.grid import read_space

    if grid is None:
        return task.search if searched else task.grid
    with usage_errors("--grid"):
        return read_space(grid)


def check_files(files: dict[str, Path]) -> None:
    """Make sure, before long work, that the files at its end can be written."""
    from ..measurement.files import ensure_writable
    from ..measurement.plot import plot_format

    with usage_errors("--plot"):
        plot_format(files["picture"])
    with usage_errors():
        if len({path.absolute() for path in files.values()}) < len(files):
            raise ValueError("--csv, --plot, --json: found one file twice, expected others")
        for path in files.values():
            ensure_writable(path)


def first_candidates(source: Source, space: Space, whole: bool) -> list[Candidate]:
    """The source itself, and the whole grid; a step that is impossible is found here.

    Of a space to search, every alternative is read at least, too.
    """
    from ..pareto.candidate import make_candidate

    with usage_errors("--grid"):
        for axis in space.axes:
            for part in axis:
                make_candidate(source, list(part))
        compositions = [[], *(space.compositions() if whole else [])]
        found = [make_candidate(source, entries) for entries in compositions]
    return list({candidate.id: candidate for candidate in found}.values())
