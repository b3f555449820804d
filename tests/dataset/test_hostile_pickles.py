# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pickles that were made to do harm: nothing in them runs, and none takes much memory."""

import builtins
import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from pickle import dumps

import numpy as np
import pytest
from python2_pickle import Python2Pickler

from dlcomm_train.datasets.array_pickle import read_arrays
from dlcomm_train.datasets.pickled_numpy import PickleError

MARK = "mark"
"""A file that a pickle leaves in the folder in which it runs."""
SHELL = f"touch {MARK}"
PYTHON = f"open('{MARK}', 'w')"
# In ASCII, in which the Python of today unpickles where it is told nothing else.
ARRAY = np.zeros((1, 2, 3), np.float32)


class Call:
    """Is pickled as a call of anything."""

    def __init__(self, function: Callable, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple:
        return self.call


def after_an_array(call: bytes) -> bytes:
    """A dict of Python 2 whose first entry is as it should be."""
    return Python2Pickler().dump({("BPSK", 2): ARRAY})[:-1] + b"(S'QPSK'\nI2\nt" + call + b"s."


TOUCH = f"(S'{SHELL}'\ntR".encode()
# They leave MARK behind when they are unpickled; the message of our reader names why it stops.
RUNNING = {
    "names 'posix.system'": b"cposix\nsystem\n" + TOUCH + b".",
    "names 'os.system'": after_an_array(b"cos\nsystem\n" + TOUCH),
    "names 'builtins.eval'": dumps({("BPSK", 2): Call(builtins.eval, PYTHON)}, 4),
    "names '__builtin__.eval'": after_an_array(
        f'c__builtin__\neval\n(S"{PYTHON}"\ntR'.encode()
    ),
    "names '__builtin__.exec'": dumps({("BPSK", 2): Call(builtins.exec, PYTHON)}, 2),
    "names '__builtin__.getattr'": after_an_array(
        b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR" + TOUCH
    ),
    "names 'numpy.memmap'": after_an_array(
        f"cnumpy\nmemmap\n(S'{MARK}'\nS'b'\nS'w+'\nI0\nI4\ntR".encode()
    ),
    # From an admitted module to what others have imported, by a name with dots.
    "names 'numpy.lib.npyio.os.system'": b"\x80\x04" + after_an_array(
        b"\x8c\x05numpy\x8c\x13lib.npyio.os.system\x93" + TOUCH
    ),
    "instruction INST": after_an_array(f"(S'{SHELL}'\niposix\nsystem\n".encode()),
    "names 'posix.system'; and OBJ": after_an_array(
        f"(cposix\nsystem\nS'{SHELL}'\no".encode()
    ),
    # Elements of an object array are whatever the pickle says.
    "numbers of type 'O8'": dumps({("BPSK", 2): np.array([Call(os.system, SHELL)], object)}, 2),
    "names 'posix.system'; in an array": after_an_array(
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"
        b"(I1\n(cposix\nsystem\n" + TOUCH + b"ttb"
    ),
}  # fmt: skip

RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
NDARRAY = b"cnumpy\nndarray\n"
TYPE = b"cnumpy\ndtype\n(S'f4'\nI0\nI1\ntR"
# Admitted names with arguments of the file's choice, and instructions that no array needs.
REFUSED = {
    "calls numpy's _reconstruct with (numpy.dtype": RECONSTRUCT
    + b"(cnumpy\ndtype\n(I0\ntS'b'\ntR.",
    "calls numpy's _reconstruct with (numpy.ndarray, (...), 'O')": RECONSTRUCT
    + b"(" + NDARRAY + b"(I0\ntS'O'\ntR.",
    "calls numpy's _reconstruct with (numpy.ndarray, (...), 'b')": RECONSTRUCT
    + b"(" + NDARRAY + b"(I1099511627776\ntS'b'\ntR.",
    "calls numpy's _reconstruct with 5": RECONSTRUCT + b"I5\nR.",
    "calls numpy.ndarray": NDARRAY + b"((I1099511627776\ntS'b'\ntR.",
    "numbers of type 'O'": b"cnumpy\ndtype\n(S'O'\nI0\nI1\ntR.",
    "numbers of type ('a'": b"cnumpy\ndtype\n((S'a'\nS'O'\ntI0\nI1\ntR.",
    "calls numpy.dtype with ('f4', numpy.ndarray, 1)": b"cnumpy\ndtype\n(S'f4'\n" + NDARRAY
    + b"I1\ntR.",
    # A dtype with a field of objects over plain bytes: NumPy would follow them as addresses.
    "found the dtype (3, '|', None, (...), a dict": TYPE
    + b"(I3\nS'|'\nN(S'a'\nt(d" + b"I8\nI1\nI63\ntb.",
    "found the key 'a'": TYPE
    + b"(I3\nS'|'\nN(S'a'\nt(dS'a'\n(" + TYPE + b"I0\ntsI8\nI1\nI63\ntb.",
    "calls _codecs.encode with ('mark', 'zip')": b"c_codecs\nencode\n(Vmark\nVzip\ntR.",
    "calls _codecs.encode with ('mark', 'latin1', 'x')": b"c_codecs\nencode\n(Vmark\n"
    b"Vlatin1\nVx\ntR.",
    "calls 5, expected nothing but NumPy's arrays": b"I5\n(tR.",
    "calls an array": RECONSTRUCT + b"(" + NDARRAY + b"(I0\ntS'b'\ntR(tR.",
    "found a state of numpy.ndarray": NDARRAY + b"(I1\ntb.",
    "found a state of a dict": b"(d(I1\ntb.",
    "instruction OBJ": b"(" + NDARRAY + b"I4\no.",
    "instruction NEWOBJ": b"\x80\x02" + NDARRAY + b"(I4\nt\x81.",
    "instruction PERSID": b"Pmark\n.",
    "instruction EXT1": b"\x80\x02\x82\x01.",
    "instruction NEXT_BUFFER": b"\x80\x05\x97.",
}  # fmt: skip


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict]:
    """Reads a pickle that is given as bytes, in a folder of its own."""

    def run(pickled: bytes, **limits: int) -> dict:
        monkeypatch.chdir(tmp_path)
        Path("some.pkl").write_bytes(pickled)
        return read_arrays(Path("some.pkl"), **limits)

    return run


@pytest.mark.parametrize("pickled", RUNNING.values(), ids=RUNNING)
def test_unpickling_would_run_it(pickled: bytes, tmp_path: Path) -> None:
    """So that the next test means something."""
    (tmp_path / "some.pkl").write_bytes(pickled)
    subprocess.run(
        [sys.executable, "-m", "pickle", "some.pkl"],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip
    assert (tmp_path / MARK).exists()


@pytest.mark.parametrize(("reason", "pickled"), {**RUNNING, **REFUSED}.items())
def test_nothing_runs(read: Callable, reason: str, pickled: bytes) -> None:
    before = set(sys.modules)
    with pytest.raises(PickleError) as failure:
        read(pickled)
    assert reason.split(";")[0] in str(failure.value)
    assert not Path(MARK).exists()
    assert set(sys.modules) == before


def test_nothing_is_imported(read: Callable, tmp_path: Path) -> None:
    """Not even from the folder in which the file lies."""
    (tmp_path / "numpyfake.py").write_text(f"open('{MARK}', 'w')")
    with pytest.raises(PickleError, match="names 'numpyfake.dtype'"):
        read(b"cnumpyfake\ndtype\n(S'f4'\nI0\nI1\ntR.")
    assert not Path(MARK).exists()


def memo_bomb() -> bytes:
    """Python's unpickler makes room for as many values as a number in the file says."""
    return b"\x80\x02Nr" + (2**32 - 1).to_bytes(4, "little") + b"."


def nested_key() -> bytes:
    """Tuples of tuples, 60 deep: 2^60 values, all of which a hash would visit."""
    return b"\x80\x02})" + b"q\x01h\x01\x86" * 60 + b"Ns."


def repeated_text() -> bytes:
    """100 kB of text, encoded a thousand times, and kept."""
    text = b"X" + (100_000).to_bytes(4, "little") + b"a" * 100_000 + b"q\x01"
    call = b"c_codecs\nencode\nh\x01X\x06\x00\x00\x00latin1\x86R"
    return b"\x80\x02" + text + call * 1000 + b"."


BOMBS = {
    "expected a dict of arrays": memo_bomb(),
    "found the key ((...), (...)), expected (name, number)": nested_key(),
    "encodes more text than there is in the file": repeated_text(),
    "found more than 100,000 instructions": b"(" * 200_000,
    "the file ends in the middle": b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f",
    "not a pickle, or damaged": b"I" + b"9" * 1_000_000 + b"\n.",
}


@pytest.mark.parametrize(("reason", "pickled"), BOMBS.items(), ids=BOMBS)
def test_bombs(read: Callable, reason: str, pickled: bytes) -> None:
    tracemalloc.start()
    began = time.process_time()
    try:
        with pytest.raises(PickleError) as failure:
            read(pickled)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert reason in str(failure.value)
    assert peak < 20e6
    # Traced, the slowest takes a second; what they are meant to take is years.
    assert time.process_time() - began < 30.0


def test_a_file_that_is_too_large(read: Callable) -> None:
    with pytest.raises(PickleError, match="found 100 bytes, expected 99 at most"):
        read(b"N" * 100, max_bytes=99)
