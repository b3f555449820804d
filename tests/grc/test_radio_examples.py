# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The examples of files over radios: what is sent is what comes."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from example_programs import run

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "radio"
CONTENT = np.random.default_rng(8).bytes(20_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where programs run, with a file to send."""
    (tmp_path / "picture.png").write_bytes(CONTENT)
    return tmp_path


@pytest.mark.parametrize("more", [(), ("--model", "qpsk", "--code", "cc", "--esn0-db", "9")])
def test_a_file_comes_back(more: tuple, clean_environment: dict, folder: Path) -> None:
    result = run(clean_environment, EXAMPLES / "loopback.py", *more)
    assert result.returncode == 0, result.stderr
    assert "20 of 20 packets, 20000 bytes" in result.stdout
    assert (folder / "received.png").read_bytes() == CONTENT
    wrong, bits = map(int, re.search(r"(\d+) of (\d+) bits wrong", result.stdout).groups())
    # Coded QPSK at 9 dB: 2.4e-3 of the bits are wrong, of which none is left.
    assert bits > 8 * len(CONTENT)
    assert (wrong > 0) == bool(more)


def test_packets_that_are_lost_are_named(clean_environment: dict, folder: Path) -> None:
    result = run(clean_environment, EXAMPLES / "loopback.py", "--esn0-db", "9")
    # Uncoded, 8,000 bits a packet: nearly every packet has a wrong bit.
    good = int(re.search(r"(\d+) of 20 packets", result.stdout)[1])
    assert good < 20
    assert "missing: " in result.stdout


def test_a_transmitter_sends_its_file(clean_environment: dict, folder: Path) -> None:
    result = run(clean_environment, EXAMPLES / "transmitter.py",
                 "--device", "driver=dlcomm_loopback")  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "20 packets of picture.png sent by ae_8_8" in result.stdout


def test_a_receiver_that_hears_nothing(clean_environment: dict, folder: Path) -> None:
    result = run(clean_environment, EXAMPLES / "receiver.py",
                 "--device", "driver=dlcomm_loopback", "--seconds", "0.5")  # fmt: skip
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "receiver: no packet came"
    assert not (folder / "received.png").exists()


COUNTED = re.compile(
    r"^amc_compact over the air: right in (\d+) of (\d+) decisions, (\d\.\d{3}) "
    r"\(95 %: (\d\.\d{3}) to (\d\.\d{3})\)$", re.MULTILINE,
)  # fmt: skip


def test_modulations_over_the_air_are_counted(clean_environment: dict) -> None:
    result = run(clean_environment, EXAMPLES / "recognition_over_the_air.py",
                 "--rounds", "1", "--windows", "400")  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    right, counted = (int(one) for one in COUNTED.search(result.stdout).groups()[:2])
    rate, low, high = (float(one) for one in COUNTED.search(result.stdout).groups()[2:])
    # Of 400 windows of each of 11 modulations 200 settle, and up to 132 more are under way
    # when the next one comes.
    assert 11 * 68 <= counted <= 11 * 200
    assert rate == pytest.approx(right / counted, abs=6e-4)
    # At 18 dB 0.90 of the windows are told without a radio; by chance it would be 0.09.
    assert low <= rate <= high
    assert rate > 0.75


def test_a_radio_that_is_lost_ends_the_walk(clean_environment: dict) -> None:
    good, lost = "driver=dlcomm_loopback,medium=a", "driver=dlcomm_loopback,fail_after=20000"

    def walk(devices: tuple[str, str]) -> tuple[int, str]:
        result = run(clean_environment, EXAMPLES / "recognition_over_the_air.py",
                     "--device", devices[0], "--rx-device", devices[1])  # fmt: skip
        return result.returncode, result.stderr.splitlines()[-1]

    # Both are waiting most of the time: at once.
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(walk, ((lost, good), (good, lost))))
    assert found == [
        (1, f"recognition_over_the_air: device {lost}: has {what} no sample for 3 s: is it "
         "lost?")
        for what in ("taken", "given")
    ]  # fmt: skip
