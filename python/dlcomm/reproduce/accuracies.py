# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Accuracies of classifiers, counted in flowgraphs, as tables and findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..recognition.accuracy import Accuracy
from ..recognition.confusion import Rate
from ..recognition.measure import measure
from .context import Context
from .item import Finding


def measure_classifiers(
    context: Context, models: Mapping[str, str], dataset: Path
) -> dict[str, Accuracy]:
    """Count what classifiers say of the test part of a data set; writes the points as CSV.

    Args:
        context: of the item.
        models: classifiers by what people call them.
        dataset: folder of the data set.

    Raises:
        ValueError, RuntimeError, OSError: one line.
    """
    found = {}
    for label, model in models.items():
        with context.making(label) as progress:
            counted = measure(
                model, dataset, progress=lambda done, total: progress("decide", done / total)
            )
        found[label] = replace(counted, model=label)
    context.save_table(
        ("classifier", "set", "snr_db", "windows", "right", "accuracy", "low", "high"),
        [
            (label, one.set, rate.snr_db, rate.windows, rate.right)
            + (rate.value, rate.low, rate.high)
            for label, one in found.items()
            for rate in one.confusion.by_snr()
        ],
    )
    return found


def accuracy_findings(
    found: Mapping[str, Accuracy], known: Mapping[str, tuple[str, str]]
) -> list[Finding]:
    """Overall and peak accuracy of every classifier beside the thesis's.

    Args:
        found: what was counted, by what people call the classifiers.
        known: overall and peak accuracy of the thesis, or what is published, by the same.
    """
    findings = []
    for label, one in found.items():
        overall, peak = known.get(label, ("not in the thesis", "not in the thesis"))
        mean, best = one.confusion.overall(), one.confusion.peak()
        findings += [
            Finding(f"{label}, overall ({one.set})", overall, rate_text(mean)),
            Finding(f"{label}, peak", peak, f"{rate_text(best)}, at {best.snr_db:g} dB"),
        ]
    return findings


def rate_text(rate: Rate) -> str:
    """A share with its interval and its counts."""
    return (
        f"{rate.value:.2%} [{rate.low:.2%}, {rate.high:.2%}] "
        f"({rate.right:,} of {rate.windows:,})"
    )
