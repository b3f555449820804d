# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Channels as text: what stands in ``--channel`` and in result files.

==============================  ====================================================
``awgn``                        white Gaussian noise
``rayleigh``                    block Rayleigh fading, one message (with odd n: one
                                frame of two messages) per fading block
``rayleigh:block=4``            fading blocks of 4 complex samples
``rayleigh:real_positive=1``    the fading gain is \\|h\\| instead of h
``polynomial:0,0,1``            y = 0 + 0 x + 1 x^2 + noise on each real rail
``flowgraph:FILE,name=value``   any hierarchical block: a ``.grc`` file or a class in a
                                ``.py`` file (``FILE.py:Class``), with values for its
                                parameters (see `flowgraph_channel`)
``interference:MODEL``          another user's link sends over the same medium, y = x1 +
                                x2 + w with equal n; a name, a folder or ENCODER,DECODER
==============================  ====================================================

`parse_channel` reads such a text; ``text`` of the result writes it in one canonical
form, so that equal channels are equal texts.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MAX_COEFFICIENTS = 32
MAX_BLOCK_LENGTH = 2**31 - 1
MAX_PARAMETER = 2**63
_FLOWGRAPH_FILE = re.compile(r"[^,]*[^,/]\.(grc|py(:[^\W\d]\w*)?)")
FORMS = (
    "awgn, rayleigh[:block=N,real_positive=0|1], polynomial:C0,C1,..., "
    "flowgraph:FILE[,NAME=VALUE,...], interference:MODEL"
)


@dataclass(frozen=True)
class Awgn:
    """Additive white Gaussian noise."""

    @property
    def title(self) -> str:
        """What people call this channel."""
        return "AWGN"

    @property
    def text(self) -> str:
        """Canonical text of this channel."""
        return "awgn"


@dataclass(frozen=True)
class Rayleigh:
    """Block Rayleigh fading and additive white Gaussian noise.

    Attributes:
        block: complex samples per fading block; None: one frame of the link.
        real_positive: the gain is |h| instead of the complex h.
    """

    block: int | None = None
    real_positive: bool = False

    @property
    def title(self) -> str:
        """What people call this channel."""
        return "block Rayleigh fading" + self.text.removeprefix("rayleigh").replace(":", ", ")

    @property
    def text(self) -> str:
        """Canonical text of this channel."""
        options = []
        if self.block is not None:
            options.append(f"block={self.block}")
        if self.real_positive:
            options.append("real_positive=1")
        return "rayleigh" + (":" + ",".join(options) if options else "")


@dataclass(frozen=True)
class Polynomial:
    """Memoryless polynomial y = c0 + c1 x + c2 x^2 + ... and white Gaussian noise.

    Attributes:
        coefficients: c0, c1, c2, ...; 1 to 32 finite numbers.
    """

    coefficients: tuple[float, ...]

    @property
    def title(self) -> str:
        """What people call this channel."""
        return "a memoryless polynomial and AWGN"

    @property
    def text(self) -> str:
        """Canonical text of this channel."""
        return "polynomial:" + ",".join(_number(c) for c in self.coefficients)


ParameterValue = int | float | str
"""What a parameter of a flowgraph can be set to in a text."""


@dataclass(frozen=True)
class Flowgraph:
    """A GNU Radio flowgraph: a hierarchical block, complex samples in and out.

    Attributes:
        file: the text `flowgraph_channel.loader.load` reads: ``chain.grc``, ``chain.py`` or
            ``chain.py:Class``.
        parameters: names, in order, and values of the block's parameters that are not
            left at what the block says.
    """

    file: str
    parameters: tuple[tuple[str, ParameterValue], ...] = ()

    @property
    def title(self) -> str:
        """What people call this channel."""
        settings = ", ".join(f"{name}={_value_text(value)}" for name, value in self.parameters)
        return f"the flowgraph {self.file}" + (f" ({settings})" if settings else "")

    @property
    def text(self) -> str:
        """Canonical text of this channel."""
        settings = (f"{name}={_value_text(value)}" for name, value in self.parameters)
        return "flowgraph:" + ",".join([self.file, *settings])


@dataclass(frozen=True)
class Interference:
    """Another user on the same medium, and additive white Gaussian noise.

    Attributes:
        model: the other user's link: a name, a folder or ENCODER,DECODER.
    """

    model: str

    @property
    def title(self) -> str:
        """What people call this channel."""
        return f"AWGN and the other user {self.model}"

    @property
    def text(self) -> str:
        """Canonical text of this channel."""
        return "interference:" + self.model


ChannelSpec = Awgn | Rayleigh | Polynomial | Flowgraph | Interference


def parse_channel(text: str) -> ChannelSpec:
    """Read a channel from its text.

    Raises:
        ValueError: one line that names the channel, what was found and what was
            expected.
    """
    name, colon, options = text.strip().partition(":")
    if name == "awgn":
        if colon:
            raise _error(text, f"options {options!r}", "none: awgn has no options")
        return Awgn()
    if name == "rayleigh":
        return _rayleigh(text, options) if colon else Rayleigh()
    if name == "polynomial":
        return _polynomial(text, options)
    if name == "flowgraph":
        return _flowgraph(text, options)
    if name == "interference":
        return _interference(text, options)
    raise _error(text, f"{name!r}", f"one of {FORMS}")


def _rayleigh(text: str, options: str) -> Rayleigh:
    """Rayleigh fading from its options ``block=N,real_positive=0|1``."""
    values: dict[str, str] = {}
    for option in options.split(","):
        key, equals, value = (part.strip() for part in option.partition("="))
        if key not in ("block", "real_positive") or not equals or key in values:
            raise _error(text, f"{option!r}", "block=N and real_positive=0|1, each once")
        values[key] = value
    block = values.get("block")
    if block is not None and not (
        block.isascii() and block.isdigit() and 1 <= int(block) <= MAX_BLOCK_LENGTH
    ):
        raise _error(text, f"block={block}", "a whole number of samples, at least 1")
    real_positive = values.get("real_positive", "0")
    if real_positive not in ("0", "1"):
        raise _error(text, f"real_positive={real_positive}", "0 or 1")
    return Rayleigh(None if block is None else int(block), real_positive == "1")


def _polynomial(text: str, options: str) -> Polynomial:
    """A polynomial channel from its comma-separated coefficients."""
    parts = options.split(",")
    try:
        coefficients = tuple(float(part) for part in parts)
    except ValueError:
        coefficients = ()
    if not (
        1 <= len(coefficients) <= MAX_COEFFICIENTS
        and all(math.isfinite(c) for c in coefficients)
    ):
        raise _error(
            text, f"{options!r}", f"1 to {MAX_COEFFICIENTS} finite coefficients C0,C1,..."
        )
    return Polynomial(coefficients)


def _flowgraph(text: str, options: str) -> Flowgraph:
    """A flowgraph from its file and ``NAME=VALUE`` parameters."""
    file, *settings = (part.strip() for part in options.split(","))
    if not file.isprintable() or not _FLOWGRAPH_FILE.fullmatch(file):
        raise _error(text, f"file {file!r}", "FILE.grc, FILE.py or FILE.py:CLASS")
    parameters: dict[str, ParameterValue] = {}
    for setting in settings:
        name, equals, value = (part.strip() for part in setting.partition("="))
        if not (equals and value and value.isprintable() and name.isidentifier()):
            raise _error(text, f"{setting!r}", "NAME=VALUE")
        if name in parameters:
            raise _error(text, f"{name} more than once", "each parameter once")
        try:
            parameters[name] = parameter_value(value)
        except ValueError as error:
            raise ValueError(f"channel {text!r}: {name}: {error}") from None
    return Flowgraph(file, tuple(sorted(parameters.items())))


def _interference(text: str, options: str) -> Interference:
    """Another user from the text of its model."""
    model = options.strip()
    if not model or not model.isprintable():
        raise _error(text, f"{model!r}", "a model: a name, a folder or ENCODER,DECODER")
    return Interference(model)


def parameter_value(text: str) -> ParameterValue:
    """The whole number, the number or the text that a person wrote as `text`.

    Raises:
        ValueError: it is a number beyond +/-2^63, or not a finite one.
    """
    for kind in (int, float):
        try:
            value = kind(text)
        except ValueError:
            continue
        if not abs(value) < MAX_PARAMETER:
            raise ValueError(f"found {text!r}, expected a number between -2^63 and 2^63")
        return value
    return text


def _value_text(value: ParameterValue) -> str:
    """Shortest text that `parameter_value` reads as a value equal to `value`."""
    return value if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    """Shortest text that reads back as `value`, without a trailing ``.0``."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def _error(text: str, found: str, expected: str) -> ValueError:
    """The one-line error about channel `text`."""
    return ValueError(f"channel {text!r}: found {found}, expected {expected}")
