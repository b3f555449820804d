#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measure the shipped classifiers in flowgraphs; write docs/recognition-results.md and cards.

    .venv/bin/python scripts/measure_classifiers.py [--data DIR] [--also MODEL=FOLDER...]

Regenerates the data sets in DIR unless they are there (four minutes on two cores), runs
`dlcomm accuracy` over all classifiers of models/, each on the set that its recipe names,
records what was counted in the models' metadata and cards, and draws docs/images/accuracy-*.png
and confusion-*.png. Classifiers that are too large to be shipped can be added by folder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from dlcomm_train.models.run_classifier import load_classifier
from dlcomm_train.models.statistics import cost
from gnuradio.dlcomm.recognition.accuracy_files import read_json
from gnuradio.dlcomm.recognition.picture import write_confusions, write_curves

REPO = Path(__file__).resolve().parent.parent
MODELS = REPO / "models"
PROFILES = {
    "historical": "The set of 2016, regenerated with its defects",
    "calibrated": "True SNRs, a channel for each burst",
}
INTRODUCTION = """\
# Results of modulation recognition

Written by `scripts/measure_classifiers.py`; every row was counted by a GNU Radio flowgraph:
windows of the test part of a regenerated data set ([datasets](datasets.md)), classifier block,
counter. No burst of the test part was seen in training or by early stopping. Overall is the
mean over the 20 SNR labels, peak the best label; intervals are 95 % (Clopper-Pearson), widened
where windows of one burst go right or wrong together.
"""


def models(profile: str, also: dict[str, Path]) -> dict[str, Path]:
    """Folders of classifiers that learned from the set of this profile, by name."""
    found = {path.parent.name: path.parent for path in MODELS.glob("*/classifier.onnx")}
    return {
        name: folder
        for name, folder in sorted((found | also).items())
        if load_classifier(folder)[1].recipe["data"]["set"].endswith(profile)
    }


def section(profile: str, data: Path, also: dict[str, Path], work: Path) -> str:
    """Measure the classifiers of one set; the part of the page about it."""
    chosen = models(profile, also)
    pictures = REPO / "docs/images"
    rows = work / f"{profile}.json"
    given = [f"--model={also.get(name, name)}" for name in chosen]
    _dlcomm("accuracy", *given, "--dataset", str(data / profile), "--json", str(rows))
    results = json.loads(rows.read_text(encoding="utf-8"))
    # Recorded in those that are shipped; others are measured all the same.
    shipped = work / "shipped.json"
    shipped.write_text(json.dumps([one for one in results if one["model"] in chosen]))
    _call("dlcomm_train", "record-accuracy", "--models", str(MODELS), str(shipped))
    measured = zip(chosen, read_json(rows), strict=True)
    drawn = [
        replace(one, model=name) for name, one in measured if not name.endswith("_int8")
    ]
    write_curves(pictures / f"accuracy-{profile}.png", drawn)
    write_confusions(pictures / f"confusion-{profile}.png", drawn)
    lines = [
        f"## {PROFILES[profile]}",
        "",
        "```sh",
        f"dlcomm dataset generate --profile {profile} --out data/{profile}",
        "dlcomm accuracy " + " ".join(f"--model {name}" for name in chosen)
        + f" --dataset data/{profile}",
        "```",
        "",
        f"![Accuracy over SNR](images/accuracy-{profile}.png)",
        "",
        "| model | parameters | multiply-accumulates | file, bytes | right of windows "
        "| overall, 95 % interval | peak, 95 % interval |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for (name, folder), row in zip(chosen.items(), results, strict=True):
        lines.append(_row(name, folder, row["measured"]))
    return "\n".join([*lines, "", f"![Confusion](images/confusion-{profile}.png)"]) + "\n"


def _row(name: str, folder: Path, row: dict) -> str:
    size = cost(load_classifier(folder)[0])
    return (
        f"| {name} | {size.parameters:,} | {size.operations:,} | {size.file_bytes:,} "
        f"| {row['right']:,} of {row['windows']:,} "
        f"| {row['overall']:.2%} [{row['overall_low']:.2%}, {row['overall_high']:.2%}] "
        f"| {row['peak']:.2%} [{row['peak_low']:.2%}, {row['peak_high']:.2%}] "
        f"at {row['peak_snr_db']} dB |"
    )


def _dlcomm(*arguments: str) -> None:
    _call("gnuradio.dlcomm", *arguments)


def _call(module: str, *arguments: str) -> None:
    environment = os.environ | {"DLCOMM_MODEL_PATH": str(MODELS)}
    subprocess.run(
        [sys.executable, "-m", module, *arguments], check=True, env=environment, cwd=REPO
    )


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=REPO / "data", metavar="DIR")
    parser.add_argument("--also", nargs="*", default=[], metavar="MODEL=FOLDER")
    given = parser.parse_args()
    also = {
        name: Path(folder).resolve()
        for name, _, folder in (text.partition("=") for text in given.also)
    }
    parts = [INTRODUCTION]
    if also:
        parts.append(
            f"Not shipped: {', '.join(sorted(also))}; `dlcomm train classifier --recipe NAME "
            "--dataset DIR --out my_models` makes them, from the set under which they stand "
            "and with the files of their teachers.\n"
        )
    with tempfile.TemporaryDirectory() as work:
        for profile in PROFILES:
            folder = str(given.data.resolve() / profile)
            _dlcomm("dataset", "generate", "--profile", profile, "--out", folder)
            parts.append(section(profile, given.data.resolve(), also, Path(work)))
    target = REPO / "docs/recognition-results.md"
    temporary = target.with_suffix(".new")
    temporary.write_text("\n".join(parts), encoding="utf-8")
    temporary.replace(target)


if __name__ == "__main__":
    main()
