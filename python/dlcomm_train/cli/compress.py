# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``compress``: make a trained link smaller."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from scipy.stats import binomtest

from dlcomm_train.channels.text import AWGN
from dlcomm_train.cli.options import check_writable
from dlcomm_train.compress import (
    CompressError,
    Distill,
    Factorize,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    RemoveDeadUnits,
    Retraining,
)
from dlcomm_train.compress.link import Link, Step
from dlcomm_train.compress.pipeline import Compressed, compress_and_count
from dlcomm_train.models.pairs import Pair
from dlcomm_train.training.configfile import problem


def compress(
    model: Annotated[
        Path, typer.Argument(help="Folder of a float model's two files.", metavar="MODEL")
    ],
    out: Annotated[Path, typer.Option(help="Folder that gets the two files.", metavar="F")],
    remove_dead_units: Annotated[
        bool, typer.Option("--remove-dead-units", help="Exact: decisions stay as they are.")
    ] = False,
    distill: Annotated[
        bool, typer.Option("--distill", help="A student with one dense layer on each side.")
    ] = False,
    student_units: Annotated[
        int | None, typer.Option(help="With --distill: hidden units of the student's decoder.")
    ] = None,
    factorize: Annotated[
        float | None,
        typer.Option(help="Split layers in two (SVD), keeping this share of their energy."),
    ] = None,
    prune_units: Annotated[
        float | None, typer.Option(help="Share of the hidden units to remove.")
    ] = None,
    prune: Annotated[float | None, typer.Option(help="Share of the weights to prune.")] = None,
    quantize: Annotated[int | None, typer.Option(help="Bits per weight, 1 to 8.")] = None,
    per_channel: Annotated[
        bool, typer.Option("--per-channel", help="With --quantize: a range for every output.")
    ] = False,
    no_retraining: Annotated[
        bool, typer.Option("--no-retraining", help="Never train; needs no recipe.")
    ] = False,
    steps: Annotated[
        int, typer.Option(min=0, help="Steps of every retraining, both networks.")
    ] = 2000,
    receiver_steps: Annotated[
        int, typer.Option(min=0, help="Further ones of the decoder alone.")
    ] = 1000,
    learning_rate: Annotated[
        float, typer.Option(help="Peak of the one-cycle schedule of every retraining.")
    ] = 0.01,
    seed: Annotated[int, typer.Option(help="Seed of every retraining.")] = 1,
    name: Annotated[
        str | None, typer.Option(help="Name of the result.", show_default="that of folder F")
    ] = None,
    ebn0: Annotated[
        float | None,
        typer.Option(help="Eb/N0 in dB of the table.", show_default="that of the training"),
    ] = None,
    min_errors: Annotated[
        int, typer.Option(min=1, help="Block errors to count for the table.")
    ] = 1000,
    max_messages: Annotated[
        int, typer.Option(min=1, help="Messages at most for the table.")
    ] = 10_000_000,
) -> None:
    """Compress a model. Techniques run in the order in which they are listed here."""
    try:
        chosen = _steps(locals())
    except ValidationError as error:
        raise typer.BadParameter(problem(error)) from None
    if not chosen:
        raise typer.BadParameter("no technique is chosen, expected one, as --quantize 4")
    if student_units is not None and not distill:
        raise typer.BadParameter("is of use with --distill only", param_hint="--student-units")
    pair = Pair.load(model)
    check_writable(out)
    torch.set_num_threads(1)
    console = Console(stderr=True)
    try:
        with Progress(console=console, transient=True) as display:
            task = display.add_task("", total=1.0)

            def show(what: str, share: float) -> None:
                display.update(task, description=what, completed=share)

            result = compress_and_count(pair, chosen, name or out.resolve().name, show)
    except CompressError as error:
        raise RuntimeError(str(error)) from None
    result.pair.save(out)
    _print(pair, result, ebn0, (min_errors, max_messages))


def _steps(options: dict[str, Any]) -> list[Step]:
    """The configurations that the options ask for."""
    trained = not options["no_retraining"]
    common = {"learning_rate": options["learning_rate"], "seeds": (options["seed"],)}
    again = Retraining(
        steps=options["steps"], receiver_steps=options["receiver_steps"], **common
    )
    retraining = again if trained else None
    chosen: list[Step] = []
    if options["remove_dead_units"]:
        chosen.append(RemoveDeadUnits())
    if options["distill"]:
        if not trained:
            raise typer.BadParameter("distillation is training", param_hint="--no-retraining")
        both = options["steps"] + options["receiver_steps"]
        receiver = Retraining(
            steps=0,
            receiver_steps=both,
            receiver_learning_rate=options["learning_rate"],
            **common,
        )
        chosen.append(Distill(units=options["student_units"], retraining=receiver))
    if options["factorize"] is not None:
        chosen.append(Factorize(energy=options["factorize"], retraining=retraining))
    if options["prune_units"] is not None:
        chosen.append(PruneUnits(rate=options["prune_units"], retraining=retraining))
    if options["prune"] is not None:
        chosen.append(Prune(rate=options["prune"], retraining=retraining))
    if options["quantize"] is not None:
        settings = {"bits": options["quantize"], "per_channel": options["per_channel"]}
        if trained:
            chosen.append(QuantizeAware(**settings, retraining=again))
        else:
            chosen.append(Quantize(**settings))
    return chosen


def _print(
    pair: Pair, result: Compressed, ebn0_db: float | None, rule: tuple[int, int]
) -> None:
    """The table of before and after."""
    table = Table("", "before", "after")
    rows = (
        ("file bytes", "file_bytes"),
        ("bytes of tensors", "constant_bytes"),
        ("parameters", "parameters"),
        ("MACs / message", "operations"),
    )
    for heading, key in rows:
        values = (getattr(size, key) for size in (result.before, result.after))
        table.add_row(heading, *(f"{value:,}" for value in values))
    coded = sum(float(layer["entropy_coded_bytes"]) for layer in result.layers)
    table.add_row("weights, entropy-coded (not stored)", "", f"{coded:,.0f}")
    config = Link.read(pair).config
    if (config is None or (config.channel == AWGN and not config.csi)) and (
        config is not None or ebn0_db is not None
    ):
        ebn0_db = config.ebn0_db if ebn0_db is None else ebn0_db
        cells = [_rate(found, ebn0_db, rule) for found in (pair, result.pair)]
        table.add_row(f"BLER at {ebn0_db:g} dB", *cells)
    Console().print(table)


def _rate(pair: Pair, ebn0_db: float, rule: tuple[int, int]) -> str:
    errors, sent = pair.count_block_errors(ebn0_db, 1, *rule)
    interval = binomtest(errors, sent).proportion_ci(0.95)
    return (
        f"{errors / sent:.3e} [{interval.low:.2e}, {interval.high:.2e}]\n{errors:,} / {sent:,}"
    )
