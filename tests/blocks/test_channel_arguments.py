# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Bad arguments of channels are refused in one line that names the block and argument."""

import math

import pytest
from channel_kinds import CHANNELS, make

from gnuradio import dlcomm

NAMES = {
    "awgn": "awgn_channel_cc",
    "rayleigh": "rayleigh_block_fading_channel_cc",
    "polynomial": "polynomial_channel_cc",
    "interference": "interference_channel_cc",
}


def refused(call, text: str) -> None:
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("bits", [0.0, -1.0, math.nan, math.inf])
def test_bits_per_sample(kind, bits):
    refused(lambda: CHANNELS[kind](3.0, bits), f"{NAMES[kind]}: bits_per_sample is ")


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("ebn0_db", [math.nan, -math.inf, -1e9])
def test_ebn0_db(kind, ebn0_db):
    refused(lambda: CHANNELS[kind](ebn0_db, 1.0), f"{NAMES[kind]}: ebn0_db is ")
    channel = make(kind)
    before = channel.n0()
    refused(lambda: channel.set_ebn0_db(ebn0_db), f"{NAMES[kind]}: ebn0_db is ")
    assert channel.n0() == before


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize("n0", [-1e-9, math.nan, math.inf])
def test_n0(kind, n0):
    channel = make(kind)
    before = channel.n0()
    refused(lambda: channel.set_n0(n0), f"{NAMES[kind]}: n0 is ")
    assert channel.n0() == before


@pytest.mark.parametrize("length", [0, -1])
def test_block_length(length):
    refused(
        lambda: dlcomm.rayleigh_block_fading_channel_cc(length, 3.0, 1.0),
        f"rayleigh_block_fading_channel_cc: block_length is {length}, expected at least 1",
    )


@pytest.mark.parametrize("kind", CHANNELS)
@pytest.mark.parametrize(
    "numbers", [{"seed": -1}, {"seed": 2**64}, {"stream": -1}, {"stream": 2**32}]
)
def test_seeds_that_are_no_such_number(kind, numbers):
    with pytest.raises(TypeError):
        CHANNELS[kind](3.0, 1.0, **numbers)
