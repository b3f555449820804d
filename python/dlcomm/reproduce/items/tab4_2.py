# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 4.2: parameters of the student, an (8,8) link without hidden layers."""

from __future__ import annotations

from ..context import Context
from ..item import Finding, Item
from ..parameters import parameter_findings

MODEL = "ae_8_8_compact"
_KNOWN = (("encoder", 2_056), ("decoder", 2_304))


def run(context: Context) -> list[Finding]:
    """Count the student's layers on its files."""
    return parameter_findings(context, MODEL, _KNOWN)


ITEM = Item(
    id="tab4.2",
    title="parameters of the student, an (8,8) link without hidden layers",
    shows="Two linear layers of 4,360 parameters together, 31 times fewer than the teacher's.",
    convention="Parameters, weights and biases, have no noise: nothing to convert.",
    models=(MODEL,),
    run=run,
)
