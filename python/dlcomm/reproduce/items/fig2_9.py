# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.9: (8,8) links over block Rayleigh fading, with and without a channel model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ...measurement.results import Row
from ..campaign import Lane
from ..context import Context
from ..crossings import beside, crossing
from ..drawing import draw_training
from ..item import Finding, Item
from ..rates import draw_rates, interpolated, nearest_row, pair_text
from ..recipes import training_ebn0
from ..references import maximum_likelihood_model
from ..training_curves import TABLE_COLUMNS, cells, read_training

MODEL_FREE, SUPERVISED = "ae_8_8_fading_modelfree", "ae_8_8_fading"
COMPACT, KNOWN_GAIN, REAL = "ae_8_8_fading_compact", "ae_8_8_fading_csi", "ae_8_8_fading_real"
RAYLEIGH, RAYLEIGH_REAL = "rayleigh", "rayleigh:real_positive=1"
_CHANNELS = {
    MODEL_FREE: RAYLEIGH,
    SUPERVISED: RAYLEIGH,
    COMPACT: RAYLEIGH,
    KNOWN_GAIN: RAYLEIGH,
    REAL: RAYLEIGH_REAL,
}
_EBN0 = tuple(float(db) for db in range(4, 29, 2))
_LEVEL = 1e-2


def run(context: Context) -> list[Finding]:
    """Draw the trainings; measure every link, and beside it the best possible receiver."""
    trainings = {m: read_training(context.link(m)) for m in (MODEL_FREE, SUPERVISED)}
    context.save_table(TABLE_COLUMNS, cells(trainings), "training")
    context.save_picture(
        draw_training(trainings, {}, "Training (8,8) links over block Rayleigh fading")
    )
    rows, best = _measure(context)
    for part, models, title in (
        ("rates", [m for m in _CHANNELS if m != REAL], "(8,8) over block Rayleigh fading"),
        ("real", [REAL], "(8,8), the gain is real and positive"),
    ):
        channel = parse_channel(_CHANNELS[models[0]])
        known = [
            interpolated(f"ML receiver of {model}", best[model])
            for model in models
            if model in (COMPACT, KNOWN_GAIN, REAL)
        ] + theory_curves(channel, [context.link(models[0])])
        figure = draw_rates({m: rows[m] for m in models}, known, context.rule.min_errors, title)
        context.save_picture(figure, part)
    return _findings(context, rows, best)


def _measure(context: Context) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """The rows of every link, and those of its codebook's maximum-likelihood receiver."""
    links = {model: Lane(model, channel, _EBN0) for model, channel in _CHANNELS.items()}
    references = {
        model: _reference_lanes(context, model, channel) for model, channel in _CHANNELS.items()
    }
    measured = context.measure(
        [*links.values(), *(lane for lanes in references.values() for lane in lanes)]
    )
    rows = {model: measured[lane] for model, lane in links.items()}
    best = {
        model: [row for lane in lanes for row in measured[lane]]
        for model, lanes in references.items()
    }
    return rows, best


def _reference_lanes(context: Context, model: str, channel: str) -> list[Lane]:
    """The best receivers of a codebook: one where it is told the gain, else one a point."""
    link = context.link(model)
    points = context.points(_EBN0)
    if link.uses_csi:
        reference = maximum_likelihood_model(link, channel, points[0], context.folder)
        return [Lane(reference, channel, _EBN0)]
    return [
        Lane(maximum_likelihood_model(link, channel, ebn0, context.folder), channel, (ebn0,))
        for ebn0 in points
    ]


def _findings(
    context: Context, rows: Mapping[str, Sequence[Row]], best: Mapping[str, Sequence[Row]]
) -> list[Finding]:
    """Model-free beside supervised, and every link beside its best receiver."""
    free = crossing(rows[MODEL_FREE], _LEVEL)
    findings = []
    for model in (SUPERVISED, COMPACT):
        other = crossing(rows[model], _LEVEL)
        findings.append(
            Finding(
                f"Eb/N0 for BLER {_LEVEL:g}: {MODEL_FREE}; {model}; difference",
                "nearly identical; no number",
                beside(free, other),
            )
        )
    for model in rows:
        own, reference = crossing(rows[model], _LEVEL), crossing(best[model], _LEVEL)
        findings.append(
            Finding(
                f"Eb/N0 for BLER {_LEVEL:g}: {model}; maximum-likelihood receiver of its "
                "codebook; difference",
                "not in the thesis",
                beside(own, reference),
            )
        )
        points = {training_ebn0(context.link(model))}
        near = nearest_row(rows[model], _LEVEL)
        if near is not None:
            points.add(near.ebn0_db)
        findings += [
            Finding(
                f"BLER at {ebn0:g} dB: {model}; that receiver",
                "",
                text,
            )
            for ebn0 in sorted(points)
            if (text := pair_text(rows[model], best[model], ebn0))
        ]
    return findings


ITEM = Item(
    id="fig2.9",
    title="(8,8) links over block Rayleigh fading: policy gradient against supervised",
    shows="Policy-gradient and supervised training with the right channel model are nearly "
    "identical.",
    convention="The thesis's fading experiments are 6 dB (a factor of four) harsher than "
    "their label: s dB there are s - 6 dB of Eb/N0. Their gain is a real and "
    f"positive |h|; here it is a complex h by default, and {REAL} is the thesis's "
    f"case (channel {RAYLEIGH_REAL}). Eb/N0 is the mean over the fading. The "
    "thesis prints no number for this figure.",
    models=tuple(_CHANNELS),
    run=run,
    packages={"torch": "torch"},
)
