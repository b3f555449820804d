# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Units of a network, which can leave one by one: outputs of dense layers, filters.

A filter's output passes through convolutions that treat every channel by itself (depthwise
ones) as through its own layer: their filters of the same number are part of the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dlcomm_train.compress.layers.layer import Layer


@dataclass(frozen=True)
class Units:
    """The units that a layer makes, and the layers that have to do with them.

    Attributes:
        count: how many there are.
        stages: numbers of the layer that makes them and of the depthwise ones behind it.
        reader: number of the layer that reads what the last stage makes; None: nothing does.
        means: of every stage whose means are read: its number, that of the dense layer that
            reads them, and the first column for them.
    """

    count: int
    stages: tuple[int, ...]
    reader: int | None
    means: tuple[tuple[int, int, int], ...]

    def readers(self) -> tuple[tuple[int, int, int | None], ...]:
        """Stage, reading layer and first column (None: all columns) of everything read."""
        last = () if self.reader is None else ((self.stages[-1], self.reader, None),)
        return (*self.means, *last)


def units_of(layers: Sequence[Layer], number: int) -> Units | None:
    """The units that layer `number` makes; None: they cannot leave one by one."""
    layer = layers[number]
    if layer.convolution is not None and layer.convolution.groups != 1:
        return None
    stages = [number]
    while stages[-1] + 1 < len(layers) and _carries(layers[stages[-1] + 1], layer.outputs):
        stages.append(stages[-1] + 1)
    found = [_means(layers, stage) for stage in stages if layers[stage].pooled]
    reader = stages[-1] + 1 if stages[-1] + 1 < len(layers) else None
    if reader is not None and layers[reader].convolution is None and _pending(layers, reader):
        reader = None
    if reader is None:
        return Units(layer.outputs, tuple(stages), None, tuple(found)) if found else None
    reads = layers[reader].convolution
    if reads is not None and (reads.groups != 1 or reads.channels != layer.outputs):
        return None
    return Units(layer.outputs, tuple(stages), reader, tuple(found))


def weights_out(layers: Sequence[Layer], units: Units) -> list[tuple[int, np.ndarray]]:
    """Squares of the weights out of each unit, [units, others], by the stage they read."""
    found = []
    for stage, reader, first in units.readers():
        squares = np.square(layers[reader].weight)
        if first is not None:
            squares = squares[:, first : first + units.count]
        squares = squares.reshape(len(squares), units.count, -1)
        found.append((stage, np.moveaxis(squares, 1, 0).reshape(units.count, -1)))
    return found


def speaking(
    layers: Sequence[Layer], units: Units, every: np.ndarray | None = None
) -> np.ndarray:
    """Which units are not dead, [units] bool.

    Args:
        layers: first to last.
        units: the units.
        every: all possible inputs [b, inputs] of their layer; None: they cannot be listed.
    """
    quiet, silent = {}, np.zeros(units.count, dtype=bool)
    for stage in units.stages:
        layer = layers[stage]
        if every is not None and stage == units.stages[0]:
            made = layer.forward(every).reshape(len(every), units.count, -1)
            silent = ~np.any(made != 0.0, axis=(0, 2))
        else:
            silent = silent | ~np.any(layer.weight != 0.0, axis=1)
            silent = silent & ((layer.bias <= 0.0) if layer.relu else (layer.bias == 0.0))
        quiet[stage] = silent
    heard = [
        np.any(squares != 0.0, axis=1) & ~quiet[stage]
        for stage, squares in weights_out(layers, units)
    ]
    return np.any(heard, axis=0)


def with_units(layers: Sequence[Layer], units: Units, stay: np.ndarray) -> list[Layer]:
    """The layers with the units of the numbers `stay` only."""
    result = list(layers)
    for stage in units.stages:
        result[stage] = result[stage].rows(stay)
    for stage in units.stages[1:]:
        carried = replace(
            result[stage].convolution, channels=len(stay), groups=len(stay)
        )
        result[stage] = replace(result[stage], convolution=carried)
    # From the last column to the first, so that places stay what they were.
    for _, reader, first in sorted(units.means, key=lambda found: -found[2]):
        columns = np.arange(result[reader].weight.shape[1])
        gone = np.setdiff1d(np.arange(units.count), stay)
        result[reader] = result[reader].columns(np.delete(columns, first + gone))
    if units.reader is not None:
        result[units.reader] = result[units.reader].reading(stay, units.count)
    return result


def _carries(layer: Layer, channels: int) -> bool:
    """Whether a layer has one filter for each channel by itself."""
    found = layer.convolution
    return found is not None and found.groups == found.channels == layer.outputs == channels > 1


def _pending(layers: Sequence[Layer], reader: int) -> list[int]:
    """Numbers of the layers whose means a dense layer reads."""
    before = range(reader - 1, -1, -1)
    start = next((i for i in before if layers[i].convolution is None), -1)
    return [i for i in range(start + 1, reader) if layers[i].pooled]


def _means(layers: Sequence[Layer], stage: int) -> tuple[int, int, int]:
    """Stage, dense layer and first column of the means of a layer."""
    reader = next(i for i in range(stage, len(layers)) if layers[i].convolution is None)
    before = [i for i in _pending(layers, reader) if i < stage]
    return stage, reader, sum(layers[i].outputs for i in before)
