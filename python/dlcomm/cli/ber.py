# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm ber``: measure error rates over Eb/N0 with flowgraphs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import Interrupted, failures, usage_errors
from .options import MAX_JOBS, count, seed_number, usable_scheduler

if TYPE_CHECKING:
    from ..links import Link
    from ..measurement.results import Row
    from ..measurement.sweep import SweepListener, SweepPlan
    from .ber_outputs import Outputs

app = typer.Typer(add_completion=False)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def ber(
    model: Annotated[
        list[str],
        typer.Option(
            metavar="MODEL",
            help="Link to measure: a name, a folder, or ENCODER,DECODER files. Repeat it to "
            "compare several.",
            show_default=False,
        ),
    ],
    channel: Annotated[
        str,
        typer.Option(
            metavar="CHANNEL",
            help="awgn; rayleigh, rayleigh:block=SAMPLES,real_positive=1; "
            "polynomial:C0,C1,...; interference:MODEL (of a second user); "
            "flowgraph:FILE.grc,NAME=VALUE,... (any hierarchical block).",
        ),
    ] = "awgn",
    ebn0: Annotated[
        str,
        typer.Option(
            metavar="RANGE",
            help="Eb/N0 in dB: START:STOP:STEP (STOP included), a list A,B,... or one number.",
        ),
    ] = "0:8:1",
    min_errors: Annotated[
        int,
        typer.Option(parser=count, metavar="N", help="End a point at so many block errors."),
    ] = 200,
    max_messages: Annotated[
        int,
        typer.Option(
            parser=count,
            metavar="N",
            help="End a point at so many messages.",
            show_default="1e8",
        ),
    ] = 100_000_000,
    seed: Annotated[
        int,
        typer.Option(parser=seed_number, metavar="N", help="The same seed gives the same counts."),
    ] = 1,
    jobs: Annotated[
        int,
        typer.Option(
            min=1, max=MAX_JOBS, metavar="N", help="Processes, one flowgraph in each."
        ),
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Measure on the workers of a running Dask scheduler instead, such as "
            "tcp://127.0.0.1:8786.",
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write every point here when it is done; points found here already are "
            "not measured again.",
        ),
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the curves: .png, .pdf or .svg."),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the points of this sweep as JSON."),
    ] = None,
) -> None:
    """Measure bit and block error rates by running flowgraphs.

    Each point is one flowgraph: source, encoder, channel, decoder, counter.
    A model's sweep ends early where a point has no errors at all.
    Intervals cover the true rate with 95 % (Clopper-Pearson).
    A speed marked ~ is of a run too short to tell (below 0.1 s).
    """
    from ..measurement.point import StopRule
    from ..measurement.sweep import SweepPlan
    from .ber_outputs import Outputs

    spec, values = _read_arguments(channel, ebn0)
    plan = SweepPlan(
        models=tuple(dict.fromkeys(model)),
        channel=spec,
        ebn0_db=values,
        seed=seed,
        rule=StopRule(min_errors, max_messages),
    )
    usable_scheduler(scheduler)
    links = _check_models(plan)
    with usage_errors():
        outputs = Outputs(plan, links, csv=csv, plot=plot, json=json)
    _run(plan, outputs, jobs, scheduler)


def _read_arguments(channel: str, ebn0: str) -> tuple[str, tuple[float, ...]]:
    """The channel's canonical text and the list of Eb/N0."""
    from ..channel_specs import parse_channel
    from ..measurement.ebn0 import parse_ebn0

    with usage_errors("--channel"):
        spec = parse_channel(channel).text
    with usage_errors("--ebn0"):
        values = parse_ebn0(ebn0)
    return spec, values


def _check_models(plan: SweepPlan) -> list[Link]:
    """The links of all models, each proved usable by building channel and flowgraph once."""
    from ..channel_specs import Awgn, parse_channel
    from ..flowgraphs import link_flowgraph, make_channel, quiet_blocks
    from ..links import link_from_text

    quiet_blocks()
    links = []
    channel, ebn0_db = parse_channel(plan.channel), plan.ebn0_db[0]
    for model in plan.models:
        with usage_errors("--model"):
            if not model.isprintable():
                # It would break rows, files and messages into pieces.
                raise ValueError(f"found {model!r}, expected printable characters")
            link = link_from_text(model)
        with usage_errors("--channel"):
            make_channel(channel, link, ebn0_db, seed=0)
        with usage_errors("--model"):
            # The channel is proven; over another one, so that it is not made twice.
            link_flowgraph(link, Awgn(), ebn0_db)
        links.append(link)
    return links


def _run(plan: SweepPlan, outputs: Outputs, jobs: int, scheduler: str | None) -> None:
    """Measure, show and save; draw at the end."""
    from .ber_display import SweepDisplay

    with failures(), SweepDisplay(plan, jobs, outputs.add, outputs.csv) as display:
        try:
            rows = _sweep(plan, outputs, display, jobs, scheduler)
        except KeyboardInterrupt:
            raise Interrupted(outputs.saved()) from None
        display.say("")
        outputs.draw(rows)
        for line in outputs.written():
            display.say(line)


def _sweep(
    plan: SweepPlan,
    outputs: Outputs,
    listener: SweepListener,
    jobs: int,
    scheduler: str | None,
) -> list[Row]:
    """Run the sweep in this process or in several."""
    if jobs == 1 and scheduler is None:
        from ..measurement.sweep import run_sweep

        return run_sweep(plan, outputs.known, listener)
    from ..measurement.parallel import run_parallel_sweep

    return run_parallel_sweep(plan, outputs.known, listener, jobs, scheduler)
