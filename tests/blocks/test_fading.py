# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""rayleigh_block_fading_channel_cc: gains, their stream and their tags.

Statistical tests use fixed seeds and state their false-alarm rate over the seed.
"""

import math

import numpy as np
import pytest
from channel_kinds import make as make_any
from harness import collected, finish, random_samples, sink, source, through
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gnuradio import blocks, dlcomm, gr

BOTH = [np.complex64, np.complex64]


def quiet(block_length: int, **options):
    """A fading channel without noise."""
    return dlcomm.rayleigh_block_fading_channel_cc(block_length, math.inf, 1.0, **options)


def gains_of(channel, blocks_wanted: int) -> np.ndarray:
    """One gain per fading block."""
    ones = np.ones(blocks_wanted * channel.block_length(), np.complex64)
    faded, gain = through(channel, ones, out=BOTH)
    np.testing.assert_array_equal(faded.items, gain.items)
    return gain.items[:: channel.block_length()]


@settings(max_examples=30)
@given(
    length=st.integers(1, 5000),
    count=st.integers(1, 8000),
    chunk=st.one_of(st.none(), st.integers(1, 500)),
    real_positive=st.booleans(),
    seed=st.integers(0, 2**64 - 1),
)
def test_gain_stream_and_tags_describe_the_signal(length, count, chunk, real_positive, seed):
    signal = random_samples(np.random.default_rng(seed), count)
    faded, gain = through(
        quiet(length, seed=seed, real_positive=real_positive),
        signal,
        out=BOTH,
        max_noutput_items=chunk,
    )
    np.testing.assert_allclose(faded.items, gain.items * signal, rtol=1e-5, atol=1e-6)
    # One gain per block, and another one in each block.
    starts = np.arange(0, count, length)
    gains = gain.items[starts]
    np.testing.assert_array_equal(gain.items, np.repeat(gains, length)[:count])
    assert np.all(gains[1:] != gains[:-1])
    if real_positive:
        assert np.all(gains.imag == 0) and np.all(gains.real > 0)
    # The tags say the same, at the block starts, on the signal alone.
    assert [tag[:2] for tag in faded.tags] == [(start, "fading_gain") for start in starts]
    np.testing.assert_array_equal(np.array([tag[2] for tag in faded.tags], np.complex64), gains)
    assert gain.tags == []


def test_the_gain_stream_may_be_left_open(rng):
    signal = random_samples(rng, 1000)
    (alone,) = through(quiet(10, seed=3), signal, out=np.complex64)
    with_gain, _ = through(quiet(10, seed=3), signal, out=BOTH)
    np.testing.assert_array_equal(alone.items, with_gain.items)
    assert alone.tags == with_gain.tags and len(alone.tags) == 100


def test_gains_do_not_depend_on_the_block_length():
    np.testing.assert_array_equal(
        gains_of(quiet(1, seed=4), 500), gains_of(quiet(7, seed=4), 500)
    )


def test_real_positive_is_the_magnitude_of_the_complex_gain():
    np.testing.assert_allclose(
        gains_of(quiet(3, seed=4, real_positive=True), 1000),
        np.abs(gains_of(quiet(3, seed=4), 1000)),
        rtol=1e-6,
    )


def test_gains_are_circular_gaussian_of_unit_power():
    """Four tests at 1e-6 each: false-alarm rate 4e-6."""
    gains = gains_of(quiet(1, seed=77), 200_000)
    power = np.square(np.abs(gains, dtype=np.float64))
    # The power is exponential with mean 1; its sum is half a chi-square.
    low, high = stats.chi2.ppf([5e-7, 1 - 5e-7], 2 * len(gains)) / 2
    assert low < power.sum() < high
    assert stats.kstest(power, "expon").pvalue > 1e-6
    assert stats.kstest(np.angle(gains) / (2 * math.pi) + 0.5, "uniform").pvalue > 1e-6
    lag_one = np.vdot(gains[1:], gains[:-1]) / power.sum()
    assert abs(lag_one) ** 2 * len(gains) < -math.log(1e-6)


def test_noise_does_not_fade_and_is_independent_of_the_gains():
    """False-alarm rate 1e-6: normalised correlation of noise and gain."""
    channel = dlcomm.rayleigh_block_fading_channel_cc(1, 0.0, 1.0, seed=5)
    noise, gain = through(channel, np.zeros(200_000, np.complex64), out=BOTH)
    same = through(dlcomm.awgn_channel_cc(0.0, 1.0, seed=5), np.zeros(200_000, np.complex64),
                   out=np.complex64)[0]
    np.testing.assert_array_equal(noise.items, same.items)
    for sequence in (gain.items, gain.items.conj()):
        correlation = np.vdot(sequence, noise.items) / len(noise.items)
        assert abs(correlation) ** 2 * len(noise.items) < -math.log(1e-6)


def test_fading_off_is_a_gain_of_one(rng):
    channel = quiet(50, seed=1)
    assert channel.fading() and channel.block_length() == 50
    channel.set_fading(False)
    assert not channel.fading()
    signal = random_samples(rng, 1000)
    faded, gain = through(channel, signal, out=BOTH)
    np.testing.assert_array_equal(faded.items, signal)
    assert np.all(gain.items == 1)
    assert [tag[2] for tag in faded.tags] == [1] * 20


def test_fading_turned_off_and_on_again_goes_on_in_the_sequence():
    plain = gains_of(quiet(5, seed=8), 30)
    channel = quiet(5, seed=8)
    first = gains_of(channel, 10)
    channel.set_fading(False)
    second = gains_of(channel, 10)
    channel.set_fading(True)
    third = gains_of(channel, 10)
    assert np.all(second == 1)
    np.testing.assert_array_equal(np.concatenate([first, third]), plain[[*range(10),
                                                                         *range(20, 30)]])


def test_fading_is_switched_at_block_starts_while_the_graph_runs():
    length, count = 11, 400_000
    channel = quiet(length, seed=2)
    graph = gr.top_block()
    end = sink(np.complex64)
    graph.connect(source(np.ones(count, np.complex64)), channel, end)

    def switch() -> None:
        for turn in range(1000):
            channel.set_fading(bool(turn % 2))

    finish(graph, 64, meanwhile=switch)
    gains = collected(end, np.complex64).items
    assert len(gains) == count
    whole = gains[: count // length * length].reshape(-1, length)
    assert np.all(whole == whole[:, :1])
    # Where fading was on, the gain is the one that the block's number has.
    plain = gains_of(quiet(length, seed=2), len(whole))
    assert np.all((whole[:, 0] == plain) | (whole[:, 0] == 1))


def test_tags_can_be_left_out(rng):
    signal = random_samples(rng, 500)
    (output,) = through(quiet(10, seed=3, tag_blocks=False), signal, out=np.complex64)
    assert output.tags == []


@pytest.mark.parametrize("kind", ["awgn", "rayleigh", "polynomial"])
def test_tags_of_the_signal_pass(kind, rng):
    tags = [(0, "begin", 1), (17, "middle", 2.5), (999, "end", "x")]
    signal = random_samples(rng, 1000)
    (output,) = through(make_any(kind), signal, out=np.complex64, tags=tags,
                        max_noutput_items=100)
    assert [tag for tag in output.tags if tag[1] != "fading_gain"] == tags


def test_tags_of_the_signal_stay_off_the_gain(rng):
    signal = random_samples(rng, 100)
    faded, gain = through(quiet(50), signal, out=BOTH, tags=[(5, "mark", 1)])
    assert (5, "mark", 1) in faded.tags and gain.tags == []


def test_a_restart_begins_a_whole_block():
    channel = quiet(10, seed=6)
    first, _ = through(channel, np.ones(25, np.complex64), out=BOTH)
    second, _ = through(channel, np.ones(25, np.complex64), out=BOTH)
    plain = gains_of(quiet(10, seed=6), 6)
    expected = np.repeat(plain, 10)
    np.testing.assert_array_equal(first.items, expected[:25])
    np.testing.assert_array_equal(second.items, expected[30:55])
    assert [tag[0] for tag in second.tags] == [0, 10, 20]


def test_two_channels_in_a_row_fade_apart():
    graph = gr.top_block()
    one, two = quiet(4, seed=1), quiet(4, seed=1, stream=1)
    end = sink(np.complex64)
    graph.connect(source(np.ones(4000, np.complex64)), one, two, end)
    graph.connect((two, 1), blocks.null_sink(gr.sizeof_gr_complex))
    finish(graph)
    product = gains_of(quiet(4, seed=1), 1000) * gains_of(quiet(4, seed=1, stream=1), 1000)
    np.testing.assert_allclose(
        collected(end, np.complex64).items[::4], product, rtol=1e-5, atol=1e-6
    )
