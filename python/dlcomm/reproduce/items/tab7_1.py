# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 7.1: the methods compared, with numbers."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...links import link_from_text
from ..chains import received
from ..compressed import full_link
from ..context import Context
from ..drawing import COLOURS, new_figure
from ..item import Finding, Item
from ..methods import (
    DISTILLED,
    EBN0_DB,
    EIGHT_BITS,
    FOUR_BITS,
    INTEGERS,
    MODEL,
    PRUNED,
    RECIPES,
    TEACHER,
    methods,
)
from ..runtimes import in_onnxruntime
from ..sizes import bytes_text
from ..speeds import Speed, decoder_speeds
from ..variants import measure_models, ratio_findings

_REPEATS, _SECONDS = 7, 0.5
_QUICK_REPEATS, _QUICK_SECONDS = 2, 0.05
_MESSAGES = 100_000
_DATA = {
    DISTILLED: "unlabelled",
    EIGHT_BITS: "none",
    INTEGERS: "none",
    PRUNED: "supervised, or none",
}
_SIZE = {
    DISTILLED: "~3x",
    EIGHT_BITS: "~8x",
    INTEGERS: "~8x",
    FOUR_BITS: "~8x",
    PRUNED: "~10x",
}
_SPEED = {
    DISTILLED: "faster, needs nothing",
    EIGHT_BITS: "needs special hardware",
    INTEGERS: "needs special hardware",
    PRUNED: "needs fast sparse algorithms",
}
_WHERE = {
    DISTILLED: "everywhere",
    EIGHT_BITS: "with extra hardware",
    INTEGERS: "with extra hardware",
    PRUNED: "with additional algorithms",
}


def run(context: Context) -> list[Finding]:
    """Measure every method: what it needs, how fast, how small and how good it is."""
    known = methods(context)
    compressed = {TEACHER: full_link(MODEL)} | {
        label: method.apply(context) for label, method in known.items()
    }
    models = {label: link.model for label, link in compressed.items()}
    rows = measure_models(context, models, "awgn", [EBN0_DB])
    links = {label: link_from_text(model) for label, model in models.items()}
    repeats, seconds = (
        (_QUICK_REPEATS, _QUICK_SECONDS) if context.quick else (_REPEATS, _SECONDS)
    )
    speeds = decoder_speeds(links, TEACHER, repeats, seconds)
    symbols = received(links[TEACHER], *_random_messages(context))
    runtimes = {label: in_onnxruntime(link, symbols) for label, link in links.items()}
    figure = new_figure(9.2, 4.8, f"{MODEL}: bytes of files, and speed of the decoder block")
    left, right = figure.subplots(1, 2, sharey=True)
    full = compressed[TEACHER]
    smaller = {label: full.file_bytes / x.file_bytes for label, x in compressed.items()}
    _bars(left, smaller, "times smaller than the teacher")
    _bars(right, {x: s.paired[1] for x, s in speeds.items()}, "times faster than the teacher")
    context.save_picture(figure)
    context.save_table(
        ("method", "messages", "kernel", "serial", "paired", "file_bytes", "opset"),
        [
            (
                label,
                known[label].messages() if label in known else 0,
                speed.kernel,
                f"{speed.serial:.0f}",
                f"{speed.paired[1]:.4f}",
                compressed[label].file_bytes,
                runtimes[label].opset,
            )
            for label, speed in speeds.items()
        ],
        "methods",
    )
    return [
        *(
            Finding(
                f"{label}: messages that its trainings send",
                _DATA.get(label, ""),
                f"{method.messages():,}" if method.messages() else "none",
            )
            for label, method in known.items()
        ),
        *(
            Finding(f"{label}: size", _SIZE.get(label, ""), bytes_text(link, full))
            for label, link in compressed.items()
        ),
        *(
            Finding(f"{label}: speed of the decoder block", _SPEED.get(label, ""), _told(speed))
            for label, speed in speeds.items()
        ),
        *(
            Finding(
                f"{label}: where the decoder runs",
                _WHERE.get(label, ""),
                f"standard ONNX, operator set {found.opset}; in ONNX Runtime {found.version} "
                f"kernels {', '.join(found.kernels)}, and {found.alike:,} of "
                f"{found.messages:,} decisions are the block's",
            )
            for label, found in runtimes.items()
        ),
        *ratio_findings(rows, TEACHER, [EBN0_DB]),
    ]


def _random_messages(context: Context) -> tuple[np.ndarray, float, int]:
    """Messages, Eb/N0 and seed of what the runtimes decide on."""
    generator = np.random.default_rng(context.seed)
    link = context.link(MODEL)
    messages = generator.integers(link.messages, size=_MESSAGES, dtype=np.uint8)
    return messages, EBN0_DB, context.seed


def _told(speed: Speed) -> str:
    """A speed as text."""
    low, middle, high = speed.paired
    return (
        f"{speed.serial:,.0f} messages/s (kernel: {speed.kernel}); {middle:.2f} times the "
        f"teacher's in turns [{low:.2f}, {high:.2f}]"
    )


def _bars(axes: Axes, values: dict[str, float], label: str) -> None:
    """Horizontal bars from 1, the first on top, each with its value behind it."""
    places = range(len(values))
    widths = [value - 1.0 for value in values.values()]
    bars = axes.barh(places, widths, left=1.0, color=COLOURS[0])
    labels = [f"{value:.1f}" for value in values.values()]
    axes.bar_label(bars, labels, padding=3, fontsize=9)
    axes.axvline(1.0, color="0.3", lw=0.8)
    axes.set_yticks(places, list(values))
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.set_xlim(0.5 * min(values.values()), 2.5 * max(values.values()))
    axes.set_xlabel(label)
    axes.spines[["top", "right"]].set_visible(False)


ITEM = Item(
    id="tab7.1",
    title="the methods compared: data, speed, bytes, where they run",
    shows="Distillation needs unlabelled data, saves ~3x and runs everywhere; quantization "
    "needs none, saves ~8x and needs hardware to be faster; pruning saves ~10x and needs "
    "sparse algorithms to be faster.",
    convention=f"Error rates are at {EBN0_DB:g} dB of Eb/N0, nothing to convert. {RECIPES} "
    "Speeds are of the decoder block alone, fed as fast as it goes, on the machine and at the "
    "moment of the run: first every decoder in a row by itself (messages/s, median), then all "
    "in turns, each run over one of the teacher's beside it (median [smallest, largest]). The "
    "thesis compares by words; its ~3x is of a modulation classifier.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch", "onnxruntime": "onnxruntime"},
)
