# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Links whose weights are rounded after training, for every number of bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..measurement.results import Row
from .campaign import Lane
from .compressed import compressed_link
from .context import Context
from .item import Finding
from .variants import Setting, ratio_text

BITS = (1, 2, 3, 4, 5, 6, 7, 8)
UNIFORM, THESIS, PER_CHANNEL = "2^b levels", "2^(b-1)+1 levels", "2^b levels per output"
QUANTIZER = (
    "b bits are 2^b levels here, from the smallest to the largest weight of a layer. The "
    'program behind the thesis has 2^(b-1)+1 levels, so that its "4 bits" are 9 levels: '
    "measured as well. Biases stay in float32."
)
_SETTINGS = {
    UNIFORM: ("u", {}),
    THESIS: ("t", {"levels": "thesis"}),
    PER_CHANNEL: ("c", {"per_channel": True}),
}


@dataclass(frozen=True)
class Widths:
    """What was measured of one link.

    Attributes:
        full: the float link.
        curves: points over the bits, by rule for the levels.
    """

    full: Row
    curves: Mapping[str, list[Setting]]


def measure_bits(
    context: Context, channels: Mapping[str, str], ebn0_db: float, rules: tuple[str, ...]
) -> dict[str, Widths]:
    """Measure links with rounded weights.

    Args:
        context: of the item.
        channels: canonical text of the channel of every link.
        ebn0_db: Eb/N0 in dB.
        rules: of `UNIFORM`, `THESIS` and `PER_CHANNEL`.
    """
    from dlcomm_train.compress import Quantize

    full = {model: Lane(model, channel, (ebn0_db,)) for model, channel in channels.items()}
    lanes: dict[tuple[str, str, int], Lane] = {}
    for model, channel in channels.items():
        for rule in rules:
            letter, settings = _SETTINGS[rule]
            for bits in context.points(BITS):
                step = Quantize(bits=bits, **settings)
                link = compressed_link(context, model, f"{model}_{letter}{bits}", [step])
                lanes[model, rule, bits] = Lane(link.model, channel, (ebn0_db,))
    measured = context.measure([*full.values(), *lanes.values()])
    return {
        model: Widths(
            measured[full[model]][0],
            {
                rule: [
                    Setting(bits, measured[lanes[model, rule, bits]][0])
                    for bits in context.points(BITS)
                ]
                for rule in rules
            },
        )
        for model in channels
    }


def width_findings(model: str, found: Widths, known: Mapping[int, str]) -> list[Finding]:
    """A finding for the float link and for every number of bits.

    Args:
        model: name of the link.
        found: what was measured of it.
        known: what the thesis has for its own levels, by bits.
    """
    ebn0 = found.full.ebn0_db
    findings = [
        Finding(f"{model}, float32, BLER at {ebn0:g} dB", "", ratio_text(found.full, None))
    ]
    for rule, points in found.curves.items():
        findings += [
            Finding(
                f"{model}, {_bits(point)}, {rule}, BLER at {ebn0:g} dB",
                known.get(int(point.value), "") if rule == THESIS else "",
                ratio_text(point.row, found.full),
            )
            for point in reversed(points)
        ]
    return findings


def _bits(point: Setting) -> str:
    """``1 bit``, ``2 bits``."""
    return f"{point.value:g} bit{'s' if point.value > 1 else ''}"
