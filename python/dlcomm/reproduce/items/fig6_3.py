# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 6.3: how the weights are distributed with and without l1 training."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ...links import link_from_text
from ..context import Context
from ..drawing import COLOURS, new_figure
from ..item import Finding, Item
from ..preparation import MODEL, PREPARATION, l1_link

_SMALL = 0.1
"""A weight is small below this share of its layer's root mean square in the plain link."""
_BINS_PER_SIDE = 40


def run(context: Context) -> list[Finding]:
    """Draw the weights of both links, each in units of the plain link's layer."""
    plain, penalised = _layers(MODEL), _layers(l1_link(context))
    sizes = [float(np.sqrt(np.mean(layer**2))) for layer in plain]
    scaled = {
        "without penalty": [w / size for w, size in zip(plain, sizes, strict=True)],
        "with l1 penalty": [w / size for w, size in zip(penalised, sizes, strict=True)],
    }
    limit = max(float(np.abs(w).max()) for layers in scaled.values() for w in layers)
    bins = np.linspace(-limit, limit, 2 * _BINS_PER_SIDE + 1)
    figure = new_figure(9.2, 4.6, f"{MODEL}: weights of all layers")
    for axes, colour, (label, layers) in zip(
        figure.subplots(1, 2, sharex=True, sharey=True), COLOURS, scaled.items(), strict=False
    ):
        axes.hist(np.concatenate([w.ravel() for w in layers]), bins, color=colour)
        axes.set_title(label, fontsize=10)
        axes.set_yscale("log")
        axes.set_xlabel("weight / root mean square of its layer without penalty")
        axes.set_ylabel("weights")
        axes.spines[["top", "right"]].set_visible(False)
    context.save_picture(figure)
    context.save_table(
        ("link", "layer", "weight", "scaled"),
        [
            (label, number, f"{value * size:.6g}", f"{value:.6g}")
            for label, layers in scaled.items()
            for number, (layer, size) in enumerate(zip(layers, sizes, strict=True), start=1)
            for value in layer.ravel()
        ],
    )
    return [
        Finding(
            f"{label}: weights smaller than {_SMALL:g} of that, {where}",
            "most, no number" if "l1" in label else "many, no number",
            f"{sum(int((np.abs(w) < _SMALL).sum()) for w in some):,} of "
            f"{sum(w.size for w in some):,}",
        )
        for label, layers in scaled.items()
        for where, some in (("all layers", layers), *_by_layer(layers))
    ]


def _by_layer(layers: list[np.ndarray]) -> list[tuple[str, list[np.ndarray]]]:
    """Every layer by itself, with what people call it."""
    return [(f"layer {number}", [layer]) for number, layer in enumerate(layers, start=1)]


def _layers(model: str) -> list[np.ndarray]:
    """Weights of all layers of a float link, encoder first, as float64."""
    from dlcomm_train.compress.link import Link
    from dlcomm_train.models.pairs import Pair

    link = Link.read(Pair.load(Path(link_from_text(model).encoder).parent))
    return [
        layer.weight.astype(np.float64)
        for layer in (*link.encoder.layers, *link.decoder.layers)
    ]


ITEM = Item(
    id="fig6.3",
    title="weights of a (7,4) link with and without l1 training",
    shows="The weights look normally distributed; training with an l1 penalty pushes most of "
    "them to zero.",
    convention=f"Weights have no noise: nothing to convert. {PREPARATION}",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
