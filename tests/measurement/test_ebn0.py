# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Lists of Eb/N0 as text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnuradio.dlcomm.measurement.ebn0 import MAX_POINTS, parse_ebn0


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4", (4.0,)),
        ("-3.5", (-3.5,)),
        ("0:8:1", tuple(float(i) for i in range(9))),
        ("0:1:0.1", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
        ("0:5:2", (0.0, 2.0, 4.0)),
        ("-2:-1:0.5", (-2.0, -1.5, -1.0)),
        ("3:3:1", (3.0,)),
        (" 8, 4 ,0,4", (0.0, 4.0, 8.0)),
        ("1e1", (10.0,)),
        ("-0,0", (0.0,)),
    ],
)
def test_good(text: str, values: tuple[float, ...]) -> None:
    assert parse_ebn0(text) == values


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "8:0:1",
        "0:8:0",
        "0:8:-1",
        "0:8",
        "0:8:1:2",
        "nan",
        "0:nan:1",
        "0:8:nan",
        "inf",
        "0:inf:1",
        "1e400",
        "101",
        "0:8:1e-9",
        "1,,2",
        "::",
    ],
)
def test_bad(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Eb/N0 .*: found .*, expected .*") as error:
        parse_ebn0(text)
    assert "\n" not in str(error.value)


@given(st.integers(-500, 500), st.integers(0, MAX_POINTS - 1), st.integers(1, 50))
def test_a_range_is_its_arithmetic_sequence(start: int, steps: int, step: int) -> None:
    first, width = Decimal(start) / 10, Decimal(step) / 1000
    text = f"{first}:{first + steps * width}:{width}"
    values = parse_ebn0(text)
    assert values == tuple(float(first + i * width) for i in range(steps + 1))


@given(st.text(max_size=20))
def test_any_text_gives_values_or_one_clear_line(text: str) -> None:
    try:
        values = parse_ebn0(text)
    except ValueError as error:
        assert str(error).startswith("Eb/N0 ")
        assert len(str(error).splitlines()) == 1
    else:
        assert list(values) == sorted(set(values))
        assert all(abs(value) <= 100 for value in values)
