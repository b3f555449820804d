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
==============================  ====================================================

`parse_channel` reads such a text; ``text`` of the result writes it in one canonical
form, so that equal channels are equal texts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

MAX_COEFFICIENTS = 32
MAX_BLOCK_LENGTH = 2**31 - 1
FORMS = "awgn, rayleigh[:block=N,real_positive=0|1], polynomial:C0,C1,..."


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


ChannelSpec = Awgn | Rayleigh | Polynomial


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


def _number(value: float) -> str:
    """Shortest text that reads back as `value`, without a trailing ``.0``."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def _error(text: str, found: str, expected: str) -> ValueError:
    """The one-line error about channel `text`."""
    return ValueError(f"channel {text!r}: found {found}, expected {expected}")
