# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm bench``: throughput and latency beside what else could be used."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import Failure, failures, usage_errors

if TYPE_CHECKING:
    from ..benchmark.settings import Settings

app = typer.Typer(add_completion=False)

DEFAULT_MODELS = (
    "ae_7_4_compact",
    "ae_7_4",
    "ae_7_4_int8",
    "ae_8_8_compact",
    "ae_8_8",
    "ae_8_8_int8",
)
QUICK_MODELS = ("ae_7_4_compact", "ae_7_4", "ae_8_8_compact")
QUICK_CLASSIFIERS = ("amc_compact_int8",)
_REPEATS, _QUICK_REPEATS = 7, 2
_SECONDS, _QUICK_SECONDS = 0.5, 0.05
_FRAMES, _QUICK_FRAMES = 2000, 200


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def bench(
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL",
            help="Link to measure with: a name, a folder, or ENCODER,DECODER files. Repeat "
            "it for several. Without it: (7,4) and (8,8), each compact, full and int8.",
            show_default=False,
        ),
    ] = None,
    repeats: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=1000,
            metavar="N",
            help="Rounds of every comparison.",
            show_default=str(_REPEATS),
        ),
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            max=600,
            metavar="S",
            help="About how long one measurement of one side takes.",
            show_default=f"{_SECONDS:g}",
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Few models, short measurements: shows that all runs, says little about "
            "speed.",
        ),
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUP",
            help="Run this group alone: decoder, compressed, chain, channels, encoder, "
            "decisions, counting, latency, classifier, classifier_latency, import. Repeat it "
            "for several.",
            show_default=False,
        ),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write all repeats, settings and the machine."),
    ] = None,
) -> None:
    """Measure throughput and latency beside what could be used instead.

    Both sides of a comparison run in turns. A ratio above 1 says that ours is better.
    Take figures on a machine that does nothing else.
    """
    from ..flowgraphs import quiet_blocks
    from ..measurement.files import ensure_writable

    quiet_blocks()
    groups = _groups(only)
    settings = _settings(model, repeats, seconds, quick)
    if json is not None:
        with usage_errors("--json"):
            ensure_writable(json)
    with failures():
        _run(settings, groups, json)


def _groups(only: list[str] | None) -> list[str]:
    """The groups to run, in the order of the suite."""
    from ..benchmark.suite import GROUPS

    with usage_errors("--only"):
        for name in only or ():
            if name not in GROUPS:
                raise ValueError(f"found {name!r}, expected one of {', '.join(GROUPS)}")
    return [name for name in GROUPS if not only or name in only]


def _settings(
    model: list[str] | None, repeats: int | None, seconds: float | None, quick: bool
) -> Settings:
    """The settings; what was said explicitly wins over --quick."""
    from ..benchmark.settings import Settings
    from ..links import link_from_text, model_path, models

    with usage_errors("--seconds"):
        # A NaN is neither below the smallest nor above the largest value.
        if seconds is not None and math.isnan(seconds):
            raise ValueError("found nan, expected a number of seconds")
    defaults = QUICK_MODELS if quick else DEFAULT_MODELS
    names = model or [name for name in defaults if name in models()]
    if not names:
        raise Failure(f"found none of the default models in {', '.join(model_path())}")
    with usage_errors("--model"):
        links = {name: link_from_text(name) for name in names}
    classifiers = models("classifier")
    return Settings(
        links=links,
        classifiers=tuple(x for x in classifiers if not quick or x in QUICK_CLASSIFIERS),
        repeats=repeats or (_QUICK_REPEATS if quick else _REPEATS),
        seconds=seconds or (_QUICK_SECONDS if quick else _SECONDS),
        frames=_QUICK_FRAMES if quick else _FRAMES,
    )


def _run(settings: Settings, groups: list[str], json: Path | None) -> None:
    """Measure, show every group when it is done, write the file at the end."""
    import json as json_format

    from ..benchmark.suite import report, run_suite
    from ..measurement.files import write_atomic
    from .bench_display import BenchDisplay

    rows = []
    with BenchDisplay(settings) as display:
        for group, found in run_suite(settings, groups, display.watch):
            display.show(group, found)
            rows += found
    if json is not None:
        text = json_format.dumps(report(settings, rows), indent=1) + "\n"
        write_atomic(json, lambda file: file.write(text.encode()))
        display.say(f"repeats: {json}")
