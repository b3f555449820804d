# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The front end picks a signal, resamples it, and loses neither its place nor its tags."""

from __future__ import annotations

import numpy as np
import pmt
import pytest

from gnuradio import blocks, digital, gr
from gnuradio.dlcomm.recognition.front_end import signal_front_end
from gnuradio.filter import firdes


def run(front_end: signal_front_end, samples: np.ndarray, tags: tuple = ()) -> tuple:
    """What the front end makes of `samples`, and the tags that come out."""
    graph = gr.top_block()
    source = blocks.vector_source_c(samples.astype(np.complex64), False, 1, list(tags))
    sink = blocks.vector_sink_c()
    graph.connect(source, front_end, sink)
    graph.run()
    return np.array(sink.data()), sink.tags()


def tone(frequency: float, rate: float, count: int = 200_000) -> np.ndarray:
    """A complex tone of unit power."""
    return np.exp(2j * np.pi * frequency / rate * np.arange(count))


def level_db(samples: np.ndarray) -> float:
    """Mean power in dB."""
    return 10.0 * np.log10(np.mean(np.abs(samples) ** 2))


@pytest.mark.parametrize("rate", [200e3, 250e3, 1e6, 2.4e6, 3.123e6])
def test_a_tone_lands_where_it_must(rate: float) -> None:
    centre = 0.2 * rate
    front_end = signal_front_end(rate, centre=centre, normalise=False)
    assert front_end.output_rate == 200e3
    found, _ = run(front_end, tone(centre + 7e3, rate, 400_000))
    found = found[len(found) // 4 :]
    assert abs(level_db(found)) < 0.1
    turned = np.angle(np.vdot(found[:-1], found[1:])) * 200e3 / (2.0 * np.pi)
    assert abs(turned - 7e3) < 1.0
    assert len(found) * 4 / 3 == pytest.approx(400_000 * 200e3 / rate, rel=0.02)


@pytest.mark.parametrize("rate", [1e6, 2.4e6])
@pytest.mark.parametrize("beside", [200e3, -200e3, 400e3, 310e3])
def test_signals_beside_it_are_suppressed(rate: float, beside: float) -> None:
    front_end = signal_front_end(rate, normalise=False)
    found, _ = run(front_end, tone(beside, rate))
    assert level_db(found[len(found) // 4 :]) < -50.0


def test_another_signal_can_be_picked_while_it_runs() -> None:
    front_end = signal_front_end(1e6, centre=100e3, normalise=False)
    front_end.set_centre(-250e3)
    assert front_end.centre() == -250e3
    found, _ = run(front_end, tone(-250e3, 1e6))
    found = found[len(found) // 4 :]
    assert abs(level_db(found)) < 0.1
    assert np.abs(np.diff(np.angle(found))).max() < 1e-3
    with pytest.raises(ValueError, match="centre is 490000"):
        front_end.set_centre(490e3)


@pytest.mark.parametrize(
    ("rate", "symbol_rate"), [(1e6, 31.25e3), (480e3, 50e3), (2e6, 9600.0)]
)
def test_qpsk_comes_out_with_eight_samples_per_symbol(rate: float, symbol_rate: float) -> None:
    # QPSK at exactly 16 samples per symbol, then taken to the rate of the radio.
    rng = np.random.default_rng(1)
    symbols = np.exp(1j * (np.pi / 2.0 * rng.integers(4, size=4000) + np.pi / 4.0))
    sps = 16
    taps = firdes.root_raised_cosine(1.0, sps, 1.0, 0.35, 16 * sps + 1)
    dense = np.zeros(len(symbols) * sps, complex)
    dense[::sps] = symbols
    shaped = np.convolve(dense, taps)
    count = int(len(shaped) * rate / (sps * symbol_rate))
    times = np.arange(count) * sps * symbol_rate / rate
    position = np.arange(len(shaped))
    samples = np.interp(times, position, shaped.real) + 1j * np.interp(
        times, position, shaped.imag
    )
    centre = 0.1 * rate
    samples = samples * np.exp(2j * np.pi * centre / rate * np.arange(count))
    found, _ = run(signal_front_end(rate, symbol_rate, centre), samples)
    found = found[len(found) // 4 :]
    # The power of pulses with excess bandwidth has a line at the symbol rate: 1/8.
    line = np.abs(np.fft.fft(np.abs(found) ** 2))
    bins = np.fft.fftfreq(len(found))
    region = (bins > 0.08) & (bins < 0.2)
    assert abs(bins[region][line[region].argmax()] - 0.125) < 2.0 / len(found)
    # A matched filter and a sample every eight: the points of QPSK, turned.
    taps = firdes.root_raised_cosine(1.0, 8, 1.0, 0.35, 129)
    matched = np.convolve(found, taps, "valid")
    quality = []
    for phase in range(8):
        points = matched[phase::8][:400]
        points = points / np.sqrt(np.mean(np.abs(points) ** 2))
        fourth = points**4
        turned = points * np.exp(-1j * np.angle(fourth.mean()) / 4.0)
        nearest = np.exp(1j * (np.round(np.angle(turned) / (np.pi / 2.0)) * np.pi / 2.0))
        quality.append(np.sqrt(np.mean(np.abs(turned - nearest) ** 2)))
    # Sampled up to 1/16 of a symbol beside the best instant.
    assert min(quality) < 0.2


def test_power_becomes_one() -> None:
    rng = np.random.default_rng(2)
    noise = rng.normal(size=(600_000, 2)) @ [1.0, 1j] * 3e-3
    found, _ = run(signal_front_end(400e3), noise)
    assert abs(level_db(found[-50_000:])) < 0.5


@pytest.mark.parametrize("rate", [200e3, 250e3, 1e6])
def test_tags_stay_with_their_samples(rate: float) -> None:
    # A step of level at a tag: half its height lies within a symbol, 8 samples, of the tag.
    step = 100_000
    samples = np.concatenate((np.full(step, 0.1), np.full(step, 1.0)))
    tag = gr.tag_t()
    tag.offset, tag.key, tag.value = step, pmt.intern("truth"), pmt.PMT_NIL
    found, tags = run(signal_front_end(rate, normalise=False), samples, (tag,))
    assert [pmt.symbol_to_string(one.key) for one in tags] == ["truth"]
    middle = int(np.argmax(np.abs(found) > 0.55))
    assert abs(middle - tags[0].offset) <= 8


def test_dc_can_be_removed() -> None:
    rate = 1e6
    samples = tone(150e3, rate) + 5.0
    front_end = signal_front_end(rate, centre=150e3, remove_dc=True, normalise=False)
    found, _ = run(front_end, samples)
    assert abs(level_db(found[len(found) // 2 :])) < 0.2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0,), "sample_rate is 0"),
        ((float("nan"),), "sample_rate is nan"),
        ((1e6, -1.0), "symbol_rate is -1"),
        ((1e6, 25e3, 6e5), "centre is 600000"),
        ((1e6, 25e3, 4.95e5), "centre is 495000"),
        ((1e6, 25e3, 0.0, 3e5), "bandwidth is 300000"),
        ((1e6, 25e3, 0.0, -1.0), "bandwidth is -1"),
        ((40e3, 25e3), "expected at least two samples"),
        ((1e9, 100.0), "resample before"),
    ],
)
def test_what_cannot_be_done_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        signal_front_end(*arguments)


def test_classifier_behind_it_needs_no_more(tmp_path) -> None:
    # The signal of a generator of 4 samples per symbol becomes one of 8.
    data = np.random.default_rng(3).integers(4, size=2000).astype(np.uint8)
    graph = gr.top_block()
    source = blocks.vector_source_b(data.tolist(), False)
    points = digital.chunks_to_symbols_bc((np.exp(0.5j * np.pi * np.arange(4))).tolist())
    hold = blocks.repeat(gr.sizeof_gr_complex, 4)
    front_end, sink = signal_front_end(100e3), blocks.vector_sink_c()
    graph.connect(source, points, hold, front_end, sink)
    graph.run()
    assert len(sink.data()) == pytest.approx(2000 * 8, rel=0.02)
