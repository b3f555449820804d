# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Channels as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnuradio.dlcomm.channel_specs import Awgn, Polynomial, Rayleigh, parse_channel


@pytest.mark.parametrize(
    ("text", "channel", "canonical"),
    [
        ("awgn", Awgn(), "awgn"),
        ("rayleigh", Rayleigh(), "rayleigh"),
        ("rayleigh:block=4", Rayleigh(4), "rayleigh:block=4"),
        (
            "rayleigh: real_positive=1 , block=7",
            Rayleigh(7, True),
            "rayleigh:block=7,real_positive=1",
        ),
        ("rayleigh:real_positive=0", Rayleigh(), "rayleigh"),
        ("polynomial:0,0,1", Polynomial((0.0, 0.0, 1.0)), "polynomial:0,0,1"),
        ("polynomial: 0.5, -1e-3", Polynomial((0.5, -0.001)), "polynomial:0.5,-0.001"),
    ],
)
def test_good(text: str, channel: object, canonical: str) -> None:
    assert parse_channel(text) == channel
    assert parse_channel(text).text == canonical
    assert parse_channel(canonical) == channel


@pytest.mark.parametrize(
    "text",
    [
        "",
        "awgnn",
        "AWGN",
        "awgn:",
        "awgn:1",
        "rayleigh:",
        "rayleigh:block=0",
        "rayleigh:block=-1",
        "rayleigh:block=1.5",
        "rayleigh:block=99999999999",
        "rayleigh:block=4,block=5",
        "rayleigh:real_positive=yes",
        "rayleigh:speed=3",
        "rayleigh:block",
        "polynomial",
        "polynomial:",
        "polynomial:1,nan",
        "polynomial:1,inf",
        "polynomial:1,x",
        "polynomial:" + ",".join(["1"] * 33),
    ],
)
def test_bad(text: str) -> None:
    with pytest.raises(ValueError, match=r"^channel .*: found .*, expected .*"):
        parse_channel(text)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=32))
def test_coefficients_survive_the_text(coefficients: list[float]) -> None:
    channel = Polynomial(tuple(coefficients))
    assert parse_channel(channel.text) == channel


@given(st.text(max_size=30))
def test_any_text_gives_a_channel_or_one_clear_line(text: str) -> None:
    try:
        channel = parse_channel(text)
    except ValueError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert parse_channel(channel.text) == channel
