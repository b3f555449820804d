# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a pair of models takes, counted on the files, for tables of before and after."""

from __future__ import annotations

from dataclasses import dataclass

import onnx

from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.storage.coded_size import entropy_coded_bytes, huffman_coded_bytes
from dlcomm_train.compress.storage.store import store
from dlcomm_train.models.pairs import Pair


@dataclass(frozen=True)
class Size:
    """Size of both networks together, or of one alone.

    Attributes:
        file_bytes: bytes of the files, recipe and measured rates included.
        constant_bytes: bytes of all tensors in them.
        parameters: weights that have not been pruned, and biases.
        operations: multiply-accumulates per message, pruned weights counted like others:
            the runtime makes sparse weights dense.
    """

    file_bytes: int
    constant_bytes: int
    parameters: int
    operations: int


def size_of(pair: Pair, link: Link) -> Size:
    """Count a pair.

    Args:
        pair: the models.
        link: the layers in them.
    """
    return size_of_models((pair.encoder, pair.decoder), link)


def size_of_models(models: tuple[onnx.ModelProto, ...], link: Link) -> Size:
    """Count `models`, of which `link` holds the layers."""
    stacks = (link.encoder, link.decoder)
    constants = 0
    for model in models:
        constants += sum(len(tensor.raw_data) for tensor in model.graph.initializer)
        constants += sum(
            len(sparse.values.raw_data) + len(sparse.indices.raw_data)
            for sparse in model.graph.sparse_initializer
        )
    return Size(
        sum(model.ByteSize() for model in models),
        constants,
        sum(stack.parameters for stack in stacks),
        sum(stack.operations for stack in stacks),
    )


def storage_summary(link: Link) -> list[dict[str, object]]:
    """One object per layer for the recipe: what is stored, and what a coder would need.

    ``stored_bytes`` is what the file spends on the layer's weights. Stored nowhere:
    ``entropy_coded_bytes``, an ideal entropy coder's size of the same codes, and
    ``huffman_coded_bytes``, the size of a Huffman code that was really made, with its table,
    the levels and the places of pruned weights. Models that compute in int8 are made of the
    whole pair: there, all three are left out.
    """
    return [
        {
            "network": link.alone or name,
            "layer": number,
            "shape": list(layer.shape),
            "weights_left": layer.nonzeros,
            "levels": None if layer.grid is None else layer.grid.levels,
            **({} if link.int8 else _weight_bytes(layer, number)),
        }
        for name in ("encoder", "decoder")
        for number, layer in enumerate(getattr(link, name).layers)
    ]


def _weight_bytes(layer: Layer, number: int) -> dict[str, object]:
    return {
        "stored_bytes": store(layer, f"weight_{number}").size,
        "entropy_coded_bytes": round(entropy_coded_bytes(layer), 1),
        "huffman_coded_bytes": huffman_coded_bytes(layer),
    }
