# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressed decoders beside the float decoder that they come from."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gnuradio import gr

from ..dlcomm_python import neural_decoder_cb, read_contract
from ..links import Link, link, models
from .decoders import BUFFERS, attach_decoder, check_same
from .pairing import Contest, Throughput
from .rows import THROUGHPUT, Metric
from .settings import Settings, not_installed, received_symbols
from .timed_graphs import Attach, collect, timed

_BUFFER = "buffer of 65536"
_METRICS = (Metric(THROUGHPUT, "messages/s"),)
_COMPACT = "_compact"
"""Ending of the shipped links whose decoder was trained small at once."""


def compressed_contests(settings: Settings) -> Iterator[Contest]:
    """A contest for every compressed version, found by name, of the links in `settings`.

    Each block decides the noisy codewords of its own link, behind a large buffer.
    """
    for name, full in settings.links.items():
        for version, small in versions(name, full).items():
            yield _contest((name, full), (version, small))


def versions(name: str, full: Link) -> dict[str, Link]:
    """The compressed versions of a link, by their names.

    Those are the models that are found by name, whose names go on where `name` ends, that
    have its n, k and use of channel gains and whose recipe tells of compression or
    quantization, or who are its compact form. A compressed link has none.

    Args:
        name: name of a model.
        full: the link.
    """
    if _is_compressed(name, full):
        return {}
    found = {}
    for other in models("decoder"):
        # Of ae_8_8_fading_q4, ae_8_8 is not the origin but ae_8_8_fading is.
        if other == name or _origin(other) != name:
            continue
        candidate = link(other)
        alike = (candidate.n, candidate.k, candidate.uses_csi)
        if alike == (full.n, full.k, full.uses_csi) and _is_compressed(other, candidate):
            found[other] = candidate
    return found


def _origin(name: str) -> str:
    """The longest name of a link that is not compressed and that `name` begins with."""
    begins = [other for other in models("decoder") if f"{name}_".startswith(f"{other}_")]
    full = [other for other in begins if not _is_compressed(other, link(other))]
    return max(full, key=len, default=name)


def _is_compressed(name: str, model: Link) -> bool:
    """Whether a model says that it has been compressed."""
    recipe = json.loads(str(read_contract(model.decoder)["recipe"]) or "{}")
    compact = name.endswith(_COMPACT)
    return compact or bool(recipe.get("compression") or recipe.get("quantization"))


def _contest(full: tuple[str, Link], small: tuple[str, Link]) -> Contest:
    """The contest of a compressed link, ours, with the full one."""
    graphs: dict[str, Attach] = {}
    for name, model in (small, full):
        block = neural_decoder_cb(model.decoder)
        graphs[f"neural_decoder_cb {name} ({block.executor()})"] = attach_decoder(
            _maker(model), model, received_symbols(model), BUFFERS[_BUFFER]
        )
    ours, theirs = graphs
    sizes = [os.path.getsize(model.decoder) for _, model in (small, full)]
    return Contest(
        group="compressed",
        what=f"{ours}, {sizes[0]:,} bytes",
        metrics=_METRICS,
        ours=Throughput(ours, timed(graphs[ours], gr.sizeof_char)),
        others=(Throughput(theirs, timed(graphs[theirs], gr.sizeof_char)),),
        check=_checker(graphs, (small[1], full[1])),
        notes={theirs: f"{sizes[1]:,} bytes"},
    )


def _maker(model: Link) -> Callable[[], Any]:
    """What makes the decoder of a link."""
    return lambda: neural_decoder_cb(model.decoder)


def _checker(graphs: dict[str, Attach], links: tuple[Link, Link]) -> Callable[[], None] | None:
    """What raises RuntimeError unless each block decides as ONNX Runtime does.

    The sides decide for different codebooks, so they are not compared with each other.
    """
    if not_installed("onnxruntime"):
        return None

    def check() -> None:
        """Compare the decisions for all symbols."""
        import onnxruntime

        for (side, attach), model in zip(graphs.items(), links, strict=True):
            symbols = received_symbols(model)
            feed = {"symbols": symbols}
            if model.uses_csi:
                feed["csi"] = np.tile(np.float32([1.0, 0.0]), (len(symbols), 1))
            session = onnxruntime.InferenceSession(
                model.decoder, providers=["CPUExecutionProvider"]
            )
            expected = session.run(None, feed)[0].argmax(axis=1)
            found = collect(attach, gr.sizeof_char, len(symbols), np.uint8)
            check_same(side, found, expected)

    return check
