#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measure the shipped models in flowgraphs; write docs/results.md and the model cards.

    .venv/bin/python scripts/measure_models.py [HEADING...]

Runs `dlcomm ber` over all models of models/ (ten minutes on two cores), records the counts
in the models' metadata and cards, draws docs/images/ber.png and docs/images/fading.png, and
writes the tables of docs/results.md. With headings of that page, measures only those sections
and keeps the others.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
MODELS = REPO / "models"
MIN_ERRORS, MAX_MESSAGES, SEED = 2000, 100_000_000, 1
AMPLIFIER = "flowgraph:examples/channels/amplifier_chain.grc"
FADING_REAL = "ae_8_8_fading_real"
COMPRESSED = re.compile(r"_(q\d|p\d\d|tiny|fast)$")
HEADLINE = ("ae_7_4", "ae_7_4_int8", "ae_8_8", "ae_8_8_int8", "bpsk", "hamming_7_4")


@dataclass(frozen=True)
class Sweep:
    """One `dlcomm ber` run.

    Attributes:
        title: heading of its tables.
        models: names of the models.
        channel: channel specification.
        ebn0: sweep specification, dB.
        picture: name of the picture to draw in docs/images, or empty.
    """

    title: str
    models: tuple[str, ...]
    channel: str
    ebn0: str
    picture: str = ""

    def options(self) -> list[str]:
        """The options of `dlcomm ber` that fix the counts."""
        models = [word for name in self.models for word in ("--model", name)]
        rule = ["--min-errors", str(MIN_ERRORS), "--max-messages", str(MAX_MESSAGES)]
        sweep = ["--channel", self.channel, "--ebn0", self.ebn0]
        return [*models, *sweep, *rule, "--seed", str(SEED)]

    def run(self, folder: Path) -> list[dict]:
        """Run it, record the counts in the models, return the rows."""
        rows = folder / "rows.json"
        command = [sys.executable, "-m", "gnuradio.dlcomm", "ber", *self.options()]
        if self.picture:
            command += ["--plot", str(REPO / "docs/images" / self.picture)]
        _call([*command, "--json", str(rows)])
        rule = ["--min-errors", str(MIN_ERRORS), "--max-messages", str(MAX_MESSAGES)]
        _call(
            [sys.executable, "-m", "dlcomm_train", "record", "--models", str(MODELS)]
            + ["--rows", str(rows), *rule]
        )
        return json.loads(rows.read_text(encoding="utf-8"))


def sweeps() -> list[Sweep]:
    """Every measurement of the page, the headline first."""
    names = sorted(path.parent.name for path in MODELS.glob("*/decoder.onnx"))

    def of(*parts: str) -> tuple[str, ...]:
        return tuple(name for name in names if any(part in name for part in parts))

    fading = tuple(name for name in of("_csi", "fading") if name != FADING_REAL)
    square = ("ae_7_4", *of("_square"))
    amplifier = ("qam16", *of("amplifier"))
    users = of("two_user")
    small = tuple(name for name in names if COMPRESSED.search(name))
    special = {*small, *HEADLINE, *fading, FADING_REAL, *square, *of("amplifier"), *users}
    rest = tuple(name for name in names if name not in special)
    found = [
        Sweep("Learned and classical links", HEADLINE, "awgn", "0:8:1", "ber.png"),
        Sweep("The other links on the Gaussian channel", rest, "awgn", "0:8:1"),
        Sweep("Compressed (7,4) links", ("ae_7_4", *_of_link(small, "7_4")), "awgn", "4"),
        Sweep("Compressed (8,8) links", ("ae_8_8", *_of_link(small, "8_8")), "awgn", "7"),
        Sweep("Block Rayleigh fading", fading, "rayleigh", "4:28:4", "fading.png"),
        Sweep(
            "Block Rayleigh fading, real positive gain",
            (FADING_REAL,),
            "rayleigh:real_positive=1",
            "4:28:4",
        ),
        Sweep("Y = X^2 + N", square, "polynomial:0,0,1", "0:7:1"),
        Sweep("A saturated amplifier", amplifier, AMPLIFIER, "8:16:2"),
    ]
    for name in users:
        other = name[:-1] + ("b" if name.endswith("a") else "a")
        title = f"Two users: {name} beside {other}"
        found.append(Sweep(title, (name,), f"interference:{other}", "2:10:2"))
    return found


def _of_link(names: tuple[str, ...], link: str) -> tuple[str, ...]:
    """Those names that are of (n, k), written n_k."""
    return tuple(name for name in names if name.startswith(f"ae_{link}_"))


def table(rows: list[dict]) -> list[str]:
    """Rows as a Markdown table."""
    lines = [
        "| model | Eb/N0, dB | messages | block errors | BLER, 95 % interval "
        "| bit errors | BER, 95 % interval | messages/s |",
        "|---|---:|---:|---:|---|---:|---|---:|",
    ]
    for row in rows:
        rates = [
            f"{row[rate]:.3e} [{row[rate + '_low']:.2e}, {row[rate + '_high']:.2e}]"
            for rate in ("bler", "ber")
        ]
        lines.append(
            f"| {row['model']} | {row['ebn0_db']:g} | {row['messages']:,} "
            f"| {row['block_errors']:,} | {rates[0]} | {row['bit_errors']:,} "
            f"| {rates[1]} | {row['messages_per_second']:,.0f} |"
        )
    return lines


INTRODUCTION = f"""\
# Results

Written by `scripts/measure_models.py`; every row was counted by a GNU Radio
flowgraph through this module's blocks. A point stops at the first multiple of
10,000 messages with {MIN_ERRORS:,} block errors, or at {MAX_MESSAGES:,}
messages. The interval of the bit error rate allows for bits of one message
failing together. Counts follow from the seed alone; messages/s are of the
machine and the moment, and of short runs say little.
"""


def section(sweep: Sweep, rows: list[dict]) -> str:
    """The part of docs/results.md about one sweep, its heading first."""
    command = "dlcomm ber " + " ".join(sweep.options())
    lines = [f"## {sweep.title}", "", "```sh", command, "```", ""]
    if sweep.picture:
        lines += [f"![{sweep.title}](images/{sweep.picture})", ""]
    return "\n".join([*lines, *table(rows)]) + "\n"


def sections(text: str) -> dict[str, str]:
    """The sections of docs/results.md by their headings."""
    found = re.split(r"(?m)^(?=## )", text)[1:]
    return {part.splitlines()[0].removeprefix("## "): part.rstrip() + "\n" for part in found}


def _call(command: list[str]) -> None:
    environment = os.environ | {"DLCOMM_MODEL_PATH": str(MODELS)}
    # Names of files, such as that of the amplifier chain, are told from here.
    subprocess.run(command, check=True, env=environment, cwd=REPO)


def main() -> None:
    """Measure, and write the page."""
    planned = {sweep.title: sweep for sweep in sweeps()}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("headings", nargs="*", choices=[*planned, []], metavar="HEADING")
    wanted = parser.parse_args().headings or list(planned)
    target = REPO / "docs/results.md"
    found = sections(target.read_text(encoding="utf-8")) if target.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        for title in wanted:
            sweep = planned[title]
            found[title] = section(sweep, sweep.run(Path(folder)))
    parts = [INTRODUCTION, *(found[title] for title in planned if title in found)]
    temporary = target.with_suffix(".new")
    temporary.write_text("\n".join(parts), encoding="utf-8")
    temporary.replace(target)


if __name__ == "__main__":
    main()
