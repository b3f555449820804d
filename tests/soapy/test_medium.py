# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a loopback device does to samples, measured in flowgraphs."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import signal, stats
from soapy_loop import RATE, TAIL, device, noise, sink, source, through, tone

from gnuradio import blocks, gr
from gnuradio.dlcomm.radio.soapy_library import open_library, quiet_library

SOAPY_SDR_ERROR = 3


def test_a_clean_loop_is_exact():
    sent = noise(100_000)
    assert np.array_equal(through(sent), sent)


def test_noise_has_its_power_and_follows_from_the_seed():
    sent = noise(50_000)
    heard = through(sent, noise_db=-17, seed=3)
    added = heard.astype(np.complex128) - sent
    # 2 |w|^2 / variance is chi-squared with 2 degrees of freedom; false-alarm rate 1e-6
    law = stats.chi2(2 * len(sent))
    assert law.ppf(5e-7) < np.sum(2 * np.abs(added) ** 2) / 10**-1.7 < law.isf(5e-7)
    assert np.array_equal(heard, through(sent, noise_db=-17, seed=3))
    assert not np.array_equal(heard, through(sent, noise_db=-17, seed=4))


def test_without_a_transmitter_there_is_noise():
    graph = gr.top_block()
    heard = blocks.vector_sink_c()
    graph.connect(source(device(noise_db=0)),
                  blocks.head(gr.sizeof_gr_complex, 20_000), heard)
    graph.run()
    power = np.sum(2 * np.abs(np.array(heard.data())) ** 2)
    law = stats.chi2(2 * 20_000)  # false-alarm rate 1e-6
    assert law.ppf(5e-7) < power < law.isf(5e-7)


def test_the_carrier_is_off_by_as_much_as_is_said():
    heard = through(tone(0.1, 20_000), cfo=-0.0123)
    assert np.allclose(heard, tone(0.1 - 0.0123, 20_000), atol=1e-5)


def test_a_receiver_tuned_elsewhere_hears_the_difference():
    def detune(transmitter: object, receiver: object) -> None:
        transmitter.set_frequency(0, 433e6 + 0.05 * RATE)
        receiver.set_frequency(0, 433e6)

    # A tone that stays within the receiver's band, and one that leaves it.
    sent = tone(0.1, 20_000) + tone(0.48, 20_000)
    heard = through(sent, detune)
    assert np.allclose(heard[200:-200], tone(0.15, 20_000)[200:-200], atol=1e-3)


def test_a_receiver_tuned_far_away_hears_noise_alone():
    def detune(transmitter: object, receiver: object) -> None:
        transmitter.set_frequency(0, 433e6)
        receiver.set_frequency(0, 434e6)

    assert not through(tone(0.1, 1000), detune).any()


def test_the_delay_is_as_much_as_is_said():
    heard = through(tone(0.07, 5000) + tone(-0.3, 5000), delay=100.4)
    at = np.arange(5000) - 100.4
    expected = np.exp(2j * np.pi * 0.07 * at) + np.exp(-2j * np.pi * 0.3 * at)
    assert not heard[:80].any()
    assert np.allclose(heard[150:], expected[150:], atol=1e-3)  # -60 dB


@pytest.mark.parametrize("ppm", [50.0, -20.0])
def test_the_clock_is_off_by_as_much_as_is_said(ppm: float):
    count = 100_000
    heard = through(tone(0.2, count + 100), clock_ppm=ppm)[100:count]
    expected = tone(0.2 * (1 + ppm * 1e-6), count)[100:]
    assert np.max(np.abs(heard - expected)) < 1e-3


def test_paths_add_up():
    sent = noise(20_000)
    heard = through(sent, multipath="0:0:0/3:-6:90/10:-10:-45")
    gains = [1, 10 ** (-6 / 20) * 1j, 10 ** (-10 / 20) * np.exp(-0.25j * np.pi)]
    taps = np.zeros(11, complex)
    taps[[0, 3, 10]] = gains
    assert np.allclose(heard, signal.lfilter(taps, 1, sent), atol=1e-4)


def test_the_amplifier_saturates():
    sent = np.linspace(0, 4, 1000).astype(np.complex64)
    heard = through(sent, saturation=0.5)
    expected = sent / (1 + (np.abs(sent) / 0.5) ** 4) ** 0.25
    assert np.allclose(heard, expected, atol=1e-5)


def test_the_phase_wanders():
    heard = through(np.ones(50_000), phase_noise=1e-3, seed=2)
    steps = np.angle(heard[1:] * np.conj(heard[:-1]))
    law = stats.chi2(len(steps))  # false-alarm rate 1e-6
    assert law.ppf(5e-7) < np.sum(steps**2) / 1e-3 < law.isf(5e-7)


def test_gains_act_on_either_side():
    def set_gains(transmitter: object, receiver: object) -> None:
        transmitter.set_gain(0, -20)
        receiver.set_gain(0, "LNA", 26)

    heard = through(np.ones(1000), set_gains, gain_db=-12)
    assert np.allclose(heard, 10 ** (-6 / 20), rtol=1e-5)


def test_integers_have_their_scale():
    """CS16 to CS16 is exact, and CF32 to CS16 has 32768 for 1."""
    numbers = np.random.default_rng(1).integers(-32768, 32768, 20_000).tolist()
    string = device(pace=0)
    graph = gr.top_block()
    heard = blocks.vector_sink_s(2)
    graph.connect(blocks.vector_source_s(numbers, False, 2), sink(string, "sc16"))
    graph.connect(source(string, "sc16"), blocks.head(4, 10_000), heard)
    graph.run()
    assert list(heard.data()) == numbers

    string = device(pace=0)
    graph = gr.top_block()
    heard = blocks.vector_sink_s(2)
    graph.connect(blocks.vector_source_c([0.25 - 0.5j, 2 - 2j]), sink(string))
    graph.connect(source(string, "sc16"), blocks.head(4, 2), heard)
    graph.run()
    assert list(heard.data()) == [8192, -16384, 32767, -32768]


def test_settings_change_while_it_runs():
    string = device(pace=0)
    transmitter, receiver = sink(string), source(string)
    graph = gr.top_block()
    early = 1000

    class Listener(gr.sync_block):
        """Turns the gain up when it has heard something."""

        def __init__(self) -> None:
            super().__init__("listener", [np.complex64], None)
            self.levels: list[float] = []

        def work(self, input_items: list, output_items: list) -> int:
            self.levels.extend(np.abs(input_items[0]).tolist())
            if len(self.levels) >= early and receiver.read_setting("gain_db") == 0:
                transmitter.write_setting("gain_db", 20)
            return len(input_items[0])

    count = 300_000
    listener = Listener()
    graph.connect(blocks.vector_source_c([1.0] * (count + TAIL)), transmitter)
    graph.connect(receiver, blocks.head(gr.sizeof_gr_complex, count), listener)
    graph.run()
    levels = np.array(listener.levels)
    change = int(np.argmax(levels > 5))
    assert early <= change < count
    assert np.allclose(levels[:change], 1) and np.allclose(levels[change:], 10)


def test_a_late_reader_loses_samples_and_is_told():
    def overflows(buffer: int) -> int:
        receiver = source(device(buffer=buffer, noise_db=-20))
        graph = gr.top_block()
        head = blocks.head(gr.sizeof_gr_complex, 60_000)
        # Half of the rate is not enough.
        slow = blocks.throttle(gr.sizeof_gr_complex, RATE / 2)
        graph.connect(receiver, slow, head, blocks.null_sink(gr.sizeof_gr_complex))
        graph.run()
        return int(receiver.read_sensor("overflows"))

    assert overflows(16_384) > 0
    assert overflows(16_777_216) == 0


@pytest.mark.parametrize(("arguments", "message"), [
    ({"cfo": 0.7}, "dlcomm_loopback: cfo: found '0.7', expected a number from -0.5 to 0.5"),
    ({"delay": -1}, "dlcomm_loopback: delay: found '-1', expected a number from 0 to 4096"),
    ({"pace": "maybe"}, "dlcomm_loopback: pace: found 'maybe', expected true, false, 1 or 0"),
    ({"medium": "a b"}, "dlcomm_loopback: medium: found 'a b', expected 1 to 64 letters"),
    ({"noise": 1}, "dlcomm_loopback: no setting 'noise', expected one of medium, gain_db"),
    ({"multipath": "1:2"}, "dlcomm_loopback: multipath: found '1:2', expected none or 1 to 16"),
])
def test_wrong_arguments_are_refused_in_one_line(arguments: dict, message: str):
    with pytest.raises((ValueError, RuntimeError)) as refused:
        source(device(**arguments))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value).strip()


def test_a_rate_out_of_range_is_refused():
    with pytest.raises((ValueError, RuntimeError), match="sample rate"):
        source(device(), rate=100)


def test_a_second_transmitter_and_another_rate_are_told(capfd: pytest.CaptureFixture[str]):
    """They are refused when they start, which must not keep a flowgraph from starting."""
    # Whoever has used a radio of this module in this process has made SoapySDR quiet.
    open_library().SoapySDR_setLogLevel(SOAPY_SDR_ERROR)
    string = device()
    receiver, first, second = source(string), sink(string), sink(string + ",seed=0")
    graph = gr.top_block()
    zeros = blocks.null_source(gr.sizeof_gr_complex)
    graph.connect(zeros, first)
    graph.connect(zeros, second)
    graph.start()
    graph.stop()
    graph.wait()
    assert "is busy: it has a transmitter, expected none" in capfd.readouterr().err
    receiver.set_sample_rate(0, 2 * RATE)
    graph = gr.top_block()
    graph.connect(zeros, first)
    graph.connect(receiver, blocks.null_sink(gr.sizeof_gr_complex))
    graph.start()
    graph.stop()
    graph.wait()
    assert "as the other active streams of medium" in capfd.readouterr().err
    quiet_library()


def test_samples_are_counted():
    receiver = source(device(noise_db=-20))
    graph = gr.top_block()
    graph.connect(receiver, blocks.head(gr.sizeof_gr_complex, 5000),
                  blocks.null_sink(gr.sizeof_gr_complex))
    graph.run()
    assert receiver.read_sensor("received") >= 5000
    assert receiver.read_sensor("transmitted") == 0
