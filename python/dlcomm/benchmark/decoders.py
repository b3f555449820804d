# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The decoder block beside ONNX Runtime alone and beside a Python block."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from gnuradio import blocks, gr

from ..dlcomm_python import model_path, neural_decoder_cb
from ..links import Link
from .pairing import Contest, Missing, Throughput
from .python_block import OnnxDecoderBlock
from .rows import THROUGHPUT, Metric
from .settings import Settings, not_installed, received_symbols
from .timed_graphs import Attach, collect, timed
from .workers import Worker

BATCH = 1024
"""Messages that the bare session is given at a time."""

BUFFERS: dict[str, int | None] = {"default buffer": None, "buffer of 65536": 65536}
"""Samples that the buffer in front of a decoder holds at least. GNU Radio's default is
64 KiB, 8192 samples; a receiver that has to be fast asks for more
(``set_min_output_buffer``), and the scheduler then has less to do."""

MOST_DISAGREEMENT = 1e-3
"""Share of decisions that rounding may turn around between two ways of summing."""

_SESSION = "ONNX Runtime C++ session + argmax"
_SESSION_LOGITS = "ONNX Runtime C++ session, no decisions"
_PYTHON = "Python block around onnxruntime"
_OURS = "neural_decoder_cb"
_METRICS = (Metric(THROUGHPUT, "messages/s"),)


def decoder_contests(settings: Settings) -> Iterator[Contest]:
    """Contests for every link, with small and large buffers in front of the decoder.

    The bare session runs on the same received samples in batches of `BATCH`; the block
    and the Python block, behind equal buffers, on what the scheduler offers.
    """
    for name, link in settings.links.items():
        with tempfile.TemporaryDirectory() as folder:
            yield from _contests(name, link, Path(folder))


def bare_session_program() -> Path:
    """Where the program is installed that runs a session without a flowgraph."""
    # The last folder of models is <prefix>/share/gr-dlcomm/models.
    return Path(model_path()[-1]).parents[2] / "libexec" / "gr-dlcomm" / "bare_session"


def attach_decoder(
    make: Callable[[], Any],
    link: Link,
    symbols: np.ndarray,
    buffer_samples: int | None = None,
) -> Attach:
    """Connects a repeating source of `symbols` to a decoder.

    Args:
        make: makes the decoder.
        link: the link that it decodes.
        symbols: float32 [messages, n], a whole number of frames.
        buffer_samples: least samples that the buffer between them holds; None: GNU
            Radio's default, 64 KiB.
    """
    samples = symbols.reshape(-1).view(np.complex64).tolist()

    def attach(flowgraph: gr.top_block) -> Any:
        """Connect source and decoder; with channel knowledge the gain is 1."""
        decoder = make()
        source = blocks.vector_source_c(samples, True)
        if buffer_samples is not None:
            source.set_min_output_buffer(buffer_samples)
        flowgraph.connect(source, decoder)
        if link.uses_csi:
            flowgraph.connect(blocks.vector_source_c([1.0], True), (decoder, 1))
        return decoder

    return attach


def check_same(what: str, ours: np.ndarray, theirs: np.ndarray) -> None:
    """Raise RuntimeError where more decisions differ than rounding explains."""
    share = float(np.mean(ours != theirs))
    if share > MOST_DISAGREEMENT:
        raise RuntimeError(
            f"{what}: {share:.2%} of the decisions differ from ours, expected at most "
            f"{MOST_DISAGREEMENT:.2%}; the comparison would be unfair"
        )


def _contests(name: str, link: Link, folder: Path) -> Iterator[Contest]:
    """The contests of one link; `folder` takes files for the bare session."""
    program = bare_session_program()
    if not program.is_file():
        reason = f"{program} is not installed"
        for buffer in BUFFERS:
            missing = (Missing(_SESSION, reason), Missing(_SESSION_LOGITS, reason))
            yield _contest(name, link, buffer, missing, lambda: {})
        return
    file = folder / "symbols.f32"
    received_symbols(link).tofile(file)
    with Worker([str(program), link.decoder, str(file), str(BATCH)]) as worker:
        sessions = (
            Throughput(_SESSION, lambda items: worker.run("run decisions", items)),
            Throughput(_SESSION_LOGITS, lambda items: worker.run("run logits", items)),
        )

        def decide() -> dict[str, np.ndarray]:
            """What the bare session decides."""
            decisions = folder / "decisions.u8"
            worker.ask(f"decide {decisions}")
            return {_SESSION: np.fromfile(decisions, dtype=np.uint8)}

        for buffer in BUFFERS:
            yield _contest(name, link, buffer, sessions, decide)


def _contest(
    name: str,
    link: Link,
    buffer: str,
    sessions: tuple[Throughput | Missing, ...],
    decide: Callable[[], dict[str, np.ndarray]],
) -> Contest:
    """The contest of one link and one size of buffers.

    Args:
        name: the link's name, for people.
        link: the link.
        buffer: a key of `BUFFERS`.
        sessions: the sides that run a bare session.
        decide: what those decide for the symbols, by their names.
    """
    symbols = received_symbols(link)

    def ours() -> Any:
        """Our block."""
        return neural_decoder_cb(link.decoder)

    def attach(make: Callable[[], Any]) -> Attach:
        """The flowgraph of a side."""
        return attach_decoder(make, link, symbols, BUFFERS[buffer])

    # How to connect a side, and how many messages an item has that comes out of it.
    graphs = {_OURS: (attach(ours), 1)}
    reason = not_installed("onnxruntime")
    if not reason:
        python = attach(lambda: OnnxDecoderBlock(link))
        graphs[_PYTHON] = (python, link.messages_per_frame)

    def check() -> None:
        """Every side decides alike."""
        decisions = decide() | {
            side: collect(connect, per_item, len(symbols) // per_item, np.uint8)
            for side, (connect, per_item) in graphs.items()
        }
        for side, found in decisions.items():
            check_same(f"{name}: {side}", decisions[_OURS], found)

    ours_side, *python_side = (
        Throughput(side, timed(connect, per_item, per_item))
        for side, (connect, per_item) in graphs.items()
    )
    if reason:
        python_side = [Missing(_PYTHON, reason)]
    return Contest(
        group="decoder",
        what=f"{_OURS} {name} ({ours().executor()}), {buffer}",
        metrics=_METRICS,
        ours=ours_side,
        others=(*sessions, *python_side),
        check=check,
        notes={_SESSION: f"batch {BATCH}", _SESSION_LOGITS: f"batch {BATCH}"},
    )
