# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm pareto``: which compositions of compression steps are worth their cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .errors import Failure, Interrupted, failures, usage_errors
from .options import MAX_JOBS, count, seed_number, usable_scheduler

if TYPE_CHECKING:
    from ..benchmark.rows import Spread
    from ..links import Link
    from ..pareto.candidate import Candidate, Source
    from ..pareto.evaluation import Counting
    from ..pareto.grid import Space
    from ..pareto.run import Outcome
    from ..pareto.store import Store
    from ..pareto.table import Design
    from .pareto_display import ParetoDisplay

app = typer.Typer(add_completion=False)

MAX_SEARCH = 10_000


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def pareto(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="Float model to compress: a name, a folder, or ENCODER,DECODER files.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for models, counts, table and picture. What is found there is not "
            "done again.",
            show_default="pareto/NAME",
        ),
    ] = None,
    grid: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Compositions as JSON, instead of the usual ones (docs/pareto.md).",
        ),
    ] = None,
    search: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=MAX_SEARCH,
            metavar="N",
            help="Search: try N compositions by a quick count, count the promising in full.",
        ),
    ] = None,
    screen_errors: Annotated[
        int,
        typer.Option(parser=count, metavar="N", help="Block errors of the quick count."),
    ] = 100,
    channel: Annotated[
        str, typer.Option(metavar="CHANNEL", help="As in dlcomm ber.")
    ] = "awgn",
    ebn0: Annotated[
        str | None,
        typer.Option(
            metavar="DB", help="Eb/N0 of all counts, in dB.", show_default="of the training"
        ),
    ] = None,
    min_errors: Annotated[
        int, typer.Option(parser=count, metavar="N", help="Block errors of each count.")
    ] = 2000,
    max_messages: Annotated[
        int,
        typer.Option(
            parser=count, metavar="N", help="Messages at most.", show_default="1e8"
        ),
    ] = 100_000_000,
    seed: Annotated[
        int,
        typer.Option(
            parser=seed_number, metavar="N", help="Of the counts' noise and of the search."
        ),
    ] = 1,
    jobs: Annotated[
        int, typer.Option(min=1, max=MAX_JOBS, metavar="N", help="Processes on this machine.")
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Work on the workers of a running Dask scheduler instead, such as "
            "tcp://127.0.0.1:8786.",
        ),
    ] = None,
    time: Annotated[
        Literal["front", "all", "none"],
        typer.Option(
            help="Whose messages/s to measure, at the end, one at a time: those on the front, "
            "all, or none."
        ),
    ] = "front",
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Picture: .png, .pdf or .svg.", show_default="DIR/pareto.png"
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Table as CSV.", show_default="DIR/pareto.csv"),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Table as JSON.", show_default="DIR/pareto.json"),
    ] = None,
) -> None:
    """Compress a model in many ways; show error rate against size, work and speed.

    Without --grid and --search a usual grid is run: structure, pruning, bits.
    Errors are counted in flowgraphs, on the same noise for all.
    The front is what nothing else beats. Needs torch.
    """
    from ..flowgraphs import quiet_blocks
    from ..links import link_from_text
    from ..pareto.candidate import Source
    from ..pareto.store import Store
    from .pareto_display import ParetoDisplay

    quiet_blocks()
    _check_toolchain()
    usable_scheduler(scheduler)
    with usage_errors("MODEL"):
        link = link_from_text(model)
        source = Source.read(model, link)
    counting = _counting(source, link, channel, ebn0, (min_errors, max_messages), seed)
    space = _space(grid, searched=search is not None, messages=link.messages)
    folder = out or Path("pareto") / link.name
    files = {
        "picture": plot or folder / "pareto.png",
        "table": csv or folder / "pareto.csv",
        "table, too": json or folder / "pareto.json",
    }
    with usage_errors("--out"):
        store = Store(folder)
    _check_files(files)
    first = _first_candidates(source, space, search is None)
    with failures(), ParetoDisplay() as display:
        try:
            outcomes = _explore(
                (source, counting, store), space, first, (search, screen_errors),
                (jobs, scheduler), display,
            )  # fmt: skip
            found = _timed(outcomes, store, time, display)
        except KeyboardInterrupt:
            raise Interrupted(
                f"{display.done} candidates are saved in {folder}; the same command goes on"
            ) from None
        display.table(found, counting)
        _write(files, found, model, counting)
        for what, path in files.items():
            display.say(f"{what.split(',')[0]}: {path}")


def _check_toolchain() -> None:
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


def _counting(
    source: Source,
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


def _space(grid: Path | None, searched: bool, messages: int) -> Space:
    """The compositions to run or to search."""
    from dlcomm_train.compress.compositions import step_kinds

    from ..pareto.grid import read_space, usual_grid, usual_search

    if grid is None:
        return (usual_search if searched else usual_grid)(step_kinds(), messages)
    with usage_errors("--grid"):
        return read_space(grid)


def _check_files(files: dict[str, Path]) -> None:
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


def _first_candidates(source: Source, space: Space, whole: bool) -> list[Candidate]:
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


def _explore(
    work: tuple[Source, Counting, Store],
    space: Space,
    first: list[Candidate],
    searching: tuple[int | None, int],
    where: tuple[int, str | None],
    display: ParetoDisplay,
) -> list[Outcome]:
    """Run the grid, or search and count what is promising; the source's outcome is first."""
    from dataclasses import replace

    from ..cluster.connect import open_pool
    from ..pareto.candidate import make_candidate
    from ..pareto.run import run_candidates
    from ..pareto.search import Evolution, run_search, screening_seed

    source, counting, store = work
    budget, errors = searching
    modules = ("gnuradio.dlcomm.pareto.evaluation", "dlcomm_train.compress.compositions")
    with open_pool(*where, modules) as pool:

        def run(candidates: list[Candidate], how: Counting, what: str) -> list[Outcome]:
            """Compress and count some candidates."""
            display.begin(what, len(candidates), how.rule)
            return run_candidates(pool, source, candidates, how, store, display)

        if budget is None:
            outcomes = run(first, counting, "all candidates")
        else:
            quick = replace(
                counting,
                seed=screening_seed(counting.seed),
                rule=replace(counting.rule, min_errors=errors),
            )
            evolution = Evolution(space, budget, counting.seed)
            kept = run_search(
                evolution,
                lambda choice: make_candidate(source, space.composition(choice)),
                lambda candidates: run(candidates, quick, f"search ({budget})"),
            )
            final = {one.id: one for one in (*first, *(found.candidate for found in kept))}
            outcomes = run(list(final.values()), counting, "full counts")
    if len(outcomes) < 2:
        raise Failure(display.last_failure or "found no candidate that could be compressed")
    return outcomes


def _timed(
    outcomes: list[Outcome],
    store: Store,
    whose: Literal["front", "all", "none"],
    display: ParetoDisplay,
) -> list[Design]:
    """Measure speeds, now that nothing else runs, and hold all against each other."""
    from ..links import link
    from ..pareto.table import designs, front_candidates
    from ..pareto.timing import QUIET_PERCENT, load_of_others, time_decoders

    speeds: dict[str, Spread] = {}
    if whose != "none":
        chosen = outcomes if whose == "all" else [outcomes[0], *front_candidates(outcomes)]
        candidates = {one.candidate.id: one.candidate for one in chosen}
        busy = load_of_others()
        display.begin_timing(len(candidates))
        links = {name: link(store.folder(one)) for name, one in candidates.items()}
        speeds = time_decoders(links, display.timing)
        if busy > QUIET_PERCENT:
            display.say(
                f"messages/s: other programs kept the processors {busy:.0f} % busy; take "
                "them with care"
            )
    return designs(outcomes, speeds)


def _write(
    files: dict[str, Path], found: list[Design], model: str, counting: Counting
) -> None:
    """Write the table and the picture."""
    from ..channel_specs import parse_channel
    from ..pareto.picture import write_picture
    from ..pareto.table import write_csv, write_json

    channel = parse_channel(counting.channel).title
    title = f"{model} compressed; {channel} at {counting.ebn0_db:g} dB Eb/N0"
    write_picture(files["picture"], found, title)
    write_csv(files["table"], found)
    write_json(files["table, too"], {"model": model}, found)
