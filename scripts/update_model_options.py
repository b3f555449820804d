#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Offer the shipped models in the blocks' lists in GNU Radio Companion.

    scripts/update_model_options.py

Rewrites the options of every parameter in ``grc/*.block.yml`` that lists models, in
alphabetical order: all folders of ``models/`` with an encoder and a decoder where the list
holds links, and all with a classifier where it holds those. A test notices a list that is out
of date.

Runs on any Python 3 without further packages.
"""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
FILES = {
    "ae_": ("encoder.onnx", "decoder.onnx"),
    "amc_": ("classifier.onnx",),
}
"""How the first model of a list is called, and what the folder of each holds."""


def wrapped(key: str, words: list[str]) -> str:
    """A list in YAML's flow style, at most 90 columns wide."""
    text = f"    {key}: [{', '.join(words)}]"
    return "\n".join(
        textwrap.wrap(text, 90, subsequent_indent=" " * 8, break_long_words=False)
    )


def model_lists(names: list[str]) -> str:
    """Both lists for the models `names`."""
    values = [f"""'"{name}"'""" for name in names]
    return f"{wrapped('options', values)}\n{wrapped('option_labels', names)}\n"


def lists_of(begin: str) -> re.Pattern[str]:
    """The two lists of a model parameter, as they stand in a block's file.

    Args:
        begin: how the first model is called.
    """
    return re.compile(
        rf"^    options: \['\"{begin}[^\]]*\]\n    option_labels: \[[^\]]*\]\n",
        flags=re.MULTILINE,
    )


def with_files(files: tuple[str, ...]) -> list[str]:
    """Names of the models whose folders hold all these files."""
    return sorted(
        folder.name
        for folder in (REPO / "models").iterdir()
        if all((folder / file).is_file() for file in files)
    )


def main() -> None:
    """Rewrite every block's file whose lists are out of date."""
    for path in sorted((REPO / "grc").glob("*.block.yml")):
        text = changed = path.read_text(encoding="utf-8")
        for begin, files in FILES.items():
            if names := with_files(files):
                lists = model_lists(names)
                changed = lists_of(begin).sub(lambda _, lists=lists: lists, changed)
        if changed == text:
            continue
        temporary = path.with_suffix(".new")
        temporary.write_text(changed, encoding="utf-8")
        os.replace(temporary, path)
        print(path.relative_to(REPO))


if __name__ == "__main__":
    main()
