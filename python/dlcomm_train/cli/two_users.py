# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``two-users``: train two links that share one medium."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer
from pydantic import ValidationError

from dlcomm_train.cli.options import INTERRUPTED, OutOption, check_writable, option
from dlcomm_train.cli.progress import TrainingDisplay
from dlcomm_train.networks.link import Form
from dlcomm_train.training.configfile import problem
from dlcomm_train.two_user.config import TwoUserConfig
from dlcomm_train.two_user.models import make_two_users

_option = partial(option, TwoUserConfig)


def two_users(
    out: OutOption,
    n: Annotated[int, typer.Option(help="Real channel uses per message of each user.")],
    k: Annotated[int, typer.Option(help="Bits per message of each user, 1 to 8.")],
    form: Annotated[
        Form | None,
        _option(
            "form",
            "thesis: one hidden layer each side; compact: none; convolutional: a convolution "
            "in the decoders.",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(
            help="Name of the links, before _a and _b.", show_default="two_user_N_K"
        ),
    ] = None,
    ebn0: Annotated[float | None, _option("ebn0_db", "Training Eb/N0 in dB.")] = None,
    steps: Annotated[int | None, _option("steps", "Optimiser steps per seed.")] = None,
    batch: Annotated[int | None, _option("batch", "Pairs of messages per step.")] = None,
    learning_rate: Annotated[
        float | None, _option("learning_rate", "Peak of the one-cycle schedule.")
    ] = None,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Seed (repeatable: the best is kept).", show_default="1"),
    ] = None,
) -> None:
    """Train two links that send at the same time: OUT/NAME_a and OUT/NAME_b."""
    given = {
        "name": name or f"two_user_{n}_{k}",
        "n": n,
        "k": k,
        "form": form,
        "ebn0_db": ebn0,
        "steps": steps,
        "batch": batch,
        "learning_rate": learning_rate,
        "seeds": seed or None,
    }
    given = {key: value for key, value in given.items() if value is not None}
    try:
        config = TwoUserConfig(**given)
    except ValidationError as error:
        raise typer.BadParameter(problem(error)) from None
    check_writable(out)
    try:
        with TrainingDisplay() as display:
            display.start(config.name, config)
            make_two_users(config, out, display.update)
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        sys.exit(INTERRUPTED)
