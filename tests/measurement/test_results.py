# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Result files: they come back as written, and foreign ones are named, not touched."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnuradio.dlcomm.measurement.files import ensure_writable, write_atomic
from gnuradio.dlcomm.measurement.results import (
    COLUMNS,
    Row,
    make_row,
    read_csv,
    write_csv,
    write_json,
)

KEYS = (
    "model, channel, ebn0_db, messages, block_errors, bler, bler_low, bler_high, bits, "
    "bit_errors, ber, ber_low, ber_high, messages_per_second, stop_reason, seed"
).split(", ")


def test_the_columns_are_the_agreed_ones() -> None:
    assert list(COLUMNS) == KEYS


def test_json_has_exactly_the_agreed_keys(tmp_path: Path, row: Callable[..., Row]) -> None:
    rows = [row(), row(ebn0_db=5.0, model='a,"b"\n')]
    write_json(tmp_path / "rows.json", rows)
    loaded = json.loads((tmp_path / "rows.json").read_text())
    assert [list(entry) for entry in loaded] == [KEYS, KEYS]
    assert [Row(**entry) for entry in loaded] == rows


def test_csv_comes_back_as_written(tmp_path: Path, row: Callable[..., Row]) -> None:
    rows = [
        row(),
        row(model="folder, with comma/é", channel="polynomial:0,0,1"),
        row(model="quote \" and '", ebn0_db=-0.1, seed=2**62),
        row(ebn0_db=0.30000000000000004, block_errors=0, bit_errors=0),
    ]
    write_csv(tmp_path / "rows.csv", rows)
    assert read_csv(tmp_path / "rows.csv") == rows
    assert os.listdir(tmp_path) == ["rows.csv"]


@given(
    model=st.text(min_size=1).filter(str.isprintable),
    messages=st.integers(1, 10**12),
    speed=st.floats(1e-3, 1e9),
    ebn0=st.floats(-100, 100),
    data=st.data(),
)
def test_any_row_survives_csv(
    tmp_path_factory: pytest.TempPathFactory,
    model: str,
    messages: int,
    speed: float,
    ebn0: float,
    data: st.DataObject,
) -> None:
    blocks = data.draw(st.integers(0, messages))
    wrong = data.draw(st.integers(blocks, 8 * blocks))
    made = make_row(
        model=model,
        channel="awgn",
        ebn0_db=ebn0,
        messages=messages,
        block_errors=blocks,
        bits=8 * messages,
        bit_errors=wrong,
        messages_per_second=speed,
        stop_reason="max_messages",
        seed=0,
    )
    path = tmp_path_factory.mktemp("rows") / "rows.csv"
    write_csv(path, [made])
    assert read_csv(path) == [made]


def test_a_file_that_is_not_there_or_empty_has_no_rows(tmp_path: Path) -> None:
    assert read_csv(tmp_path / "none.csv") == []
    (tmp_path / "empty.csv").touch()
    assert read_csv(tmp_path / "empty.csv") == []


HEADER = ",".join(KEYS)
GOOD = "m,awgn,4.0,100,2,0.02,0.01,0.03,400,4,0.01,0.005,0.02,1000.0,target_errors,1"


def test_the_example_is_good(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{HEADER}\n{GOOD}\n")
    assert read_csv(path)[0].block_errors == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a,b,c\n1,2,3\n", "found columns 'a,b,c'"),
        ("\n", "found columns ''"),
        (HEADER.upper() + "\n", "found columns"),
        (f"{HEADER}\n{GOOD},9\n", "row 1: found 17 cells"),
        (f"{HEADER}\n{GOOD}\nm,awgn\n", "row 2: found 2 cells"),
        (f"{HEADER}\n{GOOD.replace('100', 'x', 1)}\n", "row 1, messages: found 'x'"),
        (f"{HEADER}\n{GOOD.replace('4.0', 'four')}\n", "row 1, ebn0_db: found 'four'"),
        (f"{HEADER}\n{GOOD.replace('0.03', 'nan')}\n", "row 1: found a number that is not"),
        (f"{HEADER}\n{GOOD.replace(',2,', ',200,')}\n", "row 1: found counts and rates"),
        (f"{HEADER}\n{GOOD.replace('0.02,', '0.5,', 1)}\n", "row 1: found counts and rates"),
        (f"{HEADER}\n{GOOD.replace(',100,2,', ',0,0,')}\n", "row 1: found counts and rates"),
        (f"{HEADER}\n{GOOD}\n{GOOD}\n", "row 2: found a point a second time"),
        (f'{HEADER}\n"{GOOD}\n', "not CSV"),
    ],
)
def test_foreign_and_damaged_files(tmp_path: Path, text: str, found: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match="rows.csv") as error:
        read_csv(path)
    assert found in str(error.value)
    assert "\n" not in str(error.value)


def test_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(ValueError, match="rows.csv: found binary data"):
        read_csv(path)


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("old")

    def fail(file: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, fail)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["rows.csv"]


def test_the_check_makes_folders_and_leaves_nothing(tmp_path: Path) -> None:
    ensure_writable(tmp_path / "a" / "b" / "rows.csv")
    assert os.listdir(tmp_path / "a" / "b") == []


@pytest.mark.parametrize("name", ["file/rows.csv", "", "file/deeper/rows.csv"])
def test_the_check_names_what_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=str(tmp_path)) as error:
        ensure_writable(tmp_path / name)
    assert "\n" not in str(error.value)
