# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What an item of the thesis is, and what reproducing it gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .context import Context


@dataclass(frozen=True)
class Finding:
    """One number, or one fact, beside the thesis's.

    Attributes:
        quantity: what is compared.
        thesis: the thesis's value, or what is known independently; a value read off a plot
            has a ``~`` before it.
        ours: our value; an error rate with its 95 % interval and its counts.
    """

    quantity: str
    thesis: str
    ours: str


@dataclass(frozen=True)
class Item:
    """A figure or a table of the thesis, and how to make it again.

    Attributes:
        id: what a person types, such as ``fig2.4``.
        title: one line for lists and headings.
        shows: what the thesis shows there.
        convention: the noise convention of the thesis there, and the conversion that was
            made, if any.
        models: names of the shipped models that it needs.
        run: measures, writes pictures and tables through the context, and returns the
            findings.
        classifiers: names of the shipped classifiers that it needs.
        packages: Python packages beside those of ``requirements/run.txt`` that it needs:
            the name to import, and the name that people know.
    """

    id: str
    title: str
    shows: str
    convention: str
    models: tuple[str, ...]
    run: Callable[[Context], list[Finding]]
    packages: Mapping[str, str] = field(default_factory=dict)
    classifiers: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[list[int], str]:
        """Sorts items as the thesis has them: by chapter, by number, figures first."""
        return [int(number) for number in re.findall(r"\d+", self.id)], self.id
