# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The noise that every channel adds: its level, its seeds, its setters.

Statistical tests use fixed seeds, so they pass or fail for good; the rate said is that at
which a correct generator would fail over the choice of the seed.
"""

import math
import threading

import numpy as np
import pytest
from channel_kinds import BITS, CHANNELS, make, noise_of, noise_variance, send
from harness import collected, finish, random_samples, sink, source
from scipy import stats

from gnuradio import blocks, dlcomm, gr

KINDS = list(CHANNELS)
ALARM = 1e-6
"""False-alarm rate of one comparison."""


def assert_variance(samples: np.ndarray, n0: float) -> None:
    """Chi-square test, two-sided at `ALARM`: E|w|^2 = n0 with both rails alike.

    2/n0 times the energy has a chi-square distribution with 2 N degrees of freedom.
    """
    for rails, degrees in (
        (samples.view(np.float32), 2 * len(samples)),
        (samples.real, len(samples)),
        (samples.imag, len(samples)),
    ):
        energy = np.sum(np.square(rails, dtype=np.float64)) / (n0 / 2)
        low, high = stats.chi2.ppf([ALARM / 2, 1 - ALARM / 2], degrees)
        assert low < energy < high


def assert_uncorrelated(a: np.ndarray, b: np.ndarray) -> None:
    """Correlation of two circular sequences, false-alarm rate `ALARM`.

    The normalised sum is CN(0, 1/N), so its squared magnitude is exponential.
    """
    correlation = np.vdot(a, b) / np.sqrt(np.vdot(a, a).real * np.vdot(b, b).real)
    assert abs(correlation) ** 2 * len(a) < -math.log(ALARM)


@pytest.mark.parametrize("ebn0_db", [-10.0, 0.0, 4.0, 8.0, 30.0])
@pytest.mark.parametrize("bits", [2 / 7, 1.0, 8 / 7, 2.0])
def test_awgn_variance_follows_the_definition(ebn0_db, bits):
    """20 settings, three chi-square tests each: false-alarm rate 6e-5 in all."""
    channel = dlcomm.awgn_channel_cc(ebn0_db, bits, seed=17)
    n0 = noise_variance(ebn0_db, bits)
    assert channel.n0() == pytest.approx(n0, rel=1e-12)
    assert channel.ebn0_db() == pytest.approx(ebn0_db, abs=1e-9)
    assert_variance(noise_of(channel, 200_000), n0)


@pytest.mark.parametrize("kind", ["rayleigh", "interference"])
def test_other_channels_add_the_same_level(kind):
    """False-alarm rate 3e-6 each."""
    assert_variance(noise_of(make(kind, 2.0), 200_000), noise_variance(2.0))


def test_polynomial_noise_is_added_behind_the_polynomial():
    """False-alarm rate 3e-6. The polynomial sends 0 to c0 on both rails."""
    noise = noise_of(make("polynomial", 2.0), 200_000) - np.complex64(0.1 + 0.1j)
    assert_variance(noise, noise_variance(2.0))


def test_noise_is_added_to_the_signal(rng):
    """The noise of equal seed and position is the same whatever the signal."""
    signal = random_samples(rng, 10_000)
    noise = noise_of(make("awgn"), len(signal))
    np.testing.assert_array_equal(send(make("awgn"), signal), signal + noise)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_seeds_are_equal_and_others_are_not(kind):
    first = noise_of(make(kind, seed=5, stream=2), 5000)
    np.testing.assert_array_equal(first, noise_of(make(kind, seed=5, stream=2), 5000))
    for seed, stream in [(5, 3), (6, 2), (2, 5), (2**64 - 1, 2**32 - 1)]:
        other = noise_of(make(kind, seed=seed, stream=stream), 5000)
        assert np.mean(other == first) < 0.01


def test_seeds_and_streams_are_independent():
    """55 pairs of sequences, false-alarm rate 6e-5 in all."""
    names = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2**32, 0), (2**63, 0)]
    names += [(0, 2**31), (0, 2**32 - 1), (2**64 - 1, 0)]
    sequences = [noise_of(make("awgn", seed=a, stream=b), 100_000) for a, b in names]
    for index, one in enumerate(sequences):
        for other in sequences[:index]:
            assert_uncorrelated(one, other)


def test_neighbours_are_independent():
    """Ten lags and I against Q, false-alarm rate 1.1e-5 in all."""
    noise = noise_of(make("awgn"), 200_000)
    for lag in (1, 2, 3, 15, 16, 17, 31, 32, 33, 64):
        assert_uncorrelated(noise[lag:], noise[:-lag])
    rails = stats.pearsonr(noise.real, noise.imag)
    assert rails.pvalue > ALARM


@pytest.mark.parametrize("kind", KINDS)
def test_infinite_ebn0_is_no_noise(kind, rng):
    channel = make(kind, math.inf)
    assert (channel.n0(), channel.ebn0_db()) == (0.0, math.inf)
    assert np.ptp(np.abs(noise_of(channel, 1000))) == 0
    if kind == "awgn":
        signal = random_samples(rng, 1000)
        np.testing.assert_array_equal(send(channel, signal), signal)


@pytest.mark.parametrize("kind", KINDS)
def test_setters_and_getters_agree(kind):
    channel = make(kind)
    channel.set_ebn0_db(7.0)
    assert channel.ebn0_db() == pytest.approx(7.0)
    assert channel.n0() == pytest.approx(noise_variance(7.0))
    channel.set_n0(0.25)
    assert channel.n0() == 0.25
    assert channel.ebn0_db() == pytest.approx(-10 * math.log10(0.25 * BITS))
    channel.set_n0(0.0)
    assert channel.ebn0_db() == math.inf


@pytest.mark.parametrize("kind", KINDS)
def test_set_seed_begins_the_sequence_anew(kind):
    fresh = noise_of(make(kind, seed=9), 3000)
    channel = make(kind, seed=1)
    noise_of(channel, 777)
    channel.set_seed(9)
    np.testing.assert_array_equal(noise_of(channel, 3000), fresh)


@pytest.mark.parametrize("kind", KINDS)
def test_a_restarted_channel_goes_on_in_the_sequence(kind):
    # A multiple of the fading block, which a restart would end early.
    whole = noise_of(make(kind), 13 * 200)
    channel = make(kind)
    parts = [noise_of(channel, 13 * 150), noise_of(channel, 13 * 50)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("kind", KINDS)
def test_a_setter_takes_effect_while_the_graph_runs(kind):
    """Noise off, on, off on a running graph: each level shows, in this order."""
    channel = make(kind, math.inf)
    graph = gr.top_block()
    probe = blocks.probe_signal_vc(64)
    zeros = [blocks.null_source(gr.sizeof_gr_complex) for _ in range(2)]
    graph.connect(zeros[0], channel, blocks.stream_to_vector(gr.sizeof_gr_complex, 64), probe)
    if kind == "interference":
        graph.connect(zeros[1], (channel, 1))
        graph.connect((channel, 1), blocks.null_sink(gr.sizeof_gr_complex))

    def spread() -> float:
        return float(np.std(np.array(probe.level())))

    def waits_for(condition) -> bool:
        pause = threading.Event()
        return any(condition() or pause.wait(0.01) for _ in range(500))

    graph.start()
    try:
        assert waits_for(lambda: spread() == 0)
        channel.set_ebn0_db(0.0)
        assert waits_for(lambda: spread() > 0.5 * noise_variance(0.0) ** 0.5)
        channel.set_n0(1e6)
        assert waits_for(lambda: spread() > 500)
        channel.set_n0(0.0)
        assert waits_for(lambda: spread() == 0)
    finally:
        graph.stop()
        graph.wait()


def test_a_setter_under_load_loses_no_sample(rng):
    """Every output is the signal plus the seed's noise at one of the two levels."""
    signal = random_samples(rng, 1_000_000)
    unit = noise_of(dlcomm.awgn_channel_cc(0.0, 1.0, seed=4), len(signal))
    channel = dlcomm.awgn_channel_cc(0.0, 1.0, seed=4)
    graph = gr.top_block()
    end = sink(np.complex64)
    graph.connect(source(signal), channel, end)

    def turn() -> None:
        for count in range(2000):
            channel.set_n0((0.25, 1.0)[count % 2])

    finish(graph, 128, meanwhile=turn)
    got = collected(end, np.complex64).items
    assert len(got) == len(signal)
    loud = np.abs(got - (signal + unit)) < 1e-5
    soft = np.abs(got - (signal + unit / 2)) < 1e-5
    assert np.all(loud | soft)
