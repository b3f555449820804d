# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Everything that a person can call says what it does."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from source_tree import ROOT, public_headers

from gnuradio import dlcomm

PACKAGES = sorted((ROOT / "python").rglob("*.py"))


def own_text(docstring: str | None) -> str:
    """A docstring without the signatures that pybind11 writes."""
    lines = (docstring or "").splitlines()
    return "\n".join(
        line for line in lines if not re.match(r"\s*(\d+\.\s)?\w+\(.*\) -> ", line)
    ).strip()


def undocumented_members(cls: type) -> list[str]:
    """Public methods and the constructor of a class that have no text of their own."""
    return [
        name for name, member in vars(cls).items()
        if (name == "__init__" or not name.startswith("_"))
        and callable(member) and not own_text(member.__doc__)
    ]


@pytest.mark.parametrize("header", public_headers(), ids=lambda path: path.stem)
def test_block_in_python(header):
    block = getattr(dlcomm, header.stem)
    assert len(own_text(block.__doc__)) > 100
    assert undocumented_members(block) == []
    # Arguments keep their names, and each is described.
    arguments = re.findall(r"(\w+): ", block.__init__.__doc__.splitlines()[0])[1:]
    assert arguments and "arg0" not in arguments
    for argument in arguments:
        assert re.search(rf"^{argument}: \w", own_text(block.__init__.__doc__), re.MULTILINE)


def test_functions_of_the_module():
    public = {
        name: member for name, member in vars(dlcomm).items()
        if not name.startswith("_") and not inspect.ismodule(member)
    }
    assert {"models", "link", "model_file", "read_contract", "try_set_model"} <= set(public)
    assert [name for name, member in public.items() if not own_text(member.__doc__)] == []


@pytest.mark.parametrize("header", public_headers(), ids=lambda path: path.stem)
def test_public_header(header):
    """A comment stands right before every method, and arguments are described."""
    lines = header.read_text(encoding="utf-8").splitlines()
    methods = [
        number for number, line in enumerate(lines)
        if re.match(r"    (virtual |static sptr)", line)
    ]
    assert methods
    bare = [
        lines[number].strip() for number in methods
        if not lines[number - 1].strip().startswith("//!")
        and not lines[number - 1].strip().endswith("*/")
    ]
    assert bare == []
    text = header.read_text(encoding="utf-8")
    signature = re.search(r"static sptr\s+make\((.*?)\);", text, re.DOTALL)[1]
    for argument in signature.split(","):
        name = re.search(r"(\w+)$", argument.split("=")[0].strip())[1]
        assert f"\\param {name} " in text


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_source(path: Path):
    """Modules, public classes, functions and methods have docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = [] if ast.get_docstring(tree) else ["the module"]

    def visit(node: ast.AST, prefix: str) -> None:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            name = prefix + child.name
            if child.name.startswith("_"):
                continue
            if not ast.get_docstring(child):
                bare.append(name)
            if isinstance(child, ast.ClassDef):
                visit(child, name + ".")

    visit(tree, "")
    assert bare == []
