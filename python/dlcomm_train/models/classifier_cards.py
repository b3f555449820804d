# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Model cards of classifiers, read from their own files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

import onnx

from dlcomm_train import contract
from dlcomm_train.models.bit_operations import bit_costs
from dlcomm_train.models.cards import CARD_FILE
from dlcomm_train.models.run_classifier import CLASSIFIER_FILE
from dlcomm_train.models.statistics import cost
from dlcomm_train.recognition.run import Validation
from dlcomm_train.training.history import HISTORY_FILE


def classifier_files(
    folder: Path,
    model: onnx.ModelProto,
    history: Sequence[Validation] = (),
    name: str | None = None,
) -> dict[Path, bytes]:
    """Everything that belongs into the folder of a classifier.

    Args:
        folder: the folder.
        model: the network.
        history: every validation of its training; none: it was not trained by itself.
        name: name of the model; left out, that of the folder.

    Raises:
        ContractError: the network breaks the contract.
    """
    path = folder / CLASSIFIER_FILE
    files = {
        path: contract.content(model, path),
        folder / CARD_FILE: classifier_card(model, name or folder.name).encode("utf-8"),
    }
    if history:
        files[folder / HISTORY_FILE] = _curve(history)
    return files


def classifier_card(model: onnx.ModelProto, name: str) -> str:
    """The card of a classifier in Markdown."""
    about = contract.check(model)
    size, bits = cost(model), bit_costs(model)
    lines = [
        f"# {name}",
        "",
        _summary(about.recipe),
        "",
        "| | |",
        "|---|---|",
        f"| classes | {', '.join(about.labels)} |",
        f"| window | {about.window} complex samples |",
        f"| parameters | {size.parameters:,} |",
        f"| multiply-accumulates per window | {size.operations:,} |",
        f"| bit operations per window | {bits.bit_operations:,} |",
        f"| bits of weights | {bits.weight_bits:,} |",
        f"| cost as in the challenge of 2021 | {bits.challenge:.4f} |",
        f"| constants | {size.weight_bytes:,} bytes |",
        f"| file | {size.file_bytes:,} bytes |",
        "",
        "## Measured accuracy",
        "",
        *_measured(about.measured, name),
        "",
        "## Recipe",
        "",
        "```json",
        json.dumps(about.recipe, indent=2, sort_keys=True),
        "```",
    ]
    return "\n".join(lines) + "\n"


NAMES = {
    "compact": "separable 1-D convolutions with strides, pooled features, one dense layer",
    "vtcnn2": "VT-CNN2, the student of the thesis (table 4.4)",
    "vtcnn2_teacher": "the teacher of the thesis (table 4.3)",
}
"""What cards say about an architecture."""


def _summary(recipe: dict[str, Any]) -> str:
    if not {"config", "data"} <= set(recipe):
        return "Modulation classifier, trained elsewhere."
    config = recipe["config"]
    data = recipe["data"]["set"]
    taught = config["teaching"]
    teachers = f", taught by {', '.join(taught['models'])}" if taught else ""
    kinds = [step["kind"].replace("_", " ") for step in recipe.get("compression", [])]
    made = f", compressed ({', '.join(kinds)})" if kinds else ""
    if "quantization" in recipe:
        made += ", quantized to int8 (weights and activations)"
    leaky = "" if config["split"] == "burst" else " (leaky split by windows)"
    return (
        f"Modulation classifier: {NAMES[config['architecture']]}; trained on RadioML 2016.10a "
        f"({data}){leaky}{teachers}{made}."
    )


def _measured(rows: list[dict[str, Any]], name: str) -> list[str]:
    if not rows:
        return [f"Not recorded yet; `dlcomm accuracy --model {name} --dataset DIR` measures."]
    lines = [
        "Counted in a flowgraph on bursts that the network has not seen; overall is the mean "
        "over the SNR labels, peak the best label. Brackets are 95 % intervals.",
        "",
        "| data set | windows | right | overall | peak |",
        "|---|---:|---:|---|---|",
    ]
    return lines + [
        f"| {row['set']} | {row['windows']:,} | {row['right']:,} "
        f"| {row['overall']:.2%} [{row['overall_low']:.2%}, {row['overall_high']:.2%}] "
        f"| {row['peak']:.2%} [{row['peak_low']:.2%}, {row['peak_high']:.2%}] "
        f"at {row['peak_snr_db']} dB |"
        for row in rows
    ]


def _curve(history: Sequence[Validation]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["epoch", *(field.name for field in fields(Validation))])
    for number, entry in enumerate(history, start=1):
        writer.writerow([number, *(f"{value:.6g}" for value in astuple(entry))])
    return stream.getvalue().encode("utf-8")
