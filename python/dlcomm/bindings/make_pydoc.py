#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Turn the comments of one public block header into a C++ header of Python help texts.

Usage: make_pydoc.py BLOCK.h BLOCK_pydoc.h

For a class `x` with a method `y` the output defines the string constants `doc_x` and
`doc_x_y`. Understood are `/*! ... */` and `//!` comments right before a declaration,
with \\brief, \\details, \\param, \\ingroup.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

_COMMENT = re.compile(r"/\*!(?P<block>.*?)\*/|(?P<line>(?:^[ \t]*//![^\n]*\n)+)", re.S | re.M)
_CLASS = re.compile(r"\s*class\s+DLCOMM_API\s+(\w+)")
_METHOD = re.compile(r"\s*(?:virtual|static)\s[^;{]*?\b(\w+)\s*\(")


def help_text(comment: str) -> str:
    """Plain text of a Doxygen comment."""
    lines = [re.sub(r"^\s*(\*|//!) ?", "", line) for line in comment.strip().splitlines()]
    text = "\n".join(line.rstrip() for line in lines if "\\ingroup" not in line)
    text = re.sub(r"\\(brief|details)\s*", "", text)
    text = re.sub(r"\\param (\w+)", r"\1:", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def constants(header: str) -> dict[str, str]:
    """Map constant names to help texts for one header's text."""
    found: dict[str, str] = {}
    class_name = ""
    for match in _COMMENT.finditer(header):
        text = help_text(match["block"] or match["line"])
        rest = header[match.end():]
        if is_class := _CLASS.match(rest):
            class_name = is_class[1]
            found[f"doc_{class_name}"] = text
        elif class_name and (is_method := _METHOD.match(rest)):
            found[f"doc_{class_name}_{is_method[1]}"] = text
    return found


def main() -> None:
    """Read the header named first, write the one named second."""
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    lines = ["#pragma once"]
    for name, text in constants(source.read_text(encoding="utf-8")).items():
        lines.append(f'static const char* const {name} = R"doc({text})doc";')
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
