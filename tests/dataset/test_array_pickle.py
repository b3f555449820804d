# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pickled arrays are read as Python reads them; what is damaged ends in one line."""

from collections.abc import Callable, Mapping
from pathlib import Path
from pickle import dumps

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python2_pickle import Python2Pickler, radioml_arrays

from dlcomm_train.datasets.array_pickle import read_arrays
from dlcomm_train.datasets.pickled_numpy import PickleError

# The pieces of an array [1], as Python 2 wrote them.
TYPE = b"cnumpy\ndtype\n(S'f4'\nI0\nI1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntb"
EMPTY = b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
STATE = b"(I1\n(I1\nt" + TYPE + b"I00\nS'\\x00\\x00\\x80?'\nt"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., dict]:
    """Reads a pickle that is given as bytes."""

    def run(pickled: bytes, **limits: int) -> dict:
        path = tmp_path / "some.pkl"
        path.write_bytes(pickled)
        return read_arrays(path, **limits)

    return run


def table(value: bytes, key: bytes = b"(S'BPSK'\nI2\nt") -> bytes:
    """A dict with one entry."""
    return b"(d" + key + value + b"s."


def changed(old: bytes, new: bytes) -> bytes:
    """A dict with an array that Python 2 would have written in another way."""
    assert old in STATE
    return table(EMPTY + STATE.replace(old, new) + b"b")


def same(found: Mapping, expected: Mapping) -> bool:
    """Whether two dicts hold the same arrays in the same order."""
    return list(found) == list(expected) and all(
        found[key].dtype == np.float32 and np.array_equal(found[key], expected[key])
        for key in expected
    )


def test_python_2(read: Callable) -> None:
    arrays = radioml_arrays(("BPSK", "QAM64", "AM-DSB"), (-20, 0, 18), 7, 16, seed=1)
    assert same(read(Python2Pickler().dump(arrays)), arrays)
    assert read(table(EMPTY + STATE + b"b")) == {("BPSK", 2): np.ones(1)}


@pytest.mark.parametrize("protocol", range(5))
def test_python_3(read: Callable, protocol: int) -> None:
    arrays = radioml_arrays(("BPSK", "QAM64", "AM-DSB"), (-20, 0, 18), 7, 16, seed=2)
    arrays["BPSK", 0] = np.asfortranarray(arrays["BPSK", 0])
    assert same(read(dumps(arrays, protocol)), arrays)


@pytest.mark.parametrize("data", [b"'", b'"', b"'\"\\\n\r\t\0\xff", b"\\x41\\"])
def test_every_byte_of_text(read: Callable, data: bytes) -> None:
    """Quotes, ends of lines and backslashes are not mistaken for those of the notation."""
    array = np.frombuffer(data * 4, np.float32)
    found = read(Python2Pickler().dump({("BPSK", 2): array}))["BPSK", 2]
    assert found.tobytes() == array.tobytes()


@pytest.mark.parametrize(
    ("pickled", "reason"),
    [
        (b"", "byte 0: the file ends in the middle"),
        (b"(d(S'BPSK'\nI2", "byte 11: the file ends in the middle"),
        (b"\x80\x04\x95", "byte 2: the file ends in the middle"),
        (b"\x80\x04B\xff\xff\xff\x7fab", "byte 2: the file ends in the middle"),
        (b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7fab", "byte 2: the file ends in the middle"),
        (b"\x93NUMPY\x01\x00", "byte 0: damaged: a value is missing"),
        (b"\x89HDF\r\n\x1a\n", "byte 1: "),
        (b"<html>", "byte 0: found '<', expected an instruction"),
        (b"(d", "byte 2: the file ends in the middle"),
        (b"(lp1\n.", "byte 1: found the instruction LIST"),
        (b"I3\n.", "byte 3: found 3, expected a dict of arrays"),
        (b"N.", "byte 1: found None, expected a dict of arrays"),
        (b".", "byte 0: damaged: a value is missing"),
        (b"t.", "byte 0: damaged: a value is missing"),
        (b"g7\n.", "byte 0: damaged: refers to what was not there before"),
        (b"Sabc\n.", "byte 0: damaged: text without quotes"),
        (b"S'\n.", "byte 0: damaged: text without quotes"),
        (b"Iseven\n.", "byte 0: not a pickle, or damaged"),
        (b"(d(d.", "byte 3: found a second dict"),
        (b"I1\nI2\ns.", "damaged: "),
        (b"\x80\x04}(K\x01u.", "damaged: entries without a dict"),
        (b"K\x01K\x02\x93.", "damaged: a name that is no text"),
        (table(b"I5\n"), "found 5 at ('BPSK', 2), expected an array"),
        (table(EMPTY), "found an array at ('BPSK', 2), expected an array"),
        (table(TYPE), "found a dtype at ('BPSK', 2), expected an array"),
        (table(EMPTY + STATE + b"b", b"S'BPSK'\n"), "found the key 'BPSK', expected (name"),
        (table(EMPTY + STATE + b"b", b"(S'BPSK'\nI01\nt"), "found the key ('BPSK', True)"),
        (table(EMPTY + b"N" + b"b"), "found the state None of an array"),
        (changed(b"(I1\nt", b"(I2\nt"), "found 4 bytes, expected 8"),
        (changed(b"(I1\nt", b"(I-1\nt"), "array of shape (-1)"),
        (changed(b"S'<'", b"S'>'"), "found the dtype (3, '>', None"),
        (changed(b"f4", b"f8"), "found numbers of type 'f8'"),
        (changed(b"f4", b"i2"), "found numbers of type 'i2'"),
        (changed(b"S'\\x00\\x00", b"V00"), "as numbers of an array"),
    ],
)  # fmt: skip
def test_damaged(read: Callable, pickled: bytes, reason: str) -> None:
    with pytest.raises(PickleError) as failure:
        read(pickled)
    text = str(failure.value)
    assert "some.pkl: byte " in text and reason in text
    assert "\n" not in text and len(text) < 500


def test_a_key_that_comes_twice(read: Callable) -> None:
    entry = b"(S'BPSK'\nI2\nt" + EMPTY + STATE + b"bs"
    with pytest.raises(PickleError, match=r"found the key \('BPSK', 2\) twice"):
        read(b"(d" + entry + entry + b".")


def test_truncated_anywhere(read: Callable) -> None:
    """No beginning of a pickle is taken for a whole one."""
    arrays = radioml_arrays(("BPSK", "QPSK"), (0, 2), 2, 4, seed=3)
    for pickled in (Python2Pickler().dump(arrays), dumps(arrays, 2), dumps(arrays, 4)):
        assert same(read(pickled), arrays)
        for length in range(len(pickled)):
            with pytest.raises(PickleError):
                read(pickled[:length])


@given(data=st.data())
def test_changed_anywhere(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """A changed byte gives other numbers, other keys or a line; nothing else."""
    arrays = radioml_arrays(("BPSK", "QPSK"), (0,), 2, 4, seed=4)
    whole = data.draw(
        st.sampled_from([Python2Pickler().dump(arrays), dumps(arrays, 2), dumps(arrays, 4)])
    )
    pickled = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(whole) - 1))
        pickled[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("changed") / "some.pkl"
    path.write_bytes(pickled)
    try:
        found = read_arrays(path)
    except PickleError as error:
        assert "\n" not in str(error) and len(str(error)) < 500
    else:
        assert all(array.dtype == np.float32 for array in found.values())
