# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command line of the toolchain: ``ship``, ``link`` and ``record``.

Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Errors are one line on stderr.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

import torch
import typer
from rich.console import Console

from dlcomm_train import catalogue, configfile
from dlcomm_train.channel_text import AWGN
from dlcomm_train.checkpoints import Checkpoints
from dlcomm_train.config import LinkConfig
from dlcomm_train.contract import ContractError
from dlcomm_train.losses import Loss
from dlcomm_train.measured import RowsError, read_rows
from dlcomm_train.measured import record as record_rows
from dlcomm_train.networks import Form
from dlcomm_train.normalisation import PowerNorm
from dlcomm_train.reporting import TrainingDisplay
from dlcomm_train.ship import checkpoint_path, make_link
from dlcomm_train.ship import ship as ship_models
from dlcomm_train.stage import DivergedError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train learned links, quantize them and export them for the blocks.",
)

INTERRUPTED = 130
"""Exit status after Ctrl-C."""

Device = Literal["cpu", "cuda"]

OutOption = Annotated[Path, typer.Option(help="Folder that gets one folder per model.")]


@app.command()
def ship(
    out: OutOption = Path("models"),
    only: Annotated[
        list[str] | None,
        typer.Option(help="Make only this model (repeatable).", metavar="NAME"),
    ] = None,
) -> None:
    """Train, quantize and export the models that are shipped."""
    names = only or list(catalogue.NAMES)
    for name in names:
        if name not in catalogue.NAMES:
            raise typer.BadParameter(
                f"unknown model {name!r}, expected one of {', '.join(catalogue.NAMES)}",
                param_hint="--only",
            )
    _check_writable(out)
    with TrainingDisplay() as display:
        ship_models(out, names, display.start, display.update)


def _option(field: str, text: str) -> Any:
    """An option that stands for a field of the recipe, whose default it shows."""
    default = LinkConfig.model_fields[field].default
    return typer.Option(help=text, show_default=str(default))


@app.command()
def link(
    out: OutOption,
    n: Annotated[int | None, typer.Option(help="Real channel uses per message.")] = None,
    k: Annotated[int | None, typer.Option(help="Bits per message, 1 to 8.")] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="JSON file with the recipe; options given here win.", metavar="FILE"),
    ] = None,
    write_config: Annotated[
        Path | None,
        typer.Option(help="Write the complete recipe to this file, too.", metavar="FILE"),
    ] = None,
    form: Annotated[
        Form | None, _option("form", "thesis: one hidden layer each side; compact: none.")
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the link.", show_default="ae_N_K or ae_N_K_compact"),
    ] = None,
    loss: Annotated[
        Loss | None,
        _option(
            "loss",
            "symbolwise: fewest block errors; bitwise: fewest bit errors, labels learned, "
            "LLRs calibrated.",
        ),
    ] = None,
    warm_up_steps: Annotated[
        int | None,
        typer.Option(
            help="With --loss bitwise: symbol-wise steps before, which find first labels.",
            show_default="1000 with bitwise",
        ),
    ] = None,
    channel: Annotated[
        str | None,
        _option(
            "channel",
            "awgn; rayleigh; rayleigh:real_positive=1; polynomial:C0,C1,... Fading gains last "
            "for one message.",
        ),
    ] = None,
    csi: Annotated[
        bool | None, typer.Option("--csi", help="Tell the receiver the gain of the fading.")
    ] = None,
    model_free: Annotated[
        bool,
        typer.Option(
            "--model-free", help="Train without the channel's gradient (policy gradient)."
        ),
    ] = False,
    through: Annotated[
        str | None,
        typer.Option(
            metavar="FLOWGRAPH",
            help="Train through a GNU Radio flowgraph, model-free: FILE.grc or FILE.py:CLASS "
            "of a hierarchical block with one complex input and output.",
        ),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A parameter of that flowgraph's block (repeatable).",
        ),
    ] = None,
    ebn0: Annotated[float | None, _option("ebn0_db", "Training Eb/N0 in dB.")] = None,
    steps: Annotated[int | None, _option("steps", "Optimiser steps per seed.")] = None,
    batch: Annotated[int | None, _option("batch", "Messages per step.")] = None,
    learning_rate: Annotated[
        float | None, _option("learning_rate", "Peak of the one-cycle schedule.")
    ] = None,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Seed (repeatable: the best is kept).", show_default="1"),
    ] = None,
    power_norm: Annotated[
        PowerNorm | None,
        _option("power_norm", "Unit power on average or of every codeword."),
    ] = None,
    int8: Annotated[bool, typer.Option(help="Write an int8 version as well.")] = False,
    device: Annotated[
        Device, typer.Option(help="Where to train; only cpu repeats itself to the bit.")
    ] = "cpu",
    checkpoint_every: Annotated[
        int,
        typer.Option(min=1, help="Steps between checkpoints, written to OUT/NAME.checkpoint."),
    ] = 500,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in OUT.")
    ] = False,
) -> None:
    """Train one link of your own."""
    given = {
        "name": name,
        "n": n,
        "k": k,
        "form": form,
        "power_norm": power_norm,
        "loss": loss,
        "warm_up_steps": warm_up_steps,
        "channel": channel,
        "csi": csi,
        "through": through,
        "through_parameters": _parameters(set_) if set_ else None,
        "ebn0_db": ebn0,
        "batch": batch,
        "steps": steps,
        "learning_rate": learning_rate,
        "seeds": seed or None,
    }
    given = {key: value for key, value in given.items() if value is not None}
    recipe = _recipe(config, given, model_free or through is not None)
    if int8 and (recipe.channel != AWGN or recipe.through is not None):
        raise typer.BadParameter(
            f"is calibrated on channel awgn, found {recipe.through or recipe.channel}",
            param_hint="--int8",
        )
    if device == "cuda" and not torch.cuda.is_available():
        raise typer.BadParameter("torch finds no CUDA device here", param_hint="--device")
    _check_writable(out)
    if write_config is not None:
        configfile.write_config(write_config, recipe)
    checkpoints = Checkpoints(checkpoint_path(recipe, out), checkpoint_every, resume)
    try:
        with TrainingDisplay() as display:
            display.start(recipe.name, recipe)
            make_link(recipe, out, int8, display.update, checkpoints, device)
    except DivergedError as error:
        if not checkpoints.path.exists():
            raise
        raise DivergedError(f"{error}; {checkpoints.path} keeps an earlier state") from None
    except KeyboardInterrupt:
        kept = checkpoints.path.exists()
        hint = "the same command with --resume goes on" if kept else "no checkpoint yet"
        print(f"interrupted: {hint}", file=sys.stderr)
        sys.exit(INTERRUPTED)


def _parameters(texts: list[str]) -> dict[str, float | int | str]:
    """The values in NAME=VALUE texts: numbers where they can be.

    Raises:
        typer.BadParameter: a text is something else, or a name comes twice.
    """
    found: dict[str, float | int | str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.isidentifier() or name in found:
            raise typer.BadParameter(
                f"found {text!r}, expected NAME=VALUE, each name once", param_hint="--set"
            )
        found[name] = value
        for kind in (float, int):
            with suppress(ValueError):
                found[name] = kind(value)
    return found


def _recipe(path: Path | None, given: dict[str, Any], model_free: bool) -> LinkConfig:
    """The recipe in the file, if there is one, with what was `given` in its place.

    Raises:
        typer.BadParameter: it is not a possible recipe.
    """
    try:
        entries = ({} if path is None else configfile.read_config(path)) | given
        if model_free and entries.get("policy") is None:
            entries["policy"] = {}
        return configfile.link_config(entries)
    except configfile.ConfigError as error:
        raise typer.BadParameter(str(error)) from None


@app.command()
def record(
    rows: Annotated[
        Path, typer.Option(help="Rows that `dlcomm ber --json` wrote (JSON or JSON lines).")
    ],
    min_errors: Annotated[
        int, typer.Option(min=1, help="The --min-errors that they were measured with.")
    ],
    max_messages: Annotated[
        int, typer.Option(min=1, help="The --max-messages that they were measured with.")
    ],
    models: Annotated[
        Path, typer.Option(help="Folder with one folder per model.")
    ] = Path("models"),
) -> None:
    """Write measured error rates into models and renew their cards."""
    found = read_rows(rows)
    for name in record_rows(models, found, min_errors, max_messages):
        Console().print(f"recorded {name}", highlight=False)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every failure is one line and an exit status.

    Args:
        arguments: the words after the program's name; left out, those of the process.

    Raises:
        SystemExit: always, with the exit status.
    """
    try:
        app(arguments, prog_name="python -m dlcomm_train")
    except (ContractError, RowsError, RuntimeError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'file'}: {error.strerror or error}")


def _fail(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(1)


def _check_writable(out: Path) -> None:
    """Find out before the training, not after it, that nothing can be written.

    Raises:
        OSError: `out` is not a folder that can be written to.
    """
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written to", str(out))
