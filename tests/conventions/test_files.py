# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What every file of the tree has, and what none has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from source_tree import ROOT, text, text_files

SOURCES = {".py", ".cc", ".h", ".inc", ".sh", ".yml", ".yaml", ".cmake", ".toml", ".cff"}
SOURCE_NAMES = {"CMakeLists.txt", "Makefile", ".clang-format", "run", "dlcomm"}
# GNU Radio Companion writes these, header and all.
GENERATED = {
    path.relative_to(ROOT).with_suffix(".py") for path in (ROOT / "examples").rglob("*.grc")
}

# Spelled in two halves, so that this file is not found by its own search.
NEVER = {
    "an unfinished place": "|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b"]),
    "an unfilled blank": r"(?<!\w)@[A-Z]{3,}@(?!\w)",
    "a merge conflict": "^" + "<" * 7 + " ",
    "a path of one machine": r"(?<![\w}])/(ho" + r"me|Us" + r"ers|ro" + r"ot|wo" + r"rk)/\w",
    "unpickling": r"\bimport pick" + r"le\b|allow_pick" + r"le=True|weights_on" + r"ly=False",
    "a skipped test": r"mark\.(sk" + r"ip|xf" + r"ail)|pytest\.(sk" + r"ip|xf" + r"ail)\(|"
    r"importor" + r"skip",
}


def sources() -> list[Path]:
    return [
        path for path in text_files()
        if (path.suffix in SOURCES or path.name in SOURCE_NAMES) and path not in GENERATED
    ]


def test_the_tree_is_found():
    found = set(sources())
    for path in ("CMakeLists.txt", ".ci/run", "lib/engine/contract.cc", "tests/conftest.py",
                 "grc/dlcomm_awgn_channel_cc.block.yml", "apps/dlcomm"):
        assert Path(path) in found


def test_every_source_names_its_licence_and_owner():
    without = [
        str(path) for path in sources()
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in text(path)[:600]
        or "Copyright 2026 gr-dlcomm authors" not in text(path)[:600]
    ]
    assert without == []


@pytest.mark.parametrize("what", NEVER)
def test_no_file_has(what):
    pattern = re.compile(NEVER[what], re.MULTILINE)
    found = [
        f"{path}: {match.group()}"
        for path in text_files() for match in [pattern.search(text(path))] if match
    ]
    assert found == []


def test_programs_leave_global_random_state_alone():
    """Tests may set it, to show that nothing depends on it."""
    pattern = r"np\.random\.(seed|rand|randn|choice|normal)\(|torch\.manual_seed\(|" \
        r"\brandom\.(seed|random|randint)\("
    found = [
        str(path) for path in text_files()
        if path.suffix == ".py" and path.parts[0] != "tests" and re.search(pattern, text(path))
    ]
    assert found == []


def test_work_functions_print_nothing():
    """Blocks and what they call speak through the logger alone."""
    loud = [
        str(path) for path in text_files()
        if path.parts[0] in ("lib", "include") and path.suffix in (".cc", ".h", ".inc")
        and not path.name.startswith("qa_")
        and re.search(r"std::c(out|err)|\bf?printf\(", text(path))
    ]
    assert loud == []


def test_the_layers_know_nothing_of_those_above():
    """engine/, channel/ and measurement/ include no GNU Radio header and no block."""
    upward = [
        f"{path}: {line}"
        for path in text_files()
        if path.parts[:2] in (("lib", "engine"), ("lib", "channel"), ("lib", "measurement"))
        for line in re.findall(r'#include [<"](?:gnuradio|pmt|\.\.)[^>"]*', text(path))
    ]
    assert upward == []
