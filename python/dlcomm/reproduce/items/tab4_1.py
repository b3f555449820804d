# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 4.1: parameters of the teacher, an (8,8) link."""

from __future__ import annotations

from ..context import Context
from ..item import Finding, Item
from ..parameters import parameter_findings

MODEL = "ae_8_8"
_KNOWN = (("encoder", 65_792), ("encoder", 2_056), ("decoder", 2_304), ("decoder", 65_792))


def run(context: Context) -> list[Finding]:
    """Count the teacher's layers on its files."""
    return parameter_findings(context, MODEL, _KNOWN)


ITEM = Item(
    id="tab4.1",
    title="parameters of the teacher, an (8,8) link with a hidden layer on each side",
    shows="Four linear layers of 135,944 parameters together, most of them in the first and "
    "the last one.",
    convention="Parameters, weights and biases, have no noise: nothing to convert.",
    models=(MODEL,),
    run=run,
)
