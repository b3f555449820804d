# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm train``: hands its arguments to the training package."""

from __future__ import annotations

import typer

from .handover import HANDED_OVER, hand_over

app = typer.Typer(add_completion=False)


@app.command(context_settings=HANDED_OVER)
def train(context: typer.Context) -> None:
    """Train and export models (needs torch): dlcomm train --help."""
    hand_over(context, "training")
