# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Section 7.5: methods one after the other."""

from __future__ import annotations

from ..compressed import full_link
from ..context import Context
from ..item import Finding, Item
from ..methods import (
    DISTILLED,
    DISTILLED_FOUR_BITS,
    DISTILLED_PRUNED_FOUR_BITS,
    EBN0_DB,
    MATCHED_FOUR_BITS,
    MATCHED_PRUNED_FOUR_BITS,
    MODEL,
    PRUNED,
    PRUNED_FOUR_BITS,
    PRUNED_SHARED,
    RECIPES,
    TEACHER,
    methods,
)
from ..sizes import bytes_text, draw_sizes, huffman_bytes
from ..variants import measure_models, ratio_findings

_MIXED = (
    DISTILLED_FOUR_BITS,
    MATCHED_FOUR_BITS,
    PRUNED_FOUR_BITS,
    DISTILLED_PRUNED_FOUR_BITS,
    MATCHED_PRUNED_FOUR_BITS,
    PRUNED_SHARED,
)
_SHOWN = (DISTILLED, PRUNED, *_MIXED)
_KNOWN = {
    PRUNED_SHARED: "Han et al.: more than 30 times smaller, of image classifiers",
}


def run(context: Context) -> list[Finding]:
    """Measure the mixtures beside what they are mixed of, and count their bytes."""
    known = methods(context)
    links = {TEACHER: full_link(MODEL)} | {
        label: known[label].apply(context) for label in _SHOWN
    }
    models = {label: link.model for label, link in links.items()}
    rows = measure_models(context, models, "awgn", [EBN0_DB])
    points = {label: found[0] for label, found in rows.items()}
    title = f"{MODEL} compressed by several methods, {EBN0_DB:g} dB, AWGN"
    context.save_picture(draw_sizes(links, points, title))
    full = links[TEACHER]
    coded = {label: huffman_bytes(links[label]) for label in _MIXED}
    plain = 4 * sum(layer["weights_left"] for layer in full.layers)
    return [
        *ratio_findings(rows, TEACHER, [EBN0_DB]),
        *(
            Finding(f"{label}, size", _KNOWN.get(label, ""), bytes_text(link, full))
            for label, link in links.items()
        ),
        *(
            Finding(
                f"{label}, weights in Huffman codes (made, but stored nowhere)",
                "not in the thesis",
                f"{coded[label]:,} bytes, 1/{plain / coded[label]:.0f} of the teacher's "
                f"{plain:,} in float32",
            )
            for label in _MIXED
        ),
    ]


ITEM = Item(
    id="mixed7.5",
    title="methods one after the other: distil, prune, quantize, share, Huffman",
    shows="The methods work on different things and can be used together; the thesis leaves it "
    "at that.",
    convention=f"All is measured at {EBN0_DB:g} dB of Eb/N0, nothing to convert. {RECIPES}",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
