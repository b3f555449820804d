# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Squares and nearest codewords."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnuradio.dlcomm.reproduce.geometry import fit_square, nearest_codeword


@given(st.floats(0.5, 89.5), st.floats(0.1, 10), st.permutations(range(4)))
def test_square_at_any_angle_and_order(angle: float, radius: float, order: list[int]) -> None:
    points = radius * np.exp(1j * np.radians(angle + 90 * np.arange(4)))[order]
    fit = fit_square(points)
    assert fit.angle == pytest.approx(angle, abs=1e-6)
    assert fit.radius == pytest.approx(radius)
    assert fit.deviation < 1e-9
    assert np.allclose(fit.corners, points)


def test_deviation_of_a_rectangle() -> None:
    points = np.array([1 + 2j, -1 + 2j, -1 - 2j, 1 - 2j])
    fit = fit_square(points)
    # Corners of the best square: 1.5 (1 + j); each point is sqrt(1/2) away.
    assert fit.radius == pytest.approx(1.5 * np.sqrt(2))
    assert fit.deviation == pytest.approx(np.sqrt(0.5) / (1.5 * np.sqrt(2)))


def test_nearest_codeword_by_definition() -> None:
    generator = np.random.default_rng(1)
    book, symbols = generator.normal(size=(16, 7)), generator.normal(size=(500, 7))
    distance = np.linalg.norm(symbols[:, None] - book[None], axis=2)
    assert np.array_equal(nearest_codeword(symbols, book), distance.argmin(axis=1))
