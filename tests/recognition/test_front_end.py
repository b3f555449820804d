# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The front end picks a signal, resamples it and hears nothing beside it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal
from streams import level_db, run, tone, wait_until

from gnuradio import blocks, digital, gr
from gnuradio.dlcomm.recognition.front_end import signal_front_end


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


def spectrum_db(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies over the rate, and levels there; a tone of unit power has 0 dB."""
    window = np.blackman(len(samples)) ** 2
    levels = np.abs(np.fft.fft(samples * window)) / window.sum()
    return np.fft.fftfreq(len(samples)), 20.0 * np.log10(levels + 1e-12)


@pytest.mark.parametrize(
    ("rate", "bandwidth"),
    [(100e3, 0.0), (200e3, 50e3), (333e3, 0.0), (1e6, 40e3), (1e6, 160e3), (2.4e6, 0.0)],
)
def test_images_and_neighbours_are_suppressed(rate: float, bandwidth: float) -> None:
    width = signal_front_end(rate, bandwidth=bandwidth).bandwidth
    # Where the stop band begins, and up to the end of the input's band.
    beside = 1.01 * (1.25 * width / 2.0 if bandwidth else 200e3 - width / 2.0)
    kept = np.linspace(-width / 2.0, width / 2.0, 7)
    end = 0.499 * rate
    heard = np.linspace(beside, end, 12) if beside < end else np.zeros(0)
    for frequency in [*kept, *heard, *-heard]:
        front_end = signal_front_end(rate, bandwidth=bandwidth, normalise=False)
        count = int(8000 * rate / 200e3) + 2000
        found, _ = run(front_end, tone(frequency, rate, count))
        place, levels = spectrum_db(found[-4096:])
        if abs(frequency) <= width / 2.0:
            off = np.abs((place - frequency / 200e3 + 0.5) % 1.0 - 0.5)
            # A tone between two bins of this window is 0.4 dB weaker there.
            assert abs(levels[off < 0.01].max()) < 0.7
            assert levels[off > 0.01].max() < -60.0
        else:
            assert levels[np.abs(place) <= width / 2.0 / 200e3].max() < -60.0


def test_a_bandwidth_keeps_neighbours_out() -> None:
    wide, narrow = (
        run(signal_front_end(1e6, 25e3, 0.0, width, normalise=False), tone(60e3, 1e6))[0]
        for width in (0.0, 40e3)
    )
    assert abs(level_db(wide[len(wide) // 4 :])) < 0.1
    assert level_db(narrow[len(narrow) // 4 :]) < -60.0


def test_another_signal_can_be_picked_before_it_runs() -> None:
    front_end = signal_front_end(1e6, centre=100e3, normalise=False)
    front_end.set_centre(-250e3)
    assert front_end.centre() == -250e3
    found, _ = run(front_end, tone(-250e3, 1e6))
    found = found[len(found) // 4 :]
    assert abs(level_db(found)) < 0.1
    assert np.abs(np.diff(np.angle(found))).max() < 1e-3
    with pytest.raises(ValueError, match="centre is 490000"):
        front_end.set_centre(490e3)


def test_another_signal_can_be_picked_while_it_runs() -> None:
    # A tone at -250 kHz, and nothing else: nothing at first, then all of it, then nothing.
    graph = gr.top_block()
    source = blocks.vector_source_c(tone(-250e3, 1e6, 1000).tolist(), True)
    throttle = blocks.throttle(gr.sizeof_gr_complex, 1e6)
    front_end = signal_front_end(1e6, centre=100e3, remove_dc=True, normalise=False)
    rms, level = blocks.rms_cf(0.01), blocks.probe_signal_f()
    graph.connect(source, throttle, front_end, rms, level)
    graph.start()
    try:
        wait_until(lambda: rms.nitems_written(0) > 5000)
        assert level.level() < 1e-2
        # 257 - 250: the notch of 0 Hz lies elsewhere.
        front_end.set_centre(-257e3)
        wait_until(lambda: abs(level.level() - 1.0) < 1e-2)
        front_end.set_centre(100e3)
        wait_until(lambda: level.level() < 1e-2)
    finally:
        graph.stop()
        graph.wait()


def root_raised_cosine(time: np.ndarray, excess: float = 0.35) -> np.ndarray:
    """The pulse at a time in symbols, of unit energy; its removable poles moved aside."""
    time = time + 1e-9
    angle = np.pi * time
    above = np.sin(angle * (1.0 - excess)) + 4.0 * excess * time * np.cos(
        angle * (1.0 + excess)
    )
    return above / (angle * (1.0 - (4.0 * excess * time) ** 2))


def qpsk(rate: float, symbol_rate: float, symbols: int) -> np.ndarray:
    """QPSK sampled at any rate, without a resampler."""
    rng = np.random.default_rng(1)
    points = np.exp(1j * np.pi / 4.0 * (2 * rng.integers(4, size=symbols) + 1))
    points = np.pad(points, 32)
    time = np.arange(int(symbols * rate / symbol_rate)) * symbol_rate / rate
    nearest = np.floor(time).astype(int)
    samples = np.zeros(len(time), complex)
    for step in range(-31, 32):
        samples += points[nearest + step + 32] * root_raised_cosine(time - nearest - step)
    return samples


@pytest.mark.parametrize(
    ("rate", "symbol_rate"), [(1e6, 31.25e3), (480e3, 50e3), (2e6, 9600.0), (1e5, 33e3)]
)
def test_qpsk_comes_out_with_eight_samples_per_symbol(rate: float, symbol_rate: float) -> None:
    samples = qpsk(rate, symbol_rate, 1500)
    centre = 0.1 * rate
    samples = samples * np.exp(2j * np.pi * centre / rate * np.arange(len(samples)))
    found, _ = run(signal_front_end(rate, symbol_rate, centre), samples)
    found = found[len(found) // 4 :]
    # The power of pulses with excess bandwidth has a line at the symbol rate: 1/8.
    power = np.abs(found) ** 2
    line = np.abs(np.fft.fft(power - power.mean()))
    bins = np.fft.fftfreq(len(found))
    region = (bins > 0.08) & (bins < 0.2)
    assert abs(bins[region][line[region].argmax()] - 0.125) < 1.0 / len(found)
    # A matched filter, 128 instants per symbol to choose from, a sample each symbol.
    pulse = root_raised_cosine(np.arange(-128, 129) / 8.0)
    matched = signal.resample_poly(np.convolve(found, pulse, "valid"), 16, 1)
    errors = [error_vector(matched[phase + 1280 : -1280 : 128]) for phase in range(128)]
    # Nothing but the filters' ripple and the pulse cut off at 16 symbols.
    assert min(errors) < 0.01


def error_vector(points: np.ndarray) -> float:
    """RMS distance of turned QPSK of any level from the points it should be at."""
    points = points / np.mean(np.abs(points))
    points = points * np.exp(-0.25j * np.angle(np.mean(points**4)))
    nearest = np.exp(0.5j * np.pi * np.round(np.angle(points) * 2.0 / np.pi))
    return float(np.sqrt(np.mean(np.abs(points - nearest) ** 2)))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0,), "sample_rate is 0"),
        ((float("nan"),), "sample_rate is nan"),
        ((1e6, -1.0), "symbol_rate is -1"),
        ((1e6, 25e3, 6e5), "centre is 600000"),
        ((1e6, 25e3, 4.95e5), "centre is 495000"),
        ((1e6, 25e3, 4.8e5, 1e5), "centre is 480000, expected a signal 100000 Hz wide"),
        ((1e6, 25e3, 0.0, 1.7e5), "bandwidth is 170000, expected at most 160000"),
        ((1e5, 25e3, 0.0, 1.5e5), "bandwidth is 150000, expected at most the sample rate"),
        ((1e6, 25e3, 0.0, float("nan")), "bandwidth is nan"),
        ((1e6, 25e3, 0.0, 1.0), "expected a filter of at most"),
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
