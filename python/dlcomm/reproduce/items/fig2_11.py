# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.11: confusion matrix of modulation recognition."""

from __future__ import annotations

from ...recognition.picture import draw_confusions
from ..accuracies import accuracy_findings, measure_classifiers
from ..classifiers import classifier, dataset_folder
from ..context import Context
from ..item import Finding, Item

_LOWEST_DB = 0.0
_PAIRS = (("QAM16", "QAM64"), ("QAM64", "QAM16"), ("WBFM", "AM-DSB"), ("8PSK", "QPSK"))


def run(context: Context) -> list[Finding]:
    """Count what VT-CNN2 says, and draw it."""
    from dlcomm_train.recognition.catalogue import SEEDS, alone

    label = "VT-CNN2"
    models = {label: classifier(context, alone(SEEDS[0]))}
    found = measure_classifiers(context, models, dataset_folder(context, "historical"))
    one = found[label]
    context.save_picture(draw_confusions([one]))
    labels, high = one.confusion.labels, one.confusion.matrix(_LOWEST_DB)
    low = one.confusion.matrix(highest_db=one.confusion.snrs_db[0])
    shares = [
        Finding(
            f"{true} taken for {said}, {_LOWEST_DB:g} dB and more",
            "often" if true.startswith("QAM") else "no number",
            f"{high[labels.index(true), labels.index(said)]:,} of "
            f"{high[labels.index(true)].sum():,}",
        )
        for true, said in _PAIRS
    ]
    noise = labels.index("AM-SSB")
    others = [place for place in range(len(labels)) if place != noise]
    return [
        *accuracy_findings(found, {label: ("51 to 54 % published", "73 to 80 % published")}),
        *shares,
        Finding(
            f"any other class taken for AM-SSB, {one.confusion.snrs_db[0]:g} dB",
            "nearly always",
            f"{low[others, noise].sum():,} of {low[others].sum():,}",
        ),
    ]


ITEM = Item(
    id="fig2.11",
    title="confusion matrix of modulation recognition, 11 classes",
    shows="QAM16 and QAM64 are confused, and noise is taken for AM-SSB.",
    convention="SNR is the label of RadioML 2016.10a, regenerated with its defects, of which "
    "one is that AM-SSB is noise. The network is VT-CNN2 without a teacher, of fig4.2.",
    models=(),
    classifiers=("amc_vtcnn2_2016",),
    run=run,
    packages={"torch": "torch", "onnxruntime": "onnxruntime"},
)
