# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The whole chain beside the same Monte-Carlo loop in torch."""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..channel_specs import Awgn
from ..flowgraphs import LinkFlowgraph, link_flowgraph
from ..links import Link
from .pairing import Contest, Missing, Throughput, Timing
from .rows import THROUGHPUT, Metric
from .settings import EBN0_DB, Settings, codebook, noise_variance, not_installed
from .timed_graphs import run_to_end
from .workers import Worker

TORCH_THREADS = 2
_TORCH = f"the same loop in torch, {TORCH_THREADS} threads"
_METRICS = (Metric(THROUGHPUT, "messages/s"),)
_CHECK_MESSAGES = 200_000
_MOST_SIGMAS = 5.0
_SEED = 1


def chain_contests(settings: Settings) -> Iterator[Contest]:
    """A contest for every link whose decoder is linear: that is what the loop computes.

    The chain is the flowgraph of ``dlcomm ber``: source, encoder, AWGN, decoder, sink.
    """
    for name, link in settings.links.items():
        if link.uses_csi or linear_layer(link) is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            yield from _contest(name, link, Path(folder) / "link.npz")


def linear_layer(link: Link) -> tuple[np.ndarray, np.ndarray] | None:
    """Weight float32 [M, n] and bias float32 [M] of a decoder that is linear, or None."""
    import onnxruntime

    session = onnxruntime.InferenceSession(
        link.decoder, providers=["CPUExecutionProvider"]
    )
    # Row 0 of the answers is the bias, the others add one column of the weight to it.
    probes = np.vstack([np.zeros(link.n), np.eye(link.n)]).astype(np.float32)
    answers = session.run(None, {"symbols": probes})[0]
    weight, bias = np.ascontiguousarray((answers[1:] - answers[0]).T), answers[0]
    # What holds at the probes must hold anywhere.
    others = np.random.default_rng(_SEED).normal(size=(64, link.n)).astype(np.float32)
    found = session.run(None, {"symbols": others})[0]
    if not np.allclose(found, others @ weight.T + bias, rtol=1e-4, atol=1e-3):
        return None
    return weight, bias


def _flowgraph(link: Link, messages: int) -> LinkFlowgraph:
    """The chain for a fixed number of messages."""
    return link_flowgraph(link, Awgn(), EBN0_DB, seed=_SEED, max_messages=messages)


def _contest(name: str, link: Link, file: Path) -> Iterator[Contest]:
    """The contest of one link."""

    def run(messages: int) -> Timing:
        """Run the chain."""
        return Timing(messages, run_to_end(_flowgraph(link, messages)))

    contest = {
        "group": "chain",
        "what": f"source, encoder, AWGN, decoder, sink: {name}",
        "metrics": _METRICS,
        "ours": Throughput("chain of blocks", run),
    }
    reason = not_installed("torch", "onnxruntime")
    if reason:
        yield Contest(**contest, others=(Missing(_TORCH, reason),))
        return
    weight, bias = linear_layer(link)
    np.savez(
        file, codebook=codebook(link), weight=weight, bias=bias, n0=noise_variance(link)
    )
    module = f"{__package__}.torch_loop"
    command = [sys.executable, "-m", module, str(file), str(TORCH_THREADS)]
    with Worker(command) as worker:
        torch = Throughput(_TORCH, lambda items: worker.run("run", items))
        yield Contest(
            **contest,
            others=(torch,),
            check=lambda: _check(name, link, worker),
            notes={_TORCH: f"torch {worker.hello['torch']}, batches of 100,000"},
        )


def _check(name: str, link: Link, worker: Worker) -> None:
    """Raise RuntimeError unless both sides measure the same block error rate."""
    answer = worker.ask(f"run {_CHECK_MESSAGES}")
    flowgraph = _flowgraph(link, _CHECK_MESSAGES)
    run_to_end(flowgraph)
    counts = (flowgraph.sink.block_errors(), flowgraph.sink.messages())
    theirs = (int(answer["block_errors"]), int(answer["items"]))
    if not same_rate(counts, theirs):
        raise RuntimeError(
            f"{name}: torch decided {theirs[0]} of {theirs[1]} messages wrongly, the "
            f"chain {counts[0]} of {counts[1]}; the comparison would be unfair"
        )


def same_rate(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """True when two counts (errors, trials) may come from one error rate.

    Compares the difference of the rates with its standard deviation under the pooled
    rate, at 5 sigma: a false alarm in about two million comparisons.
    """
    pooled = (one[0] + other[0]) / (one[1] + other[1])
    sigma = math.sqrt(pooled * (1 - pooled) * (1 / one[1] + 1 / other[1]))
    return abs(one[0] / one[1] - other[0] / other[1]) <= _MOST_SIGMAS * sigma
