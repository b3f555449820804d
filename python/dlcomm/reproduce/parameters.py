# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Parameters of a model, layer by layer, counted on its files."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..links import Link
from .context import Context
from .item import Finding

if TYPE_CHECKING:
    import onnx

_LAYERS = ("Gemm", "Conv")
"""Operators that have weights and a bias."""


@dataclass(frozen=True)
class CountedLayer:
    """A layer of a file.

    Attributes:
        network: ``encoder``, ``decoder`` or ``classifier``.
        kind: operator: ``Gemm`` or ``Conv``.
        shape: shape of its weights as the file has them.
        parameters: weights and biases.
    """

    network: str
    kind: str
    shape: tuple[int, ...]
    parameters: int


def count_layers(link: Link) -> list[CountedLayer]:
    """The layers of both files of a link, from the message to the decision."""
    import onnx

    return [
        layer
        for network, path in (("encoder", link.encoder), ("decoder", link.decoder))
        for layer in count_graph(onnx.load(path, load_external_data=False).graph, network)
    ]


def count_graph(graph: onnx.GraphProto, network: str) -> list[CountedLayer]:
    """The layers of a graph, in order.

    Args:
        graph: the graph.
        network: what it is a part of.
    """
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    found = []
    for node in graph.node:
        if node.op_type in _LAYERS:
            tensors = [shapes[name] for name in node.input if name in shapes]
            count = sum(math.prod(shape) for shape in tensors)
            found.append(CountedLayer(network, node.op_type, tensors[0], count))
    return found


def parameter_findings(
    context: Context, model: str, known: Sequence[tuple[str, int]]
) -> list[Finding]:
    """The layers of a model beside those of a table of the thesis; writes them as CSV.

    Args:
        context: of the item.
        model: name of the model.
        known: the table: a network and its parameters per layer, in the order of the link.
    """
    link = context.link(model)
    layers = count_layers(link)
    context.save_table(
        ("model", "network", "weights", "parameters"),
        [
            (model, layer.network, "x".join(map(str, layer.shape)), layer.parameters)
            for layer in layers
        ],
    )
    thesis = [f"linear ({network}): {count:,}" for network, count in known]
    thesis += ["no such layer"] * (len(layers) - len(thesis))
    size = sum(Path(path).stat().st_size for path in (link.encoder, link.decoder))
    return [
        Finding(
            f"{model}, layer {number}",
            told,
            f"{layer.network}, weights {' x '.join(map(str, layer.shape))}: "
            f"{layer.parameters:,}",
        )
        for number, (layer, told) in enumerate(zip(layers, thesis, strict=True), start=1)
    ] + [
        Finding(
            f"{model}, parameters together",
            f"{sum(count for _, count in known):,}",
            f"{sum(layer.parameters for layer in layers):,}",
        ),
        Finding(f"{model}, bytes of both files", "not counted", f"{size:,}"),
    ]
