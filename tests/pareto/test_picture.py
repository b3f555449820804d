# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The key of the picture."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gnuradio.dlcomm.pareto.picture import _key_columns


def design(name: str, label: str) -> Any:
    """What the key needs of a design."""
    candidate = SimpleNamespace(id=name, label=label)
    return SimpleNamespace(outcome=SimpleNamespace(candidate=candidate))


@pytest.mark.parametrize(
    ("longest", "expected"),
    [
        ("prune", [["1  prune", "2  b"], ["3  c"]]),
        ("p" * 76, [["1  " + "p" * 76, "2  b", "3  c"]]),
    ],
)
def test_long_words_have_the_whole_width(longest: str, expected: list[list[str]]) -> None:
    found = [design("x", longest), design("y", "b"), design("z", "c")]
    assert _key_columns(found, {"x": 1, "y": 2, "z": 3}) == expected


def test_nothing_on_a_front_has_no_key() -> None:
    assert _key_columns([design("x", "a")], {}) == [[], []]
