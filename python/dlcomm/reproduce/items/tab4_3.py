# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 4.3: parameters of the teacher for modulation recognition."""

from __future__ import annotations

from ..classifier_parameters import classifier_findings
from ..context import Context
from ..item import Finding, Item

_KNOWN = (
    ("conv1", 1_024),
    ("conv1.5", 196_864),
    ("conv2", 196_736),
    ("conv3", 98_432),
    ("dense1", 8_651_264),
    ("dense2", 131_328),
    ("dense3", 2_827),
)


def run(context: Context) -> list[Finding]:
    """Count the layers of the teacher on a model of it."""
    return classifier_findings(context, "vtcnn2_teacher", _KNOWN)


ITEM = Item(
    id="tab4.3",
    title="parameters of the teacher for modulation recognition",
    shows="Four convolutions and three dense layers, 9,278,475 parameters, most of them in the "
    "first dense layer.",
    convention="Parameters have no noise: nothing to convert. The table has no kernel sizes; "
    "those here are the ones that lead to its numbers.",
    models=(),
    run=run,
    packages={"torch": "torch"},
)
