# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.7: error rates on Y = X^2 + N with a wrong, with no and with the right model."""

from __future__ import annotations

from ..campaign import Lane
from ..context import Context
from ..crossings import beside, crossing
from ..item import Finding, Item
from ..rates import draw_rates, rate_findings, row_at
from .fig2_6 import CONVENTION, LABELS, MISMATCHED, MODEL_FREE, SQUARE, TOLD

_EBN0 = tuple(float(db) for db in range(11))
_CLAIM_DB = 10.0
_LEVELS = (1e-2, 1e-3)


def run(context: Context) -> list[Finding]:
    """Measure the three links on the same channel."""
    lanes = {model: Lane(model, SQUARE, _EBN0) for model in (MODEL_FREE, TOLD, MISMATCHED)}
    measured = context.measure(list(lanes.values()))
    rows = {model: measured[lane] for model, lane in lanes.items()}
    context.save_picture(
        draw_rates(
            {LABELS[model]: found for model, found in rows.items()},
            [],
            context.rule.min_errors,
            "(7,4) links on the channel Y = X² + N",
        )
    )
    findings = []
    wrong, free = (row_at(rows[model], _CLAIM_DB) for model in (MISMATCHED, MODEL_FREE))
    if wrong is not None and free is not None:
        findings.append(
            Finding(
                f"BLER of the model-free over the mismatched link at {_CLAIM_DB:g} dB",
                "model-free clearly better; no number",
                f"{free.bler / wrong.bler:.2e} (at most {free.bler_high / wrong.bler_low:.2e})",
            )
        )
    for level in _LEVELS:
        free_db, told_db = (crossing(rows[model], level) for model in (MODEL_FREE, TOLD))
        findings.append(
            Finding(
                f"Eb/N0 for BLER {level:g}: model-free; told; difference",
                "not in the thesis",
                beside(free_db, told_db),
            )
        )
    for model, found in rows.items():
        findings += rate_findings(model, found)
    return findings


ITEM = Item(
    id="fig2.7",
    title="error rates on Y = X^2 + N, with a wrong channel model and with none",
    shows="Over all SNR the model-free link is clearly better than the supervised one that "
    "believes Y = X + N. The link that is told the true channel is added here.",
    convention=CONVENTION + " The thesis plots bit error rates; both rates are in the picture.",
    models=(MISMATCHED, MODEL_FREE, TOLD),
    run=run,
)
