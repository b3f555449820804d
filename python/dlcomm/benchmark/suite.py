# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""All comparisons, group by group."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gnuradio import gr

from .chains import chain_contests
from .channel_models import channel_contests
from .classifiers import classifier_contests, classifier_latency_contests
from .compressed import compressed_contests
from .decoders import decoder_contests
from .imports import import_contests
from .in_tree import counting_contests, decision_contests, encoder_contests
from .latency import latency_contests
from .pairing import Contest, run_contest
from .rows import Row
from .settings import Settings

GROUPS: dict[str, Callable[[Settings], Iterator[Contest]]] = {
    "decoder": decoder_contests,
    "compressed": compressed_contests,
    "chain": chain_contests,
    "channels": channel_contests,
    "encoder": encoder_contests,
    "decisions": decision_contests,
    "counting": counting_contests,
    "latency": latency_contests,
    "classifier": classifier_contests,
    "classifier_latency": classifier_latency_contests,
    "import": import_contests,
}
"""What makes the contests of a group, by its name."""

TITLES = {
    "decoder": "Decoder block, throughput",
    "compressed": "Compressed decoders beside the float ones they come from, throughput",
    "chain": "Whole chain, throughput",
    "channels": "Channels, throughput",
    "encoder": "Encoder block, throughput",
    "decisions": "Uncoded decisions, throughput",
    "counting": "Counting errors, throughput",
    "latency": "Decoder block, latency",
    "classifier": "Modulation classifier, throughput",
    "classifier_latency": "Modulation classifier, latency",
    "import": "Import",
}
"""Headings of the groups."""

FORMAT = 1
"""Version of the JSON that `report` makes."""

_PACKAGES = ("numpy", "onnxruntime", "torch")


def run_suite(
    settings: Settings,
    groups: Iterable[str] = GROUPS,
    watch: Callable[[str], None] = lambda state: None,
) -> Iterator[tuple[str, list[Row]]]:
    """Run groups of comparisons, one after another.

    Args:
        settings: models, rounds and durations.
        groups: names of groups, from `GROUPS`.
        watch: is told what happens next, in a few words.

    Yields:
        The name of a group and its rows, as soon as the group is done.

    Raises:
        RuntimeError: a side failed, or two sides do not do the same work.
    """
    for group in groups:
        rows: list[Row] = []
        with closing(GROUPS[group](settings)) as contests:
            for contest in contests:

                def watch_contest(state: str, what: str = contest.what) -> None:
                    """Say which contest it is as well."""
                    watch(f"{what}: {state}")

                rows += run_contest(
                    contest, settings.repeats, settings.seconds, watch_contest
                )
        yield group, rows


def report(settings: Settings, rows: Iterable[Row]) -> dict[str, Any]:
    """Everything that was measured, and on what, as JSON."""
    chosen = asdict(settings) | {"links": list(settings.links)}
    return {
        "format": FORMAT,
        "machine": machine(),
        "settings": chosen,
        "rows": [row.to_json() for row in rows],
    }


def machine() -> dict[str, Any]:
    """Processor, number of cores and versions, as far as they can be told."""
    versions: dict[str, str | None] = {
        "python": platform.python_version(),
        "gnuradio": gr.version(),
    }
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = None
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": os.getloadavg()[0],
        "system": platform.platform(),
        "versions": versions,
    }


def _processor() -> str:
    """The processor's name; its architecture where no name is told."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if "model name" in line)
    return next(names, platform.machine())
