# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Section 7.5: methods one after the other, on the modulation classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...recognition.picture import draw_curves
from ..accuracies import accuracy_findings, measure_classifiers
from ..classifiers import classifier, dataset_folder
from ..compressed_classifiers import classifier_costs, compressed_classifier, learning
from ..context import Context
from ..item import Finding, Item

if TYPE_CHECKING:
    from dlcomm_train.compress.link import Step

    from ...pareto.costs import Costs

_ALONE, _DISTILLED, _COMPACT = "VT-CNN2", "distilled VT-CNN2", "amc_compact_2016"
_COLUMNS = (
    "classifier", "file_bytes", "macs", "nonzero_macs", "bit_operations", "weight_bits",
    "challenge_cost",
)  # fmt: skip


def run(context: Context) -> list[Finding]:
    """Compress the distilled student and a compact network further; count what they say."""
    from dlcomm_train.recognition.catalogue import OTHER_TEACHER, SEEDS, alone, taught

    dataset = dataset_folder(context, "historical")
    models = {
        _ALONE: classifier(context, alone(SEEDS[0])),
        _DISTILLED: classifier(context, taught(SEEDS[0], OTHER_TEACHER)),
        _COMPACT: classifier(context, _COMPACT),
    }
    for source, mixtures in _mixtures(context).items():
        for ending, (words, steps) in mixtures.items():
            name = f"{'distilled' if source == _DISTILLED else source}_{ending}"
            models[f"{source}, {words}"] = compressed_classifier(
                context, models[source], name, steps, dataset
            )
    found = measure_classifiers(context, models, dataset)
    costs = {label: classifier_costs(model) for label, model in models.items()}
    context.save_picture(draw_curves(list(found.values())))
    context.save_table(
        _COLUMNS,
        [
            (label, one.file_bytes, one.macs, one.nonzero_macs, one.bit_operations)
            + (one.weight_bits, one.challenge)
            for label, one in costs.items()
        ],
        "costs",
    )
    return accuracy_findings(found, {}) + [
        Finding(f"{label}, costs", "no number", _told(one, costs[_ALONE]))
        for label, one in costs.items()
    ]


def _mixtures(context: Context) -> Mapping[str, Mapping[str, tuple[str, Sequence[Step]]]]:
    """By what they start from and the ending of their names: words, and steps."""
    from dlcomm_train.compress import (
        Prune,
        Quantize,
        QuantizeActivations,
        QuantizeAware,
        RemoveFilters,
    )

    # The large network is slow: three epochs of half the windows.
    large = learning(context, 3, learning_rate=0.0005, train_windows=66_000)
    small = learning(context, 5)
    pruned = Prune(rate=0.9, saliency="fisher", retraining=large)
    fewer = RemoveFilters(rate=0.5, retraining=large)
    return {
        _DISTILLED: {
            "q8": ("8 bits", [Quantize(bits=8)]),
            "int8": ("int8 weights and activations", [QuantizeActivations()]),
            "p90_a4": (
                "90 % pruned, 4 bits",
                [pruned, QuantizeAware(bits=4, retraining=large)],
            ),
            "f50_p90_int8": (
                "half of the filters, 90 % of the rest pruned, int8",
                [fewer, pruned, QuantizeActivations()],
            ),
        },
        _COMPACT: {
            "f25_int8": (
                "a quarter of the filters removed, int8",
                [RemoveFilters(rate=0.25, retraining=small), QuantizeActivations()],
            ),
            "p50_a4": (
                "50 % pruned, 4 bits",
                [
                    Prune(rate=0.5, saliency="fisher", retraining=small),
                    QuantizeAware(bits=4, per_channel=True, retraining=small),
                ],
            ),
        },
    }


def _told(costs: Costs, full: Costs) -> str:
    """What a file costs, and its share of what the full one does."""
    return (
        f"{costs.file_bytes:,} bytes, 1/{full.file_bytes / costs.file_bytes:.1f}; "
        f"{costs.bit_operations:.3g} bit operations, "
        f"1/{full.bit_operations / costs.bit_operations:.1f}; "
        f"{costs.weight_bits:,} bits of weights; challenge cost {costs.challenge:.3g}"
    )


ITEM = Item(
    id="mixed7.5b",
    title="methods one after the other on the modulation classifier",
    shows="The thesis proposes to distil first, as far as the accuracy allows, and then to "
    "quantize, or to prune what quantization makes zero; it leaves it at that.",
    convention="SNR is the label of RadioML 2016.10a, regenerated with its defects. Distilled: "
    "the student of fig4.2 with amc_compact_2016. Every retraining learns from the network "
    "before it was compressed, too (T = 2, a share of 0.3 for the true classes), 3 epochs of "
    "66,000 windows for VT-CNN2 and 5 of all for the compact network, which is not in the "
    "thesis; the validation part chooses epochs and calibrations. Fractions are of VT-CNN2 in "
    "float32. Bit operations and the challenge's cost: docs/compression.md.",
    models=(),
    classifiers=("amc_vtcnn2_2016", _COMPACT),
    run=run,
    packages={"torch": "torch", "onnxruntime": "onnxruntime"},
)
