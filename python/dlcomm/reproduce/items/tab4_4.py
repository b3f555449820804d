# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 4.4: parameters of the student for modulation recognition, VT-CNN2."""

from __future__ import annotations

from ..classifier_parameters import classifier_findings
from ..context import Context
from ..item import Finding, Item

_KNOWN = (("conv1", 1_024), ("conv2", 122_960), ("dense1", 2_703_616), ("dense2", 2_827))


def run(context: Context) -> list[Finding]:
    """Count the layers of the student on a model of it."""
    return classifier_findings(context, "vtcnn2", _KNOWN)


ITEM = Item(
    id="tab4.4",
    title="parameters of the student for modulation recognition, VT-CNN2",
    shows="Two convolutions and two dense layers, 2,830,427 parameters, nearly all of them in "
    "the first dense layer.",
    convention="Parameters have no noise: nothing to convert.",
    models=(),
    run=run,
    packages={"torch": "torch"},
)
