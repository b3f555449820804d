# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 5.1: the weights of a (7,4) link in 8 bits."""

from __future__ import annotations

from ..compressed import compressed_link, full_link
from ..context import Context
from ..item import Finding, Item
from ..rates import row_at
from ..variants import draw_models, measure_models, ratio_findings

MODEL = "ae_7_4"
_EBN0_DB = 4.0
_FLOAT, _INTEGER = "float32", "8 bits"
_KNOWN = {_FLOAT: 1.29e-2, _INTEGER: 1.29e-2}


def run(context: Context) -> list[Finding]:
    """Measure the link before and after, and count bytes."""
    from dlcomm_train.compress import Quantize

    links = {
        _FLOAT: full_link(MODEL),
        _INTEGER: compressed_link(context, MODEL, f"{MODEL}_q8", [Quantize(bits=8)]),
    }
    models = {label: link.model for label, link in links.items()}
    rows = measure_models(context, models, "awgn", [_EBN0_DB])
    points = {label: row_at(found, _EBN0_DB) for label, found in rows.items()}
    title = f"{MODEL}: weights in 8 bits, {_EBN0_DB:g} dB, AWGN"
    context.save_picture(draw_models(points, _KNOWN, title))
    known = {(label, _EBN0_DB): f"{bler:.2e}" for label, bler in _KNOWN.items()}
    return ratio_findings(rows, _FLOAT, [_EBN0_DB], known) + [
        Finding(
            f"{label}, bytes of the weights in the files; of both files",
            "counted, never stored",
            f"{sum(layer['stored_bytes'] for layer in link.layers):,}; {link.file_bytes:,}",
        )
        for label, link in links.items()
    ]


ITEM = Item(
    id="tab5.1",
    title="weights of a (7,4) link in 8 bits, after training",
    shows="The error rate with 8-bit integers is that with floats, 1.29e-2.",
    convention="The thesis's SNR of 2.5119 is an Eb/N0 of 4 dB, as defined in this project: "
    "no conversion. Its formula min + level/256 (max - min) never reaches the largest weight "
    "and its program has 2^(b-1)+1 levels; here b bits are 2^b levels, both ends included.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
