# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm rx`` drops what it cannot read, and counts each kind under its own name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bursts import burst_symbols, waveform
from payloads import crc16, symbols

from gnuradio.dlcomm.radio import burst_lengths

MODEL, CONTENT = "ae_8_8", bytes(range(100))
MOST = 450
GAP = np.zeros(400)
COUNTERS = ("header_errors", "unknown_versions", "too_long")
REASONS = ("unknown model", "unknown code", "crc", "inconsistent lengths")


def burst(number: int, payload: np.ndarray | None = None, **fields: int) -> np.ndarray:
    """The samples of a packet, of which a payload or fields of the header may be wrong."""
    right = symbols(CONTENT, MODEL, "none")
    fields = {"model": crc16(MODEL), "length": len(CONTENT), "sequence": number} | fields
    return waveform(burst_symbols(right if payload is None else payload, **fields))


def unreadable() -> np.ndarray:
    """A burst with half of the header's symbols gone, behind a good preamble."""
    samples = burst(7)
    samples[4 * 80 : 4 * 200] = 0.0
    return samples


def of_other_content() -> np.ndarray:
    """A burst whose payload has a wrong message, so that the CRC-32 does not hold."""
    payload = symbols(CONTENT, MODEL, "none")
    payload[40:44] = symbols(bytes(100), MODEL, "none")[40:44]
    return burst(7, payload)


WRONG = {
    "header_errors": unreadable,
    "unknown_versions": lambda: burst(7, version=2),
    "too_long": lambda: burst(7, np.resize(symbols(CONTENT, MODEL, "none"), MOST + 50)),
    "unknown model": lambda: burst(7, model=crc16(MODEL) ^ 1),
    "unknown code": lambda: burst(7, code=2),
    "crc": of_other_content,
    "inconsistent lengths": lambda: burst(7, length=len(CONTENT) + 1),
}


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dlcomm_here: Callable) -> Callable:
    """Receives bursts as `dlcomm rx` does, and gives how it ended.

    Its limit is the most that a header can say: for payloads beyond there is a smaller one.
    """
    monkeypatch.setattr(burst_lengths, "MAX_PAYLOAD_SYMBOLS", MOST)

    def receive(bursts: list[np.ndarray], *more: str) -> object:
        stream = np.concatenate([GAP, *(part for one in bursts for part in (one, GAP))])
        stream.astype("<c8").tofile(tmp_path / "heard.cfile")
        device = f"file:{tmp_path / 'heard.cfile'}"
        return dlcomm_here("rx", "--device", device, "--rate", "1e6",
                           "--out", tmp_path / "out", *more)  # fmt: skip

    return receive


@pytest.mark.parametrize("name", WRONG)
def test_it_is_counted_alone(name: str, heard: Callable, tmp_path: Path) -> None:
    wrong = WRONG[name]()
    outcome = heard([burst(0), wrong, burst(1), wrong, burst(2, flags=1)], "--json")
    assert (outcome.status, outcome.err) == (0, "")
    report = json.loads(outcome.out)
    assert {key: report[key] for key in COUNTERS} == {
        key: 2 * (key == name) for key in COUNTERS
    }
    assert report["failed_bursts"] == ({name: 2} if name in REASONS else {})
    assert (report["detections"], report["nonfinite_samples"]) == (5, 0)
    assert report["bursts"] == (5 if name in REASONS else 3)
    # They are dropped, and nothing else is.
    assert (report["complete"], report["packets_received"]) == (True, 3)
    assert (tmp_path / "out").read_bytes() == 3 * CONTENT


def test_a_person_is_told_of_each(heard: Callable) -> None:
    wrong = [make() for place, make in enumerate(WRONG.values()) for _ in range(place + 1)]
    outcome = heard([burst(0), *wrong, burst(1, flags=1)])
    assert (outcome.status, outcome.err) == (0, "")
    for place, name in enumerate(WRONG):
        row = f"bursts failed: {name}" if name in REASONS else name.replace("_", " ")
        assert re.search(rf"^{row} +{place + 1} *$", outcome.out, re.MULTILINE), outcome.out


def test_it_says_why_nothing_arrived(heard: Callable, tmp_path: Path) -> None:
    outcome = heard([make() for make in WRONG.values()])
    outcome.assert_one_line(
        1, "no packet arrived, nothing is written", "detections 7", "bursts 4",
        *(f"{name.replace('_', ' ')} 1" for name in WRONG),
    )  # fmt: skip
    assert not (tmp_path / "out").exists()
