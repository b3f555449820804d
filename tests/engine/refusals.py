# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What loads which kind of model, and what a refusal has to look like."""

from __future__ import annotations

import numpy as np
import pytest

from gnuradio import blocks, dlcomm, gr

LOADERS = {
    "encoder": (dlcomm.neural_encoder_bc, dlcomm.read_contract),
    "decoder": (dlcomm.neural_decoder_cb, dlcomm.neural_decoder_cf, dlcomm.read_contract),
    "classifier": (dlcomm.modulation_classifier_c, dlcomm.read_contract),
    "vector": (dlcomm.onnx_inference,),
}
KINDS = tuple(LOADERS)
BLOCKS = tuple(
    (kind, loader)
    for kind, loaders in LOADERS.items()
    for loader in loaders
    if loader is not dlcomm.read_contract
)


def refused(call, path: str, *parts: str) -> None:
    """The call raises a RuntimeError of one line that holds the path and the parts."""
    with pytest.raises(RuntimeError) as caught:
        call()
    text = str(caught.value)
    assert type(caught.value) is RuntimeError
    assert text.isprintable() and "\n" not in text
    assert len(text) < 1500
    for part in (f"model '{path}': ", *parts):
        assert part in text


def refused_by_all(kind: str, path: str, *parts: str) -> None:
    """Everything that loads models of this kind refuses the file."""
    for loader in LOADERS[kind]:
        refused(lambda loader=loader: loader(path), path, *parts)


def run(kind: str, block: gr.basic_block) -> np.ndarray:
    """What the block makes of 64 messages or rows."""
    rng = np.random.default_rng(4)
    if kind == "encoder":
        source = blocks.vector_source_b(rng.integers(0, 4, 64).tolist())
        sink = blocks.vector_sink_c()
    elif kind == "decoder":
        samples = rng.normal(size=128) + 1j * rng.normal(size=128)
        source = blocks.vector_source_c(samples.tolist())
        soft = block.output_signature().sizeof_stream_item(0) == 4
        sink = blocks.vector_sink_f() if soft else blocks.vector_sink_b()
    elif kind == "classifier":
        samples = rng.normal(size=64 * 16) + 1j * rng.normal(size=64 * 16)
        source = blocks.vector_source_c(samples.tolist())
        sink = blocks.vector_sink_b()
    else:
        source = blocks.vector_source_f(rng.normal(size=64 * 16).tolist(), False, 16)
        sink = blocks.vector_sink_f(5)
    top = gr.top_block()
    top.connect(source, block, sink)
    top.run()
    data = np.array(sink.data())
    assert data.size > 0
    return data
