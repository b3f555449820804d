# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Fronts, ranks and distances."""

import math
from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gnuradio.dlcomm.benchmark.rows import Spread
from gnuradio.dlcomm.pareto.front import crowding, non_dominated, ranks
from gnuradio.dlcomm.pareto.links import LinkCounting
from gnuradio.dlcomm.pareto.table import designs, front_candidates

POINTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)))


@given(POINTS)
def test_the_front_is_what_its_definition_says(points):
    for point, on in zip(points, non_dominated(points), strict=True):
        beaten = any(
            all(a <= b for a, b in zip(other, point, strict=True)) and other != point
            for other in points
        )
        assert on == (not beaten)


@given(POINTS)
def test_ranks_peel_fronts_off(points):
    found = ranks(points)
    for rank in range(max(found, default=-1) + 1):
        left = [point for point, r in zip(points, found, strict=True) if r >= rank]
        here = [r == rank for r in found if r >= rank]
        assert here == non_dominated(left)


def test_ends_are_infinitely_far_and_crowds_are_near():
    found = crowding([(0, 10), (1, 5), (1.5, 4.9), (10, 0)])
    assert found[0] == found[3] == math.inf
    assert found[1] == np.float64(1.5 / 10 + (10 - 4.9) / 10)
    assert crowding([(1, 1)]) == [math.inf]


def test_designs_know_their_fronts(outcome: Callable):
    full = outcome("", 100, 1000, 50, 50, 800)
    small = outcome("small", 200, 500, 50, 40, 900)
    lean = outcome("lean", 150, 1100, 20, 20, 800)
    bad = outcome("bad", 300, 1200, 60, 60, 900)
    outcomes = [full, small, lean, bad]
    assert front_candidates(outcomes, LinkCounting.words) == [full, small, lean]
    speeds = {full.candidate.id: Spread((5.0,)), small.candidate.id: Spread((4.0, 5.0, 9.0))}
    words = LinkCounting.words
    found = {one.outcome.candidate.label: one for one in designs(outcomes, speeds, words)}
    assert list(found) == ["bad", "lean", "as it is", "small"]
    assert found["as it is"].fronts == (
        "file_bytes", "nonzero_macs", "bit_operations", "messages_per_second",
    )  # fmt: skip
    assert found["small"].fronts == ("file_bytes",)
    # As fast as the source, but with more errors; on bit operations level with the source.
    assert found["lean"].fronts == ("nonzero_macs",)
    assert [one.on_front for one in found.values()] == [False, True, True, True]
    assert found["bad"].ratio == 3.0
    assert found["small"].to_json(words)["messages_per_second"] == 5.0
    assert found["lean"].to_json(words)["messages_per_second"] is None
