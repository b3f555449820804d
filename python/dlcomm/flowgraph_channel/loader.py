# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Any GNU Radio flowgraph as a channel: a hierarchical block, complex in, complex out.

It is written as

=======================  ===========================================================
``chain.grc``            drawn in GNU Radio Companion (Options: Generate: Hier Block)
``chain.py:Class``       a ``gr.hier_block2`` in a Python file
``chain.py``             the only one that is defined in the file
=======================  ===========================================================

One complex stream goes in and one comes out, at the same rate; how late, is measured.
Three parameters are filled in where the block has parameters of these names and nobody
sets them: ``ebn0_db`` (dB), ``bits_per_sample`` (information bits per complex sample) and
``seed`` (1 to 2^30). All others keep the values that the block gives them.

A file is a program: it is run when it is loaded.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from gnuradio import gr

from ..channel_specs import ParameterValue
from .exception_watch import describe
from .grc_compiler import compile_hierarchical_block

CONVENTIONAL = ("ebn0_db", "bits_per_sample", "seed")
MAX_SEED = 2**30
"""Largest ``seed`` that is passed: with room above for a chain that adds to it."""


@dataclass(frozen=True)
class FlowgraphChannel:
    """A hierarchical block that was found, and what it can be made with.

    Attributes:
        text: where it was found, as the person wrote it.
        make_block: its class.
        parameters: the names of its parameters.
        required: those without a default.
    """

    text: str
    make_block: Callable[..., Any]
    parameters: tuple[str, ...]
    required: tuple[str, ...]

    def make(
        self,
        settings: Mapping[str, ParameterValue] | None = None,
        *,
        ebn0_db: float,
        bits_per_sample: float,
        seed: int,
    ) -> Any:
        """Make the block.

        Args:
            settings: values of parameters, by name.
            ebn0_db: Eb/N0 in dB, for a block that has this parameter.
            bits_per_sample: information bits per complex sample, likewise.
            seed: any whole number, likewise; folded into 1 to 2^30.

        Returns:
            A ``gr.hier_block2`` with one complex input and one complex output.

        Raises:
            ValueError: one line: a parameter is unknown or missing, the block refuses
                its values, or its ports are others.
        """
        settings = dict(settings or {})
        self._check(settings)
        usual = (ebn0_db, bits_per_sample, 1 + seed % MAX_SEED)
        for name, value in zip(CONVENTIONAL, usual, strict=True):
            if name in self.parameters:
                settings.setdefault(name, value)
        _prepare_for_widgets(self.make_block)
        try:
            block = self.make_block(**settings)
        except Exception as error:  # a file of anybody's raises anything
            values = ", ".join(f"{name}={value!r}" for name, value in settings.items())
            raise ValueError(
                f"{self.text}: {describe(error)} (made with {values or 'no parameters'})"
            ) from error
        _check_ports(self.text, block)
        return block

    def _check(self, settings: dict[str, ParameterValue]) -> None:
        """Raise ValueError about a parameter that is unknown or missing."""
        known = ", ".join(self.parameters) or "no parameters"
        for name in settings:
            if name not in self.parameters:
                raise ValueError(f"{self.text}: found parameter {name!r}, expected {known}")
        for name in self.required:
            if name not in settings and name not in CONVENTIONAL:
                raise ValueError(f"{self.text}: parameter {name!r} has no value: set it")


def file_and_class(text: str) -> tuple[str, str]:
    """The two parts of ``FILE.py:CLASS``; the class is empty where none is named."""
    name, colon, class_name = text.rpartition(":")
    return (name, class_name) if colon and name.endswith(".py") else (text, "")


def load(text: str) -> FlowgraphChannel:
    """Find the hierarchical block that `text` names; a file is read once unless it changes.

    Args:
        text: ``FILE.grc``, ``FILE.py`` or ``FILE.py:CLASS``.

    Raises:
        ValueError: one line: the file does not exist, does not compile, or has no (or
            no single) hierarchical block.
        RuntimeError: as `grc_compiler.compile_hierarchical_block`.
    """
    name, class_name = file_and_class(text)
    file = Path(name)
    if file.suffix not in (".grc", ".py"):
        raise ValueError(f"{text}: expected FILE.grc, FILE.py or FILE.py:CLASS")
    try:
        status = file.stat()
        if not file.is_file():
            raise ValueError(f"{name}: expected a file")
    except OSError as error:
        raise ValueError(f"{name}: {error.strerror}") from None
    version = (status.st_mtime_ns, status.st_size)
    return _load(text, str(file.resolve()), class_name, version)


@functools.cache
def _load(
    text: str, file: str, class_name: str, version: tuple[int, int]
) -> FlowgraphChannel:
    """`load` of one version of a file."""
    del version  # what tells the versions apart
    if file.endswith(".grc"):
        with tempfile.TemporaryDirectory(prefix="dlcomm_") as folder:
            path = compile_hierarchical_block(Path(file), Path(folder))
            class_name = path.stem
            module = _run(text, path)
    else:
        module = _run(text, Path(file))
    block = _pick(text, module, class_name)
    signature = inspect.signature(block).parameters.values()
    named = [
        parameter
        for parameter in signature
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    return FlowgraphChannel(
        text,
        block,
        tuple(parameter.name for parameter in named),
        tuple(p.name for p in named if p.default is p.empty),
    )


def _run(text: str, path: Path) -> ModuleType:
    """Run a Python file as a module of its own; it can import its neighbours."""
    spec = importlib.util.spec_from_file_location(f"dlcomm_flowgraph_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ValueError(f"{text}: cannot be imported as Python")
    module = importlib.util.module_from_spec(spec)
    before = set(sys.modules)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise ValueError(f"{text}: cannot be imported: {describe(error)}") from error
    finally:
        sys.path.remove(str(path.parent))
        # Another file's neighbour of the same name must not be taken for this one's.
        for name in set(sys.modules) - before:
            origin = getattr(sys.modules[name], "__file__", None)
            if origin and Path(origin).parent == path.parent:
                del sys.modules[name]
    return module


def _pick(text: str, module: ModuleType, class_name: str) -> Callable[..., Any]:
    """The class of a module that is meant."""
    found = {
        name: member
        for name, member in vars(module).items()
        if inspect.isclass(member)
        and issubclass(member, gr.hier_block2)
        and not issubclass(member, gr.top_block)
        and member.__module__ == module.__name__
    }
    if class_name:
        if class_name in found:
            return found[class_name]
        names = ", ".join(found) or "none"
        raise ValueError(f"{text}: no hierarchical block {class_name!r}, found {names}")
    if len(found) != 1:
        names = ", ".join(found) or "none"
        raise ValueError(
            f"{text}: found hierarchical blocks: {names}, expected one: name it by "
            "FILE.py:CLASS"
        )
    return next(iter(found.values()))


_application: list[Any] = []
"""Qt's application, which has to live as long as any widget."""


def _prepare_for_widgets(block: Callable[..., Any]) -> None:
    """Start Qt for a class that is a widget (generated as *QT GUI Hier Block*).

    A widget without an application would end the process. Nothing of it is shown.
    """
    if any(base.__module__.startswith("PyQt5.") for base in inspect.getmro(block)):
        from PyQt5.QtWidgets import QApplication

        if QApplication.instance() is None:
            if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
                os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            _application.append(QApplication(["dlcomm"]))


def _check_ports(text: str, block: Any) -> None:
    """Raise ValueError unless one complex stream goes in and one comes out."""
    if not isinstance(block, gr.hier_block2):
        kind = type(block).__name__
        raise ValueError(f"{text}: made a {kind}, expected a hierarchical block")
    sides = (("input", block.input_signature()), ("output", block.output_signature()))
    for side, signature in sides:
        sizes = list(signature.sizeof_stream_items())[: signature.max_streams()]
        if (signature.min_streams(), signature.max_streams()) != (1, 1) or sizes != [
            gr.sizeof_gr_complex
        ]:
            raise ValueError(
                f"{text}: found {signature.max_streams()} {side}s of {sizes} bytes an item, "
                f"expected one complex {side} ({gr.sizeof_gr_complex} bytes)"
            )
