# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The search over compositions, on made-up error rates."""

from collections.abc import Callable

import numpy as np
import pytest

from gnuradio.dlcomm.pareto.candidate import Candidate
from gnuradio.dlcomm.pareto.front import non_dominated
from gnuradio.dlcomm.pareto.grid import Space
from gnuradio.dlcomm.pareto.search import (
    Evolution,
    promising,
    run_search,
    screening_seed,
)

SPACE = Space(tuple(tuple(({"v": v},) for v in range(8)) for _ in range(3)))


def hill(choice: tuple[int, ...]) -> tuple[float, float]:
    """Size and error: what an axis saves costs errors, some axes more than others."""
    size = float(sum(7 - value for value in choice))
    error = choice[0] ** 2 + 3.0 * choice[1] + 0.1 * choice[2] ** 3
    return size, error


def searched(budget: int, seed: int, score: Callable = hill) -> dict:
    evolution, scores = Evolution(SPACE, budget, seed), {}
    while generation := evolution.ask():
        found = {choice: score(choice) for choice in generation}
        scores |= found
        evolution.tell(found)
    return scores


def test_every_choice_is_tried_once_and_no_more_than_asked_for():
    assert len(searched(50, 1)) == 50
    everything = searched(10_000, 1)
    assert len(everything) == SPACE.size == 512


def test_the_seed_gives_the_search_again():
    assert list(searched(60, 3)) == list(searched(60, 3))
    assert list(searched(60, 3)) != list(searched(60, 4))


def test_it_finds_more_of_the_front_than_chance():
    """Over ten fixed seeds; a random search is the measure."""
    everything = [np.unravel_index(number, (8, 8, 8)) for number in range(512)]
    everything = [tuple(map(int, choice)) for choice in everything]
    on = non_dominated([hill(choice) for choice in everything])
    front = {choice for choice, first in zip(everything, on, strict=True) if first}
    ours = theirs = 0
    for seed in range(10):
        ours += len(front & set(searched(100, seed)))
        drawn = np.random.default_rng(seed).choice(512, 100, replace=False)
        theirs += len(front & {everything[number] for number in drawn})
    assert ours > 1.5 * theirs


def test_a_search_where_nothing_can_be_made_ends():
    evolution = Evolution(SPACE, 30, 1)
    tried = 0
    while generation := evolution.ask():
        tried += len(generation)
        evolution.tell({})
    assert tried == 30


def test_noise_of_the_search_is_not_that_of_the_counts():
    seeds = [screening_seed(seed) for seed in range(100)]
    assert len(set(seeds)) == 100
    assert not set(seeds) & set(range(100))
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_only_what_is_beaten_for_certain_is_dropped(outcome: Callable):
    best = outcome("a", 100, 1000, 50, 50, 800)
    near = outcome("b", 110, 1000, 50, 50, 800)  # intervals meet
    worse = outcome("c", 200, 1000, 50, 50, 800)
    small = outcome("d", 200, 900, 50, 50, 800)
    assert promising([best, near, worse, small]) == [best, near, small]


def test_choices_that_come_to_the_same_are_run_once(outcome: Callable):
    """Here all axes but the first are without effect."""
    run: list[str] = []

    def screen(candidates: list) -> list:
        run.extend(one.label for one in candidates)
        return [outcome(one.label, 100, 1000, 50, 50, 800) for one in candidates]

    def propose(choice: tuple[int, ...]) -> Candidate:
        return outcome(f"v{choice[0]}", 1, 1, 1, 1, 1).candidate

    found = run_search(Evolution(SPACE, 64, 1), propose, screen)
    assert len(run) == len(set(run)) == len(found) <= 8


@pytest.mark.parametrize("budget", [1, 7, 9])
def test_small_budgets(budget: int):
    assert len(searched(budget, 1)) == budget
