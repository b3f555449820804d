# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Behind the front end tags are with their samples, and levels and constants are gone."""

from __future__ import annotations

import numpy as np
import pmt
import pytest
from streams import level_db, run, tone

from gnuradio import blocks, gr
from gnuradio.dlcomm.recognition.front_end import signal_front_end


def tag(offset: int, key: str, value: object) -> gr.tag_t:
    """A tag for a source of samples."""
    made = gr.tag_t()
    made.offset, made.key, made.value = offset, pmt.intern(key), value
    return made


def noise(count: int, seed: int = 1) -> np.ndarray:
    """Complex noise of unit power."""
    return np.random.default_rng(seed).normal(size=(count, 2)) @ [1.0, 1j] / np.sqrt(2.0)


@pytest.mark.parametrize("remove_dc", [False, True])
@pytest.mark.parametrize(
    ("rate", "symbol_rate", "bandwidth"),
    [
        (50e3, 25e3, 0.0),
        (100e3, 25e3, 0.0),
        (160e3, 25e3, 0.0),
        (200e3, 25e3, 0.0),
        (201e3, 25e3, 0.0),
        (333e3, 25e3, 0.0),
        (1e6, 25e3, 0.0),
        (1e6, 25e3, 30e3),
        (2.4e6, 25e3, 0.0),
        (20e6, 25e3, 0.0),
        (1e6, 1200.0, 0.0),
    ],
)
def test_tags_stay_with_their_samples(
    rate: float, symbol_rate: float, bandwidth: float, remove_dc: bool
) -> None:
    # A step at a tag, of a tone that no notch touches: half its height lies at the tag.
    output_rate = 8 * symbol_rate
    step = int(5000 * rate / output_rate) + 37
    samples = tone(0.02 * output_rate, rate, 2 * step)
    samples[:step] = 0.0
    front_end = signal_front_end(rate, symbol_rate, 0.0, bandwidth, remove_dc, False)
    found, tags = run(front_end, samples, (tag(step, "truth", pmt.PMT_NIL),))
    assert [pmt.symbol_to_string(one.key) for one in tags] == ["truth"]
    middle = int(np.argmax(np.abs(found) > 0.5))
    # A symbol is 8 samples; they are all within 2.
    assert abs(middle - tags[0].offset) <= 2
    # And where it is in time is where it was, after the filters' stated delay.
    assert tags[0].offset == pytest.approx(
        step * output_rate / rate + front_end.delay * output_rate, abs=2.0
    )


def test_a_radios_tags_are_true_again() -> None:
    time = pmt.make_tuple(pmt.from_uint64(7), pmt.from_double(0.25))
    tags = (
        tag(0, "rx_time", time),
        tag(0, "rx_rate", pmt.from_double(1e6)),
        tag(0, "rx_freq", pmt.from_double(868e6)),
        tag(30_000, "rx_freq", pmt.from_double(900e6)),
        tag(30_000, "rx_rate", pmt.intern("nonsense")),
    )
    front_end = signal_front_end(1e6, 25e3, -150e3, normalise=False)
    _, found = run(front_end, noise(60_000), tags)
    pairs = [(pmt.symbol_to_string(one.key), one.value) for one in found]
    assert [key for key, _ in pairs] == [pmt.symbol_to_string(one.key) for one in tags]
    values = [value for _, value in pairs]
    assert pmt.equal(values[0], time)
    assert pmt.to_double(values[1]) == 200e3
    assert pmt.to_double(values[2]) == 868e6 - 150e3
    assert pmt.to_double(values[3]) == 900e6 - 150e3
    assert pmt.symbol_to_string(values[4]) == "nonsense"


def test_another_centre_is_told_by_a_tag() -> None:
    front_end = signal_front_end(200e3, 25e3, 10e3, normalise=False)
    graph = gr.top_block()
    source = blocks.vector_source_c(
        noise(40_000), False, 1, [tag(0, "rx_freq", pmt.from_double(1e8))]
    )
    sink = blocks.vector_sink_c()
    graph.connect(source, front_end, sink)
    graph.run()
    front_end.set_centre(-20e3)
    source.rewind()
    graph.run()
    freq = pmt.intern("rx_freq")
    said = [pmt.to_double(one.value) for one in sink.tags() if pmt.eq(one.key, freq)]
    # At first; when the centre has moved; with the radio's tag in the second run.
    assert said == [1e8 + 10e3, 1e8 - 20e3, 1e8 - 20e3]


@pytest.mark.parametrize("level", [1e-6, 3e-3, 1.0, 1e5])
def test_power_becomes_one_at_once(level: float) -> None:
    found, _ = run(signal_front_end(400e3), level * noise(200_000))
    # 1024 samples of noise: 0.5 dB is more than four standard deviations of their mean.
    assert abs(level_db(found[200:4000])) < 0.5
    assert abs(level_db(found[-50_000:])) < 0.1
    assert np.abs(found[:4000]).max() < 10.0


def test_silence_stays_silence() -> None:
    found, _ = run(signal_front_end(400e3, remove_dc=True), np.zeros(50_000))
    assert len(found) > 20_000
    assert not found.any()


def test_a_burst_after_silence_settles() -> None:
    samples = np.concatenate((np.zeros(50_000), noise(50_000)))
    found, _ = run(signal_front_end(200e3), samples)
    assert np.isfinite(found).all()
    assert np.abs(found).max() < 40.0
    assert abs(level_db(found[52_000:])) < 0.1


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("remove_dc", [False, True])
def test_a_nan_spoils_its_surroundings_alone(bad: float, remove_dc: bool) -> None:
    samples = noise(100_000)
    clean, _ = run(signal_front_end(250e3, remove_dc=remove_dc), samples)
    samples[50_000] = bad
    spoiled, _ = run(signal_front_end(250e3, remove_dc=remove_dc), samples)
    different = np.flatnonzero(~np.isclose(clean, spoiled, atol=1e-4))
    assert different[0] > 39_000
    # The filters' memory, the notch's 511 samples and the level's 1024.
    assert different[-1] - different[0] < 100 + 511 * remove_dc + 1024


@pytest.mark.parametrize("centre", [0.0, 40e3, 150e3])
def test_a_constant_can_be_removed(centre: float) -> None:
    # 20 dB above the signal, which is a tone 7 kHz beside the centre.
    rate = 1e6
    front_end = signal_front_end(rate, 25e3, centre, 0.0, True, False)
    found, _ = run(front_end, tone(centre + 7e3, rate) + 10.0)
    found = found[len(found) // 2 :]
    place = np.arange(len(found))
    wanted = np.mean(found * np.exp(-2j * np.pi * 7e3 / 200e3 * place))
    constant = np.mean(found * np.exp(2j * np.pi * centre / 200e3 * place))
    assert abs(20.0 * np.log10(abs(wanted))) < 0.3
    assert abs(constant) < 1e-2
