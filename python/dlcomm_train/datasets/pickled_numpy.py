# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Stand-ins for what NumPy's pickled arrays name and call.

NumPy's own functions are not called with what a file says: a made-up ``dtype`` can crash the
program, or make it follow addresses of the file's choice. The stand-ins accept what NumPy
writes of a little-endian float32 array, and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

_SHOWN = 60
"""Characters of text, and 8 values of a tuple, are enough to tell what was found."""


class PickleError(ValueError):
    """A file is not a pickled table of arrays; the message is one line for people."""


@dataclass
class PickledType:
    """Stands for a ``dtype``: float32, once its byte order is told."""

    complete: bool = False

    def set_state(self, state: Any) -> None:
        """Take version, byte order, and that there are no fields.

        Raises:
            PickleError: it is another type.
        """
        plain = (None, None, None, -1, -1, 0)
        if not (
            type(state) is tuple
            and len(state) == 8
            and state[0] in (3, 4)
            and state[1] in (b"<", "<")
            and state[2:] == plain
        ):
            raise PickleError(f"found the dtype {brief(state)}, expected little-endian float32")
        self.complete = True


@dataclass
class PickledArray:
    """Stands for an ``ndarray``: empty, until its state is told.

    Attributes:
        values: float32, read-only; None: not told yet.
    """

    values: np.ndarray | None = None

    def set_state(self, state: Any) -> None:
        """Take version, shape, type, order and bytes.

        Raises:
            PickleError: they are not those of a float32 array.
        """
        if not (type(state) is tuple and len(state) == 5 and state[0] == 1):
            raise PickleError(f"found the state {brief(state)} of an array")
        _, shape, kind, by_columns, data = state
        if not (isinstance(kind, PickledType) and kind.complete):
            raise PickleError(f"found an array of {brief(kind)}, expected float32")
        if not (
            type(shape) is tuple
            and 1 <= len(shape) <= 8
            and all(type(length) is int and 0 < length < 2**31 for length in shape)
        ):
            raise PickleError(f"found an array of shape {brief(shape)}")
        if not isinstance(data, bytes):
            raise PickleError(f"found {brief(data)} as numbers of an array, expected bytes")
        if len(data) != 4 * math.prod(shape):
            raise PickleError(
                f"found {len(data):,} bytes, expected {4 * math.prod(shape):,} for an array of "
                f"shape {brief(shape)}"
            )
        order = "F" if by_columns else "C"
        self.values = np.frombuffer(data, np.dtype("<f4")).reshape(shape, order=order)


@dataclass(frozen=True)
class PickledName:
    """Stands for something outside the file.

    Attributes:
        name: its name, for people.
        call: what is called in its place, with the tuple of arguments; None: it must not be.
    """

    name: str
    call: Callable[[Any], PickledArray | PickledType | bytes] | None = None


def _new_array(arguments: Any) -> PickledArray:
    """What ``_reconstruct`` makes."""
    if not (
        type(arguments) is tuple
        and len(arguments) == 3
        and arguments[0] is _NDARRAY
        and arguments[1] == (0,)
        and arguments[2] in (b"b", "b")
    ):
        raise PickleError(f"calls numpy's _reconstruct with {brief(arguments)}")
    return PickledArray()


def _new_type(arguments: Any) -> PickledType:
    """What ``dtype`` makes."""
    if not (type(arguments) is tuple and len(arguments) == 3 and arguments[1:] == (0, 1)):
        raise PickleError(f"calls numpy.dtype with {brief(arguments)}")
    if arguments[0] not in (b"f4", "f4"):
        raise PickleError(
            f"found numbers of type {brief(arguments[0])}, expected float32 ('f4')"
        )
    return PickledType()


def _encode(arguments: Any) -> bytes:
    """What ``_codecs.encode`` makes: the bytes of an array, from text."""
    if not (
        type(arguments) is tuple
        and len(arguments) == 2
        and isinstance(arguments[0], str)
        and arguments[1] in ("latin1", "latin-1")
    ):
        raise PickleError(f"calls _codecs.encode with {brief(arguments)}")
    return arguments[0].encode("latin1")


_NDARRAY = PickledName("numpy.ndarray")
_RECONSTRUCT = PickledName("numpy's _reconstruct", _new_array)
NAMES = {
    ("numpy.core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy._core.multiarray", "_reconstruct"): _RECONSTRUCT,
    ("numpy", "ndarray"): _NDARRAY,
    ("numpy", "dtype"): PickledName("numpy.dtype", _new_type),
    ("_codecs", "encode"): PickledName("_codecs.encode", _encode),
}
"""What stands for a name, by module and name. There are no other names."""


def brief(value: Any) -> str:
    """A value of a pickle for people, in a few characters, however large or nested it is."""
    if isinstance(value, (bytes, str)):
        text = value if isinstance(value, str) else value[:_SHOWN].decode("latin1")
        return ascii(text[:_SHOWN]) + ("..." if len(value) > _SHOWN else "")
    if isinstance(value, int):
        return str(value) if abs(value) < 2**64 else "a huge number"
    if type(value) is tuple:
        parts = ["(...)" if type(one) is tuple else brief(one) for one in value[:8]]
        return f"({', '.join(parts)}{', ...' if len(value) > 8 else ''})"
    if isinstance(value, PickledName):
        return value.name
    return {type(None): "None", PickledArray: "an array", PickledType: "a dtype"}.get(
        type(value), "a dict"
    )
