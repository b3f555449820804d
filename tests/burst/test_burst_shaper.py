# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""burst_shaper_c against the format as numpy has it."""

from __future__ import annotations

import numpy as np
import pmt
import pytest
from bursts import burst_symbols, pdu, qpsk, shape, waveform

from gnuradio import dlcomm

FIELDS = {"model": 0xBEEF, "code": 1, "length": 260, "sequence": 7}


@pytest.mark.parametrize("sps", [2, 4, 10, 16])
@pytest.mark.parametrize("count", [1, 7, 8, 9, 1040])
def test_samples_are_those_of_the_format(sps, count):
    payload = qpsk(np.random.default_rng(count), count)
    found, tags, sent, block = shape(
        [pdu(payload, **FIELDS, last=True)], sps=sps, amplitude=0.5, gap=20,
        end_after_last=True,
    )
    expected = waveform(burst_symbols(payload, **FIELDS, flags=1), sps, 0.5)
    size = (len(burst_symbols(payload)) + 10) * sps + 1
    assert len(found) == size + 20 * sps
    assert np.abs(found[: len(expected)] - expected[: len(found)]).max() < 2e-6
    assert not found[size:].any()
    assert tags == [(0, "burst", 7)]
    assert sent == [{"sequence": 7, "offset": 0}]
    assert (block.bursts(), block.refused()) == (1, 0)


def test_bursts_follow_each_other_behind_the_gap():
    rng = np.random.default_rng(1)
    payloads = [qpsk(rng, count) for count in (20, 300, 5)]
    packets = [pdu(p, sequence=10 + i, last=i == 2) for i, p in enumerate(payloads)]
    found, tags, sent, block = shape(packets, gap=8, end_after_last=True)
    place = 0
    for i, payload in enumerate(payloads):
        symbols = burst_symbols(payload, sequence=10 + i, flags=i == 2)
        size = (len(symbols) + 10) * 4 + 1
        assert tags[i] == (place, "burst", 10 + i)
        assert sent[i] == {"sequence": 10 + i, "offset": place}
        expected = waveform(symbols)[:size]
        assert np.abs(found[place : place + size] - expected).max() < 1e-6
        assert not found[place + size : place + size + 32].any()
        place += size + 32
    assert place == len(found)
    assert block.bursts() == 3


def test_the_stream_never_pauses():
    found, tags, sent, _ = shape([pdu(np.ones(10), last=True)], count=100_000)
    assert len(found) == 100_000
    assert [tag[0] for tag in tags] == [0]
    assert len(sent) == 1
    assert not found[(64 + 226 + 15 + 10) * 4 + 1 :].any()


@pytest.mark.parametrize(
    "bad",
    [
        pmt.intern("text"),
        pmt.cons(pmt.make_dict(), pmt.init_u8vector(3, [1, 2, 3])),
        pmt.cons(pmt.intern("text"), pmt.init_c32vector(1, [1.0])),
        pdu(np.ones(0)),
        pdu(np.ones(65536)),
        pdu(np.array([1.0, np.nan])),
        pdu(np.array([1.0, np.inf * 1j])),
        pdu(np.ones(3), model=65536),
        pdu(np.ones(3), code=-1),
        pdu(np.ones(3), length="ten"),
    ],
)
def test_bad_pdus_are_refused_and_counted(bad):
    found, tags, sent, block = shape(
        [bad, pdu(np.ones(3), sequence=5, last=True)], end_after_last=True
    )
    assert block.refused() == 1
    assert block.bursts() == 1
    assert [message["sequence"] for message in sent] == [5]
    assert [tag[0] for tag in tags] == [0]
    assert np.isfinite(found.view(np.float32)).all()


def test_what_waits_is_bounded():
    # 4 Mi symbols; PMT vectors are shared, the queue holds the same one many times.
    one = pdu(np.ones(65535))
    _, _, _, block = shape([one] * 66, count=100)
    assert block.refused() == 2


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"sps": 3}, "sps is 3, expected an even number from 2 to 16"),
        ({"sps": 18}, "sps is 18"),
        ({"amplitude": 0.0}, "amplitude is 0"),
        ({"amplitude": float("nan")}, "amplitude is nan"),
        ({"gap": 7}, "gap is 7, expected 8 or more"),
    ],
)
def test_bad_arguments_are_named(arguments, text):
    with pytest.raises(ValueError, match=f"burst_shaper_c: {text}"):
        dlcomm.burst_shaper_c(**arguments)


def test_amplitude_changes():
    block = dlcomm.burst_shaper_c()
    block.set_amplitude(0.1)
    assert block.amplitude() == 0.1
    with pytest.raises(ValueError, match="burst_shaper_c: amplitude is -1"):
        block.set_amplitude(-1.0)
    assert block.amplitude() == 0.1
    assert (block.sps(), block.gap()) == (4, 256)
