# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Spaces of compositions: lists of them, or axes with alternatives on each."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .candidate import Entry

Part = tuple[Entry, ...]
"""Steps that follow each other; none where an axis is left out."""

MAX_COMPOSITIONS = 10_000


@dataclass(frozen=True)
class Space:
    """All compositions that take one alternative of every axis, in the order of the axes.

    Attributes:
        axes: alternatives of each axis.
    """

    axes: tuple[tuple[Part, ...], ...]

    @property
    def size(self) -> int:
        """Number of choices."""
        result = 1
        for axis in self.axes:
            result *= len(axis)
        return result

    def composition(self, choice: Sequence[int]) -> list[Entry]:
        """The steps of a choice: the number of an alternative on each axis."""
        parts = (axis[index] for axis, index in zip(self.axes, choice, strict=True))
        return [entry for part in parts for entry in part]

    def compositions(self) -> list[list[Entry]]:
        """All of them but the empty one; the last axis changes fastest."""
        ranges = (range(len(axis)) for axis in self.axes)
        found = (self.composition(choice) for choice in itertools.product(*ranges))
        return [entries for entries in found if entries]


def read_space(path: Path) -> Space:
    """The space that a file describes.

    It holds a list of compositions, each a list of steps; or an object
    ``{"axes": [AXIS, ...]}``, where an axis is a list of alternatives, each a list of steps
    (an empty one leaves the axis out). A step is an object with its ``kind`` and settings.

    Raises:
        ValueError: one line that names the file, what was found and what was expected.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise ValueError(f"{path}: is not JSON, expected a list of compositions") from None
    axes = found.get("axes") if isinstance(found, dict) and len(found) == 1 else [found]
    if not (_is_list(axes) and axes and all(_is_axis(axis) for axis in axes)):
        raise ValueError(
            f"{path}: found {_shorten(found)}, expected a list of lists of steps, or "
            '{"axes": [...]} with such a list for every axis'
        )
    space = Space(tuple(tuple(map(tuple, axis)) for axis in axes))
    if space.size > MAX_COMPOSITIONS:
        raise ValueError(
            f"{path}: found {space.size:,} compositions, expected at most {MAX_COMPOSITIONS:,}"
        )
    if not space.compositions():
        raise ValueError(f"{path}: found no step, expected one at least")
    return space


def usual_link_grid(kinds: Collection[str], messages: int) -> Space:
    """The grid for links when none is named: structure, pruning, then bits or sharing.

    Args:
        kinds: steps that the toolchain has; alternatives with others are left out.
        messages: M of the link, for the width of students.
    """
    structures = ({}, _MATCHED, _student(messages // 2), _units(0.5))
    prunings = ({}, _pruned(0.5), _pruned(0.8))
    weights = ({}, _bits(8), _bits(4), _bits(2), _shared(8))
    return _space(kinds, structures, prunings, weights)


def usual_link_search(kinds: Collection[str], messages: int) -> Space:
    """The space that is searched for links: as the grid, in finer steps."""
    widths = sorted({max(2, messages // 4), max(2, messages // 2), messages})
    structures = (
        {},
        _MATCHED,
        _student(),
        *(_student(width) for width in widths),
        *(_units(rate) for rate in (0.25, 0.5, 0.75)),
        {"kind": "factorize", "energy": 0.9},
    )
    prunings = ({}, *(_pruned(rate) for rate in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95)))
    weights = (
        {},
        *(_bits(bits) for bits in (8, 6, 5, 4, 3, 2, 1)),
        *(_shared(clusters) for clusters in (16, 8, 4)),
    )
    return _space(kinds, structures, prunings, weights)


def usual_classifier_grid(kinds: Collection[str]) -> Space:
    """The grid for classifiers: filters removed, weights pruned, then bits or int8."""
    filters = ({}, _filters(0.25), _filters(0.5))
    prunings = ({}, _pruned_at_once(0.5))
    weights = ({}, _channel_bits(8), _channel_bits(4), _channel_bits(2), _INT8)
    return _space(kinds, filters, prunings, weights)


def usual_classifier_search(kinds: Collection[str]) -> Space:
    """The space that is searched for classifiers: as the grid, in finer steps."""
    filters = ({}, *(_filters(rate) for rate in (0.125, 0.25, 0.375, 0.5, 0.625)))
    prunings = ({}, *(_pruned_at_once(rate) for rate in (0.3, 0.5, 0.7, 0.8, 0.9)))
    weights = (
        {},
        *(_channel_bits(bits) for bits in (8, 6, 5, 4, 3, 2)),
        _shared(16),
        _INT8,
    )
    return _space(kinds, filters, prunings, weights)


def _space(kinds: Collection[str], *axes: Sequence[Entry]) -> Space:
    """Axes of at most one step each, without steps that the toolchain does not have."""
    return Space(
        tuple(
            tuple(
                (entry,) if entry else ()
                for entry in axis
                if not entry or entry["kind"] in kinds
            )
            for axis in axes
        )
    )


_MATCHED: Entry = {"kind": "match_receiver"}


def _student(units: int | None = None) -> Entry:
    return {"kind": "distill", "units": units}


def _units(rate: float) -> Entry:
    return {"kind": "prune_units", "rate": rate}


def _pruned(rate: float) -> Entry:
    return _pruned_at_once(rate) | {"gradual": 4}


def _pruned_at_once(rate: float) -> Entry:
    return {"kind": "prune", "rate": rate, "saliency": "fisher"}


def _bits(bits: int) -> Entry:
    # From 6 bits on, rounding alone costs nothing; below, weights are trained as rounded.
    return {"kind": "quantize" if bits >= 6 else "quantize_aware", "bits": bits}


_INT8: Entry = {"kind": "quantize_activations"}


def _filters(rate: float) -> Entry:
    return {"kind": "remove_filters", "rate": rate}


def _channel_bits(bits: int) -> Entry:
    return _bits(bits) | {"per_channel": True}


def _shared(clusters: int) -> Entry:
    return {"kind": "share_weights", "clusters": clusters}


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_axis(value: Any) -> bool:
    return _is_list(value) and bool(value) and all(
        _is_list(part) and all(isinstance(entry, dict) for entry in part) for part in value
    )


def _shorten(value: Any, length: int = 60) -> str:
    text = json.dumps(value)
    return text if len(text) <= length else text[: length - 3] + "..."
