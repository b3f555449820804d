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
    check_options,
    check_toolchain,
    chosen_space,
    classifier_task,
    first_candidates,
    link_task,
)

if TYPE_CHECKING:
    from ..benchmark.rows import Spread
    from ..pareto.candidate import Candidate
    from ..pareto.grid import Space
    from ..pareto.run import Outcome
    from ..pareto.store import Store
    from ..pareto.subject import Counting
    from ..pareto.table import Design
    from .pareto_display import ParetoDisplay
    from .pareto_input import Task

app = typer.Typer(add_completion=False)

MAX_SEARCH = 10_000


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def pareto(
    context: typer.Context,
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="Float model to compress: a name, a folder, or ENCODER,DECODER files; with "
            "--dataset, a classifier.",
        ),
    ],
    dataset: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Of a classifier: data set that it is trained again, chosen and counted on.",
        ),
    ] = None,
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
    epochs: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Of a classifier: epochs of retrainings that steps do not set.",
            show_default="5",
        ),
    ] = None,
    train_windows: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Of a classifier: train again on so many windows.",
            show_default="as trained",
        ),
    ] = None,
    teacher: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE",
            help="Of a classifier: learn from this classifier, too (repeatable); self: from "
            "what is compressed.",
            show_default=False,
        ),
    ] = None,
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
    Errors are counted in flowgraphs, on the same noise for all; those of classifiers on the
    test part of the data set, after all choices were made on its validation part.
    The front is what nothing else beats. Needs torch.
    """
    from ..flowgraphs import quiet_blocks
    from ..pareto.store import Store
    from .pareto_display import ParetoDisplay

    quiet_blocks()
    check_toolchain()
    usable_scheduler(scheduler)
    check_options(context, classifier=dataset is not None)
    if dataset is None:
        task = link_task(model, channel, ebn0, (min_errors, max_messages), seed)
    else:
        again = {"epochs": epochs, "train_windows": train_windows, "teachers": teacher}
        given = {name: value for name, value in again.items() if value}
        task = classifier_task(model, dataset, given, seed)
    space = chosen_space(grid, searched=search is not None, task=task)
    folder = out or Path("pareto") / task.name
    files = {
        "picture": plot or folder / "pareto.png",
        "table": csv or folder / "pareto.csv",
        "table, too": json or folder / "pareto.json",
    }
    with usage_errors("--out"):
        store = Store(folder, list(task.source.files), task.counting.file)
    check_files(files)
    first = first_candidates(task.source, space, search is None)
    with failures(), ParetoDisplay(task.counting) as display:
        try:
            outcomes = _explore(
                task, store, space, first, (search, screen_errors), (jobs, scheduler), display
            )
            found, busy = _timed(outcomes, task.counting, store, time, display)
        except KeyboardInterrupt:
            raise Interrupted(
                f"{store.counted()} candidates are saved in {folder}; the same command goes on"
            ) from None
        display.table(found)
        about = {"model": model, "load_percent_before_timing": busy}
        _write(files, found, about, task.counting)
        for what, path in files.items():
            display.say(f"{what.split(',')[0]}: {path}")


def _explore(
    task: Task,
    store: Store,
    space: Space,
    first: list[Candidate],
    searching: tuple[int | None, int],
    where: tuple[int, str | None],
    display: ParetoDisplay,
) -> list[Outcome]:
    """Run the grid, or search and count what is promising; the source's outcome is first."""
    from ..cluster.connect import open_pool
    from ..pareto.candidate import make_candidate
    from ..pareto.run import run_candidates
    from ..pareto.search import Evolution, run_search

    source, counting = task.source, task.counting
    budget, errors = searching
    modules = ("gnuradio.dlcomm.pareto.evaluation", "dlcomm_train.compress.compositions")
    with open_pool(*where, modules) as pool:

        def run(candidates: list[Candidate], how: Counting, what: str) -> list[Outcome]:
            """Compress and count some candidates."""
            display.begin(what, len(candidates), how)
            return run_candidates(pool, source, candidates, how, store, display)

        if budget is None:
            outcomes = run(first, counting, "all candidates")
        else:
            quick = counting.quick(errors)
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
    counting: Counting,
    store: Store,
    whose: Literal["front", "all", "none"],
    display: ParetoDisplay,
) -> tuple[list[Design], float | None]:
    """Measure speeds, now that nothing else runs, and hold all against each other.

    Returns:
        All designs; how busy others kept the processors, in percent, None without timing.
    """
    from ..pareto.table import designs, front_candidates
    from ..pareto.timing import QUIET_PERCENT, load_of_others, time_in_turns

    speeds: dict[str, Spread] = {}
    busy, words = None, counting.words
    if whose != "none":
        front = [outcomes[0], *front_candidates(outcomes, words)]
        chosen = outcomes if whose == "all" else front
        candidates = {one.candidate.id: one.candidate for one in chosen}
        busy = load_of_others()
        display.begin_timing(len(candidates))
        sides = [counting.side(store.folder(one), name) for name, one in candidates.items()]
        speeds = time_in_turns(sides, display.timing)
        if busy > QUIET_PERCENT:
            display.say(
                f"{words.speed_heading}: other programs kept the processors {busy:.0f} % "
                "busy; take them with care"
            )
    return designs(outcomes, speeds, words), busy


def _write(
    files: dict[str, Path], found: list[Design], about: dict[str, Any], counting: Counting
) -> None:
    """Write the table and the picture."""
    from ..pareto.picture import write_picture
    from ..pareto.table import write_csv, write_json

    words = counting.words
    title = f"{about['model']} compressed; {counting.title}"
    write_picture(files["picture"], found, title, words)
    write_csv(files["table"], found, words)
    write_json(files["table, too"], about, found, words)
