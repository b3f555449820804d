# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Writes dicts of arrays as Python 2 pickled them in protocol 0: text, line by line.

The notation is that of the pickles of Python 2 among NumPy's own tests
(``numpy/core/tests/test_regression.py``), with the memo of ``cPickle``, which counts from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

Arrays = Mapping[tuple[str, int], np.ndarray]


class Python2Pickler:
    """What has been written once is referred to by its number."""

    def __init__(self) -> None:
        self._numbers: dict[object, int] = {}

    def dump(self, arrays: Arrays) -> bytes:
        """The pickle of a dict."""
        return b"".join(self._dump(arrays))

    def _dump(self, arrays: Arrays) -> Iterator[bytes]:
        yield b"(d" + self._put(object())
        for (name, number), array in arrays.items():
            yield b"(" + self._text(name) + b"I%d\nt" % number + self._put(object())
            yield self.array(array) + b"s"
        yield b"."

    def array(self, array: np.ndarray) -> bytes:
        """The pickle of an array, without its end."""
        pieces = [self._name("numpy.core.multiarray", "_reconstruct")]
        pieces += [b"(", self._name("numpy", "ndarray"), b"(I0\nt", self._put(object())]
        pieces += [self._text("b"), b"t", self._put(object()), b"R", self._put(object())]
        pieces += [b"(I1\n(", *(b"I%d\n" % length for length in array.shape), b"t"]
        pieces += [self._put(object()), self._type(array.dtype)]
        by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
        data = array.tobytes(order="F" if by_columns else "C")
        pieces += [b"I01\n" if by_columns else b"I00\n", b"S" + repr(data)[1:].encode()]
        pieces += [b"\n", self._put(object()), b"t", self._put(object()), b"b"]
        return b"".join(pieces)

    def _type(self, dtype: np.dtype) -> bytes:
        """A dtype: it is one object for all arrays."""
        if dtype in self._numbers:
            return self._get(dtype)
        kind = self._name("numpy", "dtype") + b"(" + self._text(dtype.str[1:])
        kind += b"I0\nI1\nt" + self._put(object()) + b"R" + self._put(dtype)
        state = b"(I3\n" + self._text(dtype.str[0]) + b"NNNI-1\nI-1\nI0\nt"
        return kind + state + self._put(object()) + b"b"

    def _text(self, text: str) -> bytes:
        """A short text; Python 2 has each of them once."""
        if text in self._numbers:
            return self._get(text)
        return b"S" + repr(text).encode() + b"\n" + self._put(text)

    def _name(self, module: str, name: str) -> bytes:
        """Something that is imported."""
        if (module, name) in self._numbers:
            return self._get((module, name))
        return f"c{module}\n{name}\n".encode() + self._put((module, name))

    def _put(self, value: object) -> bytes:
        """Number a value."""
        self._numbers[value] = len(self._numbers) + 1
        return b"p%d\n" % self._numbers[value]

    def _get(self, value: object) -> bytes:
        """Refer to a value."""
        return b"g%d\n" % self._numbers[value]


def radioml_arrays(
    modulations: tuple[str, ...], snrs_db: tuple[int, ...], windows: int, length: int, seed: int
) -> dict[tuple[str, int], np.ndarray]:
    """Random windows whose magnitudes sum to 1, float32 [windows, 2, length] for every key.

    The order of keys is not that of the classes, as in a dict of Python 2.
    """
    rng = np.random.default_rng(seed)
    arrays = {}
    for snr in snrs_db[::-1]:
        for name in modulations[::-1]:
            values = rng.normal(size=(windows, 2, length))
            sums = np.hypot(values[:, 0], values[:, 1]).sum(axis=1)
            arrays[name, snr] = (values / sums[:, None, None]).astype(np.float32)
    return arrays
