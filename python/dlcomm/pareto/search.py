# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A search over compositions: an evolution that keeps what is not dominated.

K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002, in its
plainest form: a generation comes from parents chosen by tournament among the best so far
(front first, then distance to neighbours), each axis from one of two parents, now and then
another alternative. A choice is tried once. The search judges by a quick count: of few errors
of a link, on the validation part of a classifier. What is promising is counted in full
afterwards, with other noise or on the test part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np

from .candidate import Candidate
from .front import crowding, ranks
from .grid import Space
from .run import Outcome

Choice = tuple[int, ...]

GENERATION = 8
_PARENTS = 16
_CHANGE = 0.3
"""Probability that an axis takes a random alternative."""
_TRIES = 200
"""Children that may be known already before random choices are drawn."""


class Evolution:
    """Proposes choices of a space and learns how they did.

    Equal seeds and equal answers give equal proposals, on any number of workers.
    """

    def __init__(self, space: Space, budget: int, seed: int) -> None:
        """Begin with nothing known.

        Args:
            space: what to search.
            budget: choices to propose in all, at most.
            seed: of every random choice.
        """
        self._space = space
        self._left = min(budget, space.size)
        self._generator = np.random.default_rng(seed)
        self._tried: set[Choice] = set()
        self._scores: dict[Choice, tuple[float, ...]] = {}

    def ask(self) -> list[Choice]:
        """The next generation; empty when the budget is spent."""
        found: list[Choice] = []
        while len(found) < min(GENERATION, self._left):
            choice = self._child() if self._scores else self._random()
            self._tried.add(choice)
            found.append(choice)
        self._left -= len(found)
        return found

    def tell(self, scores: dict[Choice, tuple[float, ...]]) -> None:
        """Learn how choices did: several numbers each, all the smaller the better.

        Those that could not be made have none.
        """
        self._scores |= scores

    def _child(self) -> Choice:
        """A new choice from two good ones."""
        known = list(self._scores)
        points = [self._scores[choice] for choice in known]
        rank, room = ranks(points), crowding(points)
        order = sorted(range(len(known)), key=lambda i: (rank[i], -room[i], known[i]))
        best = [known[index] for index in order[:_PARENTS]]
        for _ in range(_TRIES):
            parents = self._parent(best), self._parent(best)
            child = tuple(
                int(self._generator.integers(len(axis)))
                if self._generator.random() < _CHANGE
                else parents[int(self._generator.integers(2))][number]
                for number, axis in enumerate(self._space.axes)
            )
            if child not in self._tried:
                return child
        return self._random()

    def _parent(self, best: Sequence[Choice]) -> Choice:
        """The better of two that are drawn."""
        return best[int(self._generator.integers(len(best), size=2).min())]

    def _random(self) -> Choice:
        """Any choice that has not been tried."""
        shape = [len(axis) for axis in self._space.axes]
        number = int(self._generator.integers(self._space.size))
        for step in range(self._space.size):
            place = (number + step) % self._space.size
            choice = tuple(int(index) for index in np.unravel_index(place, shape))
            if choice not in self._tried:
                break
        return choice


def screening_seed(seed: int) -> int:
    """Seed of the noise that a search judges by; other noise than that of `seed` itself."""
    digest = hashlib.sha256(f"gr-dlcomm pareto screening {seed}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def score(outcome: Outcome) -> tuple[float, ...]:
    """What the search makes small: share of errors, bytes, operations, bit operations.

    Ranks do not depend on their scales; distances do: hence logarithms.
    """
    costs = outcome.costs
    values = (
        outcome.counts.judged.value,
        costs.file_bytes,
        costs.nonzero_macs,
        costs.bit_operations,
    )
    return tuple(float(np.log2(1e-12 + value)) for value in values)


def promising(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those that none beats for certain.

    One beats another when it costs no more of anything and the 95 % intervals of their
    shares of errors do not meet; chance in the quick count then loses next to nothing.
    """

    def beaten(one: Outcome) -> bool:
        return any(
            _no_dearer(other, one)
            and other.counts.judged.high < one.counts.judged.low
            for other in outcomes
        )

    return [one for one in outcomes if not beaten(one)]


def _no_dearer(one: Outcome, other: Outcome) -> bool:
    mine, theirs = (found.costs for found in (one, other))
    return (
        mine.file_bytes <= theirs.file_bytes
        and mine.nonzero_macs <= theirs.nonzero_macs
        and mine.bit_operations <= theirs.bit_operations
    )


def run_search(
    evolution: Evolution,
    propose: Callable[[Choice], Candidate],
    screen: Callable[[list[Candidate]], list[Outcome]],
) -> list[Outcome]:
    """Search until the budget is spent.

    Args:
        evolution: proposes choices.
        propose: the candidate of a choice.
        screen: compresses candidates and counts a few errors; leaves out what fails.

    Returns:
        What is promising, each once, in the order in which it was found.
    """
    found: dict[str, Outcome] = {}
    while generation := evolution.ask():
        candidates = {choice: propose(choice) for choice in generation}
        # Choices may come to the same: an axis may be without effect.
        new = {one.id: one for one in candidates.values() if one.id not in found}
        found |= {outcome.candidate.id: outcome for outcome in screen(list(new.values()))}
        evolution.tell(
            {
                choice: score(found[one.id])
                for choice, one in candidates.items()
                if one.id in found
            }
        )
    return promising(list(found.values()))
