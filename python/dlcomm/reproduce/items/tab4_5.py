# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 4.5: time per window of teacher and student."""

from __future__ import annotations

import platform

from ..classifier_parameters import untrained_model
from ..context import Context
from ..item import Finding, Item
from ..window_times import DROPPED, RUNS, window_times

_TEACHER, _STUDENT = "teacher", "student (VT-CNN2)"
_COMPACT, _COMPACT_INT8 = "amc_compact", "amc_compact_int8"
_KNOWN = {_TEACHER: "66.5 ms (Raspberry Pi 3)", _STUDENT: "18.5 ms (Raspberry Pi 3)"}


def run(context: Context) -> list[Finding]:
    """Time one window at a time, as the thesis did."""
    import onnx

    from ...dlcomm_python import model_file

    models = {
        _TEACHER: untrained_model("vtcnn2_teacher"),
        _STUDENT: untrained_model("vtcnn2"),
        _COMPACT: onnx.load(model_file(_COMPACT, "classifier")),
        _COMPACT_INT8: onnx.load(model_file(_COMPACT_INT8, "classifier")),
    }
    found = window_times(models, context.seed)
    context.save_table(
        ("model", "machine", "median_ms", "percentile_5_ms", "percentile_95_ms"),
        [
            (name, platform.machine(), *(f"{1e3 * x:.4f}" for x in (t.median, t.low, t.high)))
            for name, t in found.items()
        ],
    )
    ratio = found[_TEACHER].median / found[_STUDENT].median
    return [
        Finding(
            f"{name}, time per window (median, 5th and 95th percentile)",
            _KNOWN.get(name, "not in the thesis"),
            f"{1e3 * t.median:.3g} ms [{1e3 * t.low:.3g}, {1e3 * t.high:.3g}] "
            f"({platform.machine()})",
        )
        for name, t in found.items()
    ] + [Finding("teacher over student", "3.59", f"{ratio:.2f}")]


ITEM = Item(
    id="tab4.5",
    title="time per window of teacher and student",
    shows="On a Raspberry Pi 3 the student takes 18.5 ms, the teacher 3.59 times as long.",
    convention=f"{RUNS} windows one at a time, the first {DROPPED} not counted, as in the "
    "thesis; one thread of ONNX Runtime on the machine that runs this. Time does not depend on "
    "weights, so that those of teacher and student are random. The same command runs on a "
    "Raspberry Pi; it has not been run on one.",
    models=(),
    classifiers=("amc_compact", "amc_compact_int8"),
    run=run,
    packages={"torch": "torch", "onnx": "onnx", "onnxruntime": "onnxruntime"},
)
