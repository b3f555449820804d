# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 4.1: a teacher, its student alone, and its student with its help."""

from __future__ import annotations

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ..compressed import compressed_link, training
from ..context import Context
from ..crossings import beside, crossing
from ..item import Finding, Item
from ..rates import draw_rates
from ..variants import measure_models, ratio_findings

MODEL = "ae_8_8"
_EBN0 = tuple(float(db) for db in range(8))
_AT = (4.0, 6.0, 7.0)
_LEVEL = 1e-2
_TEACHER, _ALONE, _TAUGHT = "teacher", "student alone", "student with teacher"
_KEPT = "student, teacher's codebook"
_KNOWN = {(_TEACHER, 4.0): "~4.3e-2", (_TEACHER, 6.0): "~4.0e-3", (_TEACHER, 7.0): "~7.7e-4"}
_TEMPERATURE = 50.0


def run(context: Context) -> list[Finding]:
    """Train the students with one budget; measure them beside the teacher."""
    rows = measure_models(context, _models(context), "awgn", _EBN0)
    context.save_picture(
        draw_rates(
            rows,
            theory_curves(parse_channel("awgn"), [context.link(MODEL)]),
            context.rule.min_errors,
            "(8,8): a teacher of 135,944 parameters, students of 4,360",
        )
    )
    teacher = crossing(rows[_TEACHER], _LEVEL)
    return [
        Finding(
            f"Eb/N0 for BLER {_LEVEL:g}: {label}; {_TEACHER}; difference",
            "not in the thesis" if label == _KEPT else "insignificant, no number",
            beside(crossing(rows[label], _LEVEL), teacher),
        )
        for label in (_ALONE, _TAUGHT, _KEPT)
    ] + ratio_findings(rows, _TEACHER, _AT, _KNOWN)


def _models(context: Context) -> dict[str, str]:
    """Teacher and students, by what people call them."""
    from dlcomm_train.compress import Distill

    own = training(context, 2500, 500, learning_rate=0.05, fresh=True)
    kept = training(context, 0, 4000, receiver_learning_rate=0.1, ebn0_db=5.0)
    students = {
        _ALONE: ("alone", Distill(weight=1.0, retraining=own)),
        _TAUGHT: (
            "taught",
            Distill(weight=1.0 / 3.0, temperature=_TEMPERATURE, retraining=own),
        ),
        _KEPT: ("kept", Distill(temperature=2.0, retraining=kept)),
    }
    return {_TEACHER: MODEL} | {
        label: compressed_link(context, MODEL, f"{MODEL}_{name}", [step]).model
        for label, (name, step) in students.items()
    }


ITEM = Item(
    id="fig4.1",
    title="distillation of an (8,8) link: teacher, student alone, student with teacher",
    shows="The three have the same error rate: the student needs no teacher.",
    convention="The thesis's abscissa is Eb/N0 here: no conversion. Student alone and student "
    "with teacher learn a codebook of their own from the same random weights, in equally many "
    f"steps; the loss is the thesis's, 0.5 CE + T^2 soft CE with T = {_TEMPERATURE:g}. The "
    "last student keeps the teacher's codebook and learns from the receiver's logits with "
    "T = 2; it is not in the thesis.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
