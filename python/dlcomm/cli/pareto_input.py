# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What ``dlcomm pareto`` is given, checked before long work and made into what it means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Failure, usage_errors

if TYPE_CHECKING:
    from ..links import Link
    from ..pareto.candidate import Candidate, Source
    from ..pareto.evaluation import Counting
    from ..pareto.grid import Space


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


def make_counting(
    link: Link,
    channel: str,
    ebn0: str | None,
    limits: tuple[int, int],
    seed: int,
) -> Counting:
    """How to count, with channel and model proved usable."""
    from ..channel_specs import Awgn, parse_channel
    from ..flowgraphs import link_flowgraph, make_channel
    from ..measurement.ebn0 import parse_ebn0
    from ..measurement.point import StopRule
    from ..pareto.evaluation import Counting

    with usage_errors("--channel"):
        spec = parse_channel(channel)
    with usage_errors("--ebn0"):
        values = (_training_ebn0(link),) if ebn0 is None else parse_ebn0(ebn0)
        if len(values) != 1:
            raise ValueError(f"found {ebn0!r}, expected one number in dB")
    with usage_errors("--channel"):
        make_channel(spec, link, values[0], seed=0)
    with usage_errors("MODEL"):
        link_flowgraph(link, Awgn(), values[0])
    return Counting(spec.text, values[0], seed, StopRule(*limits))


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


def chosen_space(grid: Path | None, searched: bool, messages: int) -> Space:
    """The compositions to run or to search."""
    from dlcomm_train.compress.compositions import step_kinds

    from ..pareto.grid import read_space, usual_grid, usual_search

    if grid is None:
        return (usual_search if searched else usual_grid)(step_kinds(), messages)
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
