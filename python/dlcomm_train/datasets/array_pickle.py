# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Reads a pickled dict of NumPy arrays without unpickling anything.

A pickle is a program, and Python's unpickler runs it: what it names is imported, and called
with arguments of its choice. Here its instructions are taken apart by :mod:`pickletools`, which
runs none, and are followed on a stack that knows bytes, text, whole numbers, tuples, one dict,
and the stand-ins of :mod:`~dlcomm_train.datasets.pickled_numpy`. Memory and time are bounded by
the size of the file and by the number of instructions.

The format is pickle's up to protocol 4. Protocol 0 as Python 2 wrote it, with arrays as escaped
text, is that of RadioML 2016.10a.
"""

from __future__ import annotations

import codecs
import pickletools
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from dlcomm_train.datasets.pickled_numpy import (
    NAMES,
    PickledArray,
    PickledName,
    PickledType,
    PickleError,
    brief,
)

MAX_BYTES = 2**30
"""Size of a file at most. RadioML 2016.10a has 640,919,653 bytes; with every byte of its arrays
escaped it would have 901 million."""

MAX_INSTRUCTIONS = 100_000
"""Instructions in it at most. Those of 220 arrays are about 8,000."""

_MARK = object()
_IGNORED = {"PROTO", "FRAME"}
_CONSTANTS = {
    "MARK": _MARK, "NONE": None, "NEWTRUE": True, "NEWFALSE": False, "EMPTY_TUPLE": (),
}  # fmt: skip
_VALUES = {
    "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1",
    "STRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8",
    "UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8",
}  # fmt: skip
_TEXT_OF_PYTHON_2 = {"BINSTRING", "SHORT_BINSTRING"}
_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_PUTS = {"PUT", "BINPUT", "LONG_BINPUT"}
_GETS = {"GET", "BINGET", "LONG_BINGET"}


def read_arrays(
    path: Path, max_bytes: int = MAX_BYTES, max_instructions: int = MAX_INSTRUCTIONS
) -> dict[tuple[str, int], np.ndarray]:
    """Read a pickled dict of float32 arrays.

    Args:
        path: the file.
        max_bytes: its size at most.
        max_instructions: instructions in it at most.

    Returns:
        The arrays by name and number, in the order of the file, read-only.

    Raises:
        PickleError: it holds anything else, is damaged, or is too large; the message says what
            was found, and at which byte.
        OSError: it cannot be read.
    """
    size = path.stat().st_size
    if size > max_bytes:
        raise PickleError(f"{path}: found {size:,} bytes, expected {max_bytes:,} at most")
    start = 0
    with path.open("rb") as file:
        reader = _Reader(_Stream(file, size), size)
        try:
            for _ in range(max_instructions):
                start = file.tell()
                if reader.follow():
                    return reader.table
            raise PickleError(f"found more than {max_instructions:,} instructions")
        except PickleError as error:
            raise PickleError(f"{path}: byte {start:,}: {error}") from None
        except ValueError:
            # Its text quotes what was found, which can be long.
            raise PickleError(f"{path}: byte {start:,}: not a pickle, or damaged") from None


class _Stream:
    """A file that makes no room for more than is left of it."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def read(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count > self._size - self._file.tell():
            raise PickleError("the file ends in the middle")
        return self._file.read(count)

    def readline(self) -> bytes:
        """The rest of the line, with its end."""
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise PickleError("the file ends in the middle")
        return line


class _Reader:
    """Follows the instructions of a pickle.

    Attributes:
        table: the arrays that have been put into the dict so far.
    """

    def __init__(self, stream: _Stream, size: int) -> None:
        self.table: dict[tuple[str, int], np.ndarray] = {}
        self._has_table = False
        self._stream = stream
        self._left_to_encode = size
        self._stack: list[Any] = []
        self._memo: dict[int, Any] = {}
        self._steps = {
            "TUPLE": self._tuple,
            "EMPTY_DICT": self._empty_dict,
            "DICT": self._dict,
            "SETITEM": self._set_item,
            "SETITEMS": self._set_items,
            "STACK_GLOBAL": self._stack_global,
            "REDUCE": self._reduce,
            "BUILD": self._build,
        }

    def follow(self) -> bool:
        """Follow one instruction.

        Returns:
            Whether it was the last one.
        """
        name, argument = self._next()
        if name == "STOP":
            if self._top() is not self.table:
                raise PickleError(f"found {brief(self._top())}, expected a dict of arrays")
            return True
        if name in _CONSTANTS:
            self._stack.append(_CONSTANTS[name])
        elif name in _VALUES:
            self._stack.append(argument)
        elif name in _TEXT_OF_PYTHON_2:
            self._stack.append(argument.encode("latin1"))
        elif name in _TUPLES:
            self._stack.append(tuple([self._pop() for _ in range(_TUPLES[name])][::-1]))
        elif name == "MEMOIZE":
            self._memo[len(self._memo)] = self._top()
        elif name in _PUTS:
            self._memo[argument] = self._top()
        elif name in _GETS:
            if argument not in self._memo:
                raise PickleError("damaged: refers to what was not there before")
            self._stack.append(self._memo[argument])
        elif name == "GLOBAL":
            self._name(*argument.split(" ", 1))
        elif name in self._steps:
            self._steps[name]()
        elif name not in _IGNORED:
            raise PickleError(f"found the instruction {name}, expected a dict of arrays only")
        return False

    def _next(self) -> tuple[str, Any]:
        """Name and argument of the next instruction."""
        code = self._stream.read(1).decode("latin1")
        found = pickletools.code2op.get(code)
        if found is None:
            raise PickleError(f"found {code!a}, expected an instruction of a pickle")
        if found.name == "STRING":
            # Text of Python 2 is bytes; pickletools reads it as ASCII.
            return found.name, _unquoted(self._stream.readline())
        return found.name, found.arg.reader(self._stream) if found.arg else None

    def _top(self) -> Any:
        """The last value on the stack."""
        if not self._stack or self._stack[-1] is _MARK:
            raise PickleError("damaged: a value is missing")
        return self._stack[-1]

    def _pop(self) -> Any:
        """Take the last value from the stack."""
        self._top()
        return self._stack.pop()

    def _to_mark(self) -> list[Any]:
        """Take what is above the last mark, and the mark, from the stack."""
        values = []
        while not (self._stack and self._stack[-1] is _MARK):
            values.append(self._pop())
        self._stack.pop()
        return values[::-1]

    def _tuple(self) -> None:
        self._stack.append(tuple(self._to_mark()))

    def _empty_dict(self) -> None:
        if self._has_table:
            raise PickleError("found a second dict, expected one")
        self._has_table = True
        self._stack.append(self.table)

    def _dict(self) -> None:
        pairs = self._to_mark()
        self._empty_dict()
        self._fill(pairs)

    def _set_item(self) -> None:
        value, key = self._pop(), self._pop()
        self._fill([key, value])

    def _set_items(self) -> None:
        self._fill(self._to_mark())

    def _fill(self, pairs: list[Any]) -> None:
        """Put arrays into the dict, which has to be on top of the stack."""
        if self._top() is not self.table or len(pairs) % 2:
            raise PickleError("damaged: entries without a dict")
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            # Looked at before it is hashed: that of nested tuples takes for ever.
            if not (
                type(key) is tuple
                and len(key) == 2
                and isinstance(key[0], (bytes, str))
                and type(key[1]) is int
            ):
                raise PickleError(f"found the key {brief(key)}, expected (name, number)")
            if not isinstance(value, PickledArray) or value.values is None:
                raise PickleError(f"found {brief(value)} at {brief(key)}, expected an array")
            name = key[0] if isinstance(key[0], str) else key[0].decode("latin1")
            if (name, key[1]) in self.table:
                raise PickleError(f"found the key {brief(key)} twice")
            self.table[name, key[1]] = value.values

    def _stack_global(self) -> None:
        name, module = self._pop(), self._pop()
        if not (isinstance(module, str) and isinstance(name, str)):
            raise PickleError("damaged: a name that is no text")
        self._name(module, name)

    def _name(self, module: str, name: str) -> None:
        """Push what stands for something that is named."""
        if (module, name) not in NAMES:
            raise PickleError(
                f"names {brief(f'{module}.{name}')}, expected nothing but NumPy's arrays"
            )
        self._stack.append(NAMES[module, name])

    def _reduce(self) -> None:
        arguments, called = self._pop(), self._pop()
        if not isinstance(called, PickledName) or called.call is None:
            raise PickleError(f"calls {brief(called)}, expected nothing but NumPy's arrays")
        made = called.call(arguments)
        if isinstance(made, bytes):
            # A text that is in the file once can be referred to many times.
            self._left_to_encode -= len(made)
            if self._left_to_encode < 0:
                raise PickleError("encodes more text than there is in the file")
        self._stack.append(made)

    def _build(self) -> None:
        state, target = self._pop(), self._top()
        if not isinstance(target, (PickledArray, PickledType)):
            raise PickleError(f"found a state of {brief(target)}, expected that of an array")
        target.set_state(state)


def _unquoted(line: bytes) -> bytes:
    """The bytes that a line with Python 2's notation of a text stands for."""
    text = line[:-1]
    if len(text) < 2 or text[:1] not in (b"'", b'"') or text[-1:] != text[:1]:
        raise PickleError("damaged: text without quotes")
    return codecs.escape_decode(text[1:-1])[0]
