# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``link``: train one link."""

from __future__ import annotations

import math
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

from dlcomm_train.channels.text import AWGN
from dlcomm_train.cli.options import INTERRUPTED, Device, OutOption, check_writable, option
from dlcomm_train.cli.progress import TrainingDisplay
from dlcomm_train.networks.link import Form
from dlcomm_train.networks.normalisation import PowerNorm
from dlcomm_train.shipping.ship import checkpoint_path, make_link
from dlcomm_train.training import configfile
from dlcomm_train.training.checkpoints import Checkpoints
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import Loss
from dlcomm_train.training.stage import DivergedError
from dlcomm_train.watching.views import Views

_option = partial(option, LinkConfig)


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
        Form | None,
        _option(
            "form",
            "thesis: one hidden layer each side; compact: none; convolutional: a convolution "
            "in the decoder.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the link.", show_default="ae_N_K or ae_N_K_FORM"),
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
    receiver_steps: Annotated[
        int | None,
        typer.Option(
            help="Steps for the decoder alone, afterwards.",
            show_default="0; 1000 model-free",
        ),
    ] = None,
    batch: Annotated[int | None, _option("batch", "Messages per step.")] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            help="Peak of the one-cycle schedule.",
            show_default="0.01; 0.3 for fading with form compact or --csi",
        ),
    ] = None,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Seed (repeatable: the best is kept).", show_default="1"),
    ] = None,
    power_norm: Annotated[
        PowerNorm | None,
        typer.Option(
            help="Unit power on average or of every codeword.",
            show_default="average; codeword for fading without --csi",
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Show the constellation and the error rate meanwhile."),
    ] = False,
    animation: Annotated[
        Path | None,
        typer.Option(metavar="FILE.gif", help="Write the same as an animation at the end."),
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
        "receiver_steps": receiver_steps,
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
    if animation is not None and animation.suffix.lower() != ".gif":
        raise typer.BadParameter(
            f"found {animation.name}, expected a name that ends in .gif",
            param_hint="--animation",
        )
    check_writable(out)
    if write_config is not None:
        configfile.write_config(write_config, recipe)
    checkpoints = Checkpoints(checkpoint_path(recipe, out), checkpoint_every, resume)
    try:
        with TrainingDisplay() as display:
            display.start(recipe.name, recipe)
            views = Views(live, animation)
            make_link(recipe, out, int8, display.update, checkpoints, device, views)
    except DivergedError as error:
        if not checkpoints.path.exists():
            raise
        raise DivergedError(f"{error}; {checkpoints.path} keeps an earlier state") from None
    except ValueError as error:
        if recipe.through is None:
            raise
        raise typer.BadParameter(str(error), param_hint="--through") from None
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
        if isinstance(found[name], float) and not math.isfinite(found[name]):
            raise typer.BadParameter(
                f"found {text!r}, expected a finite number", param_hint="--set"
            )
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
