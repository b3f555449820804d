# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Levels: their number, their ends, and zero among them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dlcomm_train.compress.layers.grid import fitted_grid, level_count, range_grid

_WEIGHTS = arrays(
    np.float32, (5, 3), elements=st.floats(-1e3, 1e3, width=32, allow_subnormal=False)
)


@pytest.mark.parametrize(("bits", "uniform", "thesis"), [(1, 2, 2), (4, 16, 9), (8, 256, 129)])
def test_level_rules(bits, uniform, thesis):
    assert level_count(bits, "uniform") == uniform
    assert level_count(bits, "thesis") == thesis


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_WEIGHTS, st.integers(1, 8), st.booleans())
def test_rounding_goes_to_the_nearest_level(weight, bits, per_channel):
    grid = range_grid(weight, 1 << bits, per_channel)
    values = grid.values(grid.codes(weight))
    largest = np.abs(weight).max(initial=1e-30)
    assert np.all(np.abs(values - weight) <= grid.scale * 0.5 + 1e-5 * largest)
    for value in (weight.min(), weight.max()):
        assert np.abs(values - value).min() <= 1e-5 * largest


@settings(max_examples=100, deadline=None, derandomize=True)
@given(_WEIGHTS, st.integers(2, 8), st.booleans())
def test_zero_is_a_level_where_it_has_to_be(weight, bits, per_channel):
    grid = range_grid(weight, 1 << bits, per_channel, with_zero=True)
    assert grid.whole
    zeros = np.zeros_like(weight)
    assert np.array_equal(grid.values(grid.codes(zeros)), zeros)


def test_fitted_levels_have_no_larger_error():
    weight = np.random.default_rng(3).normal(size=(64, 32)).astype(np.float32)
    for per_channel in (False, True):
        errors = [
            np.square(grid.values(grid.codes(weight)) - weight).mean()
            for grid in (make(weight, 4, per_channel) for make in (range_grid, fitted_grid))
        ]
        assert errors[1] < errors[0]
