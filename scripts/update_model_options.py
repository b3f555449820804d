#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Offer the shipped models in the blocks' lists in GNU Radio Companion.

    scripts/update_model_options.py

Rewrites the options of every parameter in ``grc/*.block.yml`` that lists models: all folders
of ``models/`` with an encoder and a decoder, in alphabetical order. A test notices a list that
is out of date.

Runs on any Python 3 without further packages.
"""

from __future__ import annotations

import os
import re
import textwrap
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
LISTS = re.compile(
    r"^    options: \['\"ae_[^\]]*\]\n    option_labels: \[[^\]]*\]\n", flags=re.MULTILINE
)
"""The two lists of a model parameter, as they stand in a block's file."""


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


def main() -> None:
    """Rewrite every block's file whose lists are out of date."""
    folders = (REPO / "models").iterdir()
    names = sorted(
        folder.name
        for folder in folders
        if (folder / "encoder.onnx").is_file() and (folder / "decoder.onnx").is_file()
    )
    for path in sorted((REPO / "grc").glob("*.block.yml")):
        text = path.read_text(encoding="utf-8")
        changed = LISTS.sub(lambda _: model_lists(names), text)
        if changed == text:
            continue
        temporary = path.with_suffix(".new")
        temporary.write_text(changed, encoding="utf-8")
        os.replace(temporary, path)
        print(path.relative_to(REPO))


if __name__ == "__main__":
    main()
