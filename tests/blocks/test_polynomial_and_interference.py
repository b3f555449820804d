# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""polynomial_channel_cc and interference_channel_cc against NumPy."""

import math

import numpy as np
import pytest
from harness import collected, finish, random_samples, sink, source, through
from hypothesis import given, settings
from hypothesis import strategies as st

from gnuradio import blocks, dlcomm, gr

BOTH = [np.complex64, np.complex64]
NUMBERS = st.floats(-4, 4, width=32)


@settings(max_examples=40)
@given(
    coefficients=st.lists(NUMBERS, min_size=1, max_size=32),
    count=st.integers(1, 2000),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_polynomial_on_each_rail(coefficients, count, seed):
    signal = random_samples(np.random.default_rng(seed), count)
    channel = dlcomm.polynomial_channel_cc(coefficients, math.inf, 1.0)
    np.testing.assert_array_equal(channel.coefficients(), np.float32(coefficients))
    got = through(channel, signal, out=np.complex64)[0].items.view(np.float32)
    rails = signal.view(np.float32).astype(np.float64)
    expected = np.polynomial.polynomial.polyval(rails, coefficients)
    # Rounding grows with the sizes of the terms, not with that of their sum.
    terms = np.polynomial.polynomial.polyval(np.abs(rails), np.abs(coefficients))
    assert np.all(np.abs(got - expected) <= 2e-7 * len(coefficients) * terms + 1e-30)


def test_the_square_law_channel(rng):
    """Coefficients (0, 0, 1) give Y = X^2 + N; the noise is that of awgn_channel_cc."""
    signal = random_samples(rng, 5000)
    noise = through(dlcomm.awgn_channel_cc(4.0, 2.0, seed=3), np.zeros_like(signal),
                    out=np.complex64)[0].items
    channel = dlcomm.polynomial_channel_cc([0, 0, 1], 4.0, 2.0, seed=3)
    got = through(channel, signal, out=np.complex64)[0].items
    squares = np.square(signal.view(np.float32)).view(np.complex64)
    np.testing.assert_allclose(got, squares + noise, rtol=1e-6, atol=1e-6)


def test_coefficients_can_be_replaced(rng):
    channel = dlcomm.polynomial_channel_cc([0, 1], math.inf, 1.0)
    signal = random_samples(rng, 100)
    channel.set_coefficients([0.5, 0.0, 0.0, 2.0])
    assert channel.coefficients() == [0.5, 0.0, 0.0, 2.0]
    got = through(channel, signal, out=np.complex64)[0].items.view(np.float32)
    np.testing.assert_allclose(got, 0.5 + 2.0 * signal.view(np.float32) ** 3, rtol=1e-5,
                               atol=1e-6)


@pytest.mark.parametrize(
    ("coefficients", "text"),
    [
        ([], "coefficients has 0 entries, expected 1 to 32"),
        ([1.0] * 33, "coefficients has 33 entries, expected 1 to 32"),
        ([0.0, math.nan], r"coefficients\[1\] is not a finite number"),
        ([math.inf], r"coefficients\[0\] is not a finite number"),
    ],
)
def test_bad_coefficients_are_refused(coefficients, text):
    with pytest.raises(ValueError, match=text):
        dlcomm.polynomial_channel_cc(coefficients, 3.0, 1.0)
    channel = dlcomm.polynomial_channel_cc([0, 1], 3.0, 1.0)
    with pytest.raises(ValueError, match=f"polynomial_channel_cc: {text}"):
        channel.set_coefficients(coefficients)
    assert channel.coefficients() == [0.0, 1.0]


@settings(max_examples=40)
@given(
    matrix=st.lists(st.builds(complex, NUMBERS, NUMBERS), min_size=4, max_size=4),
    seed=st.integers(0, 2**32 - 1),
)
def test_a_matrix_on_two_users(matrix, seed):
    rng = np.random.default_rng(seed)
    users = random_samples(rng, 1000), random_samples(rng, 1000)
    channel = dlcomm.interference_channel_cc(matrix, math.inf, 1.0)
    np.testing.assert_array_equal(channel.matrix(), np.complex64(matrix))
    outputs = through(channel, *users, out=BOTH)
    expected = np.array(matrix).reshape(2, 2) @ np.array(users)
    for output, wanted in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(output.items, wanted, rtol=1e-5, atol=1e-5)


def test_the_two_noises_are_independent_and_of_one_level():
    """Normalised correlation below its bound, false-alarm rate 1e-6."""
    channel = dlcomm.interference_channel_cc([1, 1, 1, 1], 0.0, 1.0, seed=2)
    channel.set_n0(0.5)
    zeros = np.zeros(200_000, np.complex64)
    first, second = (output.items for output in through(channel, zeros, zeros, out=BOTH))
    powers = np.vdot(first, first).real, np.vdot(second, second).real
    correlation = np.vdot(first, second) / math.sqrt(powers[0] * powers[1])
    assert abs(correlation) ** 2 * len(first) < -math.log(1e-6)
    # The relative deviation of a power is 1/sqrt(N); 5 of them: false-alarm rate 1.2e-6.
    for power in powers:
        assert power / len(first) == pytest.approx(0.5, rel=5 / math.sqrt(len(first)))


def test_setting_the_seed_restarts_both_noises():
    channel = dlcomm.interference_channel_cc([1, 0, 0, 1], 0.0, 1.0, seed=2)
    zeros = np.zeros(500, np.complex64)
    first = through(channel, zeros, zeros, out=BOTH)
    channel.set_seed(2)
    second = through(channel, zeros, zeros, out=BOTH)
    for before, after in zip(first, second, strict=True):
        np.testing.assert_array_equal(before.items, after.items)


def test_the_matrix_can_be_replaced_while_the_graph_runs():
    """The two outputs always belong to the same matrix, and no sample is lost."""
    count = 400_000
    channel = dlcomm.interference_channel_cc([1, 0, 0, 1], math.inf, 1.0)
    graph = gr.top_block()
    ends = sink(np.complex64), sink(np.complex64)
    graph.connect(source(np.ones(count, np.complex64)), (channel, 0))
    graph.connect(blocks.null_source(gr.sizeof_gr_complex), (channel, 1))
    for port, end in enumerate(ends):
        graph.connect((channel, port), end)

    def turn() -> None:
        for value in range(1, 1001):
            channel.set_matrix([value, 0, -value, 0])

    finish(graph, 64, meanwhile=turn)
    first, second = (collected(end, np.complex64).items for end in ends)
    assert len(first) == len(second) == count
    changed = first != 1
    np.testing.assert_array_equal(second[changed], -first[changed])
    # Output 1 begins with h21 = 0 and follows every change of output 0.
    assert np.all(np.diff(first.real) >= 0)
    assert channel.matrix() == [1000, 0, -1000, 0]


@pytest.mark.parametrize(
    ("matrix", "text"),
    [
        ([1, 2, 3], "matrix has 3 entries, expected 4: h11, h12, h21, h22"),
        ([1, 2, 3, 4, 5], "matrix has 5 entries, expected 4"),
        ([1, 2, math.nan, 4], r"matrix\[2\] is not a finite number"),
        ([1, 2, 3, complex(0, math.inf)], r"matrix\[3\] is not a finite number"),
    ],
)
def test_bad_matrices_are_refused(matrix, text):
    with pytest.raises(ValueError, match=f"interference_channel_cc: {text}"):
        dlcomm.interference_channel_cc(matrix, 3.0, 1.0)
    channel = dlcomm.interference_channel_cc([1, 0, 0, 1], 3.0, 1.0)
    with pytest.raises(ValueError, match=f"interference_channel_cc: {text}"):
        channel.set_matrix(matrix)
    assert channel.matrix() == [1, 0, 0, 1]


def test_each_users_tags_stay_with_their_stream(rng):
    users = random_samples(rng, 100), random_samples(rng, 100)
    channel = dlcomm.interference_channel_cc([1, 1, 1, 1], 3.0, 1.0)
    first, second = through(channel, *users, out=BOTH, tags=[(42, "mine", 1)])
    assert first.tags == [(42, "mine", 1)] and second.tags == []
