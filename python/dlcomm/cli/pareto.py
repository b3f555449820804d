# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm pareto``: which compositions of compression steps are worth their cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .errors import Failure, Interrupted, failures, usage_errors
from .options import MAX_JOBS, count, seed_number, usable_scheduler
from .pareto_input import (
    check_files,
    check_toolchain,
    chosen_space,
    first_candidates,
    make_counting,
)

if TYPE_CHECKING:
    from ..benchmark.rows import Spread
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
    check_toolchain()
    usable_scheduler(scheduler)
    with usage_errors("MODEL"):
        link = link_from_text(model)
        source = Source.read(model, link)
    counting = make_counting(link, channel, ebn0, (min_errors, max_messages), seed)
    space = chosen_space(grid, searched=search is not None, messages=link.messages)
    folder = out or Path("pareto") / link.name
    files = {
        "picture": plot or folder / "pareto.png",
        "table": csv or folder / "pareto.csv",
        "table, too": json or folder / "pareto.json",
    }
    with usage_errors("--out"):
        store = Store(folder)
    check_files(files)
    first = first_candidates(source, space, search is None)
    with failures(), ParetoDisplay() as display:
        try:
            outcomes = _explore(
                (source, counting, store), space, first, (search, screen_errors),
                (jobs, scheduler), display,
            )  # fmt: skip
            found, busy = _timed(outcomes, store, time, display)
        except KeyboardInterrupt:
            raise Interrupted(
                f"{store.counted()} candidates are saved in {folder}; the same command goes on"
            ) from None
        display.table(found, counting)
        _write(files, found, {"model": model, "load_percent_before_timing": busy}, counting)
        for what, path in files.items():
            display.say(f"{what.split(',')[0]}: {path}")


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
                lambda candidates: run(candidates, quick, "search, quick counts"),
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
) -> tuple[list[Design], float | None]:
    """Measure speeds, now that nothing else runs, and hold all against each other.

    Returns:
        All designs; how busy others kept the processors, in percent, None without timing.
    """
    from ..links import link
    from ..pareto.table import designs, front_candidates
    from ..pareto.timing import QUIET_PERCENT, load_of_others, time_decoders

    speeds: dict[str, Spread] = {}
    busy = None
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
    return designs(outcomes, speeds), busy


def _write(
    files: dict[str, Path], found: list[Design], about: dict[str, Any], counting: Counting
) -> None:
    """Write the table and the picture."""
    from ..channel_specs import parse_channel
    from ..pareto.picture import write_picture
    from ..pareto.table import write_csv, write_json

    channel = parse_channel(counting.channel).title
    title = f"{about['model']} compressed; {channel} at {counting.ebn0_db:g} dB Eb/N0"
    write_picture(files["picture"], found, title)
    write_csv(files["table"], found)
    write_json(files["table, too"], about, found)
