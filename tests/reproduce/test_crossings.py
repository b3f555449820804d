# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Eb/N0 at which a curve reaches an error rate."""

from collections.abc import Callable

import pytest

from gnuradio.dlcomm.reproduce.crossings import beside, crossing, gap, told


def test_straight_line_on_the_logarithmic_scale(curve: Callable) -> None:
    found = crossing(curve({6.0: 1e-3, 2.0: 1e-1, 4.0: 1e-2, 8.0: 1e-4}), 10**-2.5)
    assert found is not None
    assert found.ebn0_db == pytest.approx(5.0)
    # 1e4 and 1e3 errors: half-widths of about 2 % and 6.2 %; one decade in 2 dB.
    assert found.margin_db == pytest.approx(0.5 * (0.0196 + 0.062) / 1.151, rel=0.02)
    exact = crossing(curve({2.0: 1e-1, 4.0: 1e-2, 6.0: 1e-3}), 1e-2)
    assert exact is not None and exact.ebn0_db == pytest.approx(4.0)


def test_levels_that_are_not_reached(curve: Callable) -> None:
    rows = curve({2.0: 1e-1, 4.0: 1e-2, 6.0: 0.0})
    assert crossing(rows, 1e-3) is None
    assert crossing(rows, 0.5) is None
    assert crossing([], 1e-3) is None


def test_texts(curve: Callable) -> None:
    first = crossing(curve({2.0: 1e-1, 4.0: 1e-2}), 2e-2)
    second = crossing(curve({3.0: 1e-1, 5.0: 1e-2}), 2e-2)
    difference = gap(second, first)
    assert difference is not None and difference.ebn0_db == pytest.approx(1.0)
    assert beside(second, first).endswith("; 1.00 ± 0.02 dB")
    assert gap(None, first) is None
    assert beside(None, first) == f"not among the measured points; {told(first)}"
