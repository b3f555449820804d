# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Our channels beside GNU Radio's own."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gnuradio import analog, blocks, channels, gr

from ..dlcomm_python import awgn_channel_cc, rayleigh_block_fading_channel_cc
from .pairing import Contest, Throughput
from .rows import THROUGHPUT, Metric
from .settings import EBN0_DB, Settings
from .timed_graphs import Attach, collect, timed

FADING_BLOCK = 64
"""Complex samples per fading block of the comparison."""

_METRICS = (Metric(THROUGHPUT, "samples/s"),)
_BITS_PER_SAMPLE = 2.0
_N0 = 1.0 / (_BITS_PER_SAMPLE * 10.0 ** (EBN0_DB / 10.0))
_SEED = 1
_SINUSOIDS = 8
_DOPPLER = 0.01
_CHECK_SAMPLES = 200_000
_MOST_DEVIATION = 0.02


def channel_contests(settings: Settings) -> Iterator[Contest]:
    """AWGN and Rayleigh fading on a stream of zeros; the time does not depend on it."""
    yield _awgn()
    yield _fading()


def _awgn() -> Contest:
    """White noise of variance N0."""
    sides = {
        "awgn_channel_cc": _through(
            lambda: awgn_channel_cc(EBN0_DB, _BITS_PER_SAMPLE, seed=_SEED)
        ),
        "channels.channel_model": _through(_channel_model),
        "analog.noise_source_c + add": _plus_noise(_gaussian_noise),
        "analog.fastnoise_source_c + add": _plus_noise(
            lambda: analog.fastnoise_source_c(
                analog.GR_GAUSSIAN, math.sqrt(_N0), _SEED
            )
        ),
    }

    def check() -> None:
        """Every side adds noise of the power asked for."""
        for name, attach in sides.items():
            noise = collect(attach, gr.sizeof_gr_complex, _CHECK_SAMPLES, np.complex64)
            power = float(np.mean(np.abs(noise) ** 2))
            if abs(power / _N0 - 1) > _MOST_DEVIATION:
                raise RuntimeError(
                    f"{name}: the noise has power {power:.4g}, expected {_N0:.4g}"
                )

    notes = {"analog.fastnoise_source_c + add": "draws from a pool made beforehand"}
    return _contest("awgn_channel_cc", sides, check, notes)


def _fading() -> Contest:
    """Rayleigh fading with noise; GNU Radio's fading alone has none."""
    sides = {
        "rayleigh_block_fading_channel_cc": _through(
            lambda: rayleigh_block_fading_channel_cc(
                FADING_BLOCK, EBN0_DB, _BITS_PER_SAMPLE, seed=_SEED
            )
        ),
        "channels.fading_model": _through(_fading_model),
        "channels.fading_model + noise_source_c": _fading_with_noise,
    }
    correlated = "another kind of fading: correlated, changes with every sample"
    notes = {
        "channels.fading_model": f"{correlated}; adds no noise",
        "channels.fading_model + noise_source_c": correlated,
    }
    what = f"rayleigh_block_fading_channel_cc, blocks of {FADING_BLOCK}"
    return _contest(what, sides, None, notes)


def _contest(
    what: str,
    sides: dict[str, Attach],
    check: Callable[[], None] | None,
    notes: dict[str, str],
) -> Contest:
    """The contest of the first side with the others."""
    ours, *others = (
        Throughput(name, timed(attach, gr.sizeof_gr_complex))
        for name, attach in sides.items()
    )
    return Contest(
        group="channels",
        what=what,
        metrics=_METRICS,
        ours=ours,
        others=tuple(others),
        check=check,
        notes=notes,
    )


def _channel_model() -> Any:
    """GNU Radio's channel model with one tap: noise and nothing else."""
    return channels.channel_model(
        noise_voltage=math.sqrt(_N0), taps=[1.0 + 0.0j], noise_seed=_SEED
    )


def _fading_model() -> Any:
    """GNU Radio's Rayleigh fading, a sum of sinusoids."""
    return channels.fading_model(_SINUSOIDS, _DOPPLER, False, 4.0, _SEED)


def _gaussian_noise() -> Any:
    """GNU Radio's Gaussian source; amplitude A gives variance A^2 per sample."""
    return analog.noise_source_c(analog.GR_GAUSSIAN, math.sqrt(_N0), _SEED)


def _through(make: Callable[[], Any]) -> Attach:
    """Zeros through one block."""

    def attach(flowgraph: gr.top_block) -> Any:
        """Connect source and block."""
        channel = make()
        flowgraph.connect(blocks.null_source(gr.sizeof_gr_complex), channel)
        return channel

    return attach


def _plus_noise(make_noise: Callable[[], Any]) -> Attach:
    """Zeros plus the output of a noise source."""

    def attach(flowgraph: gr.top_block) -> Any:
        """Connect both sources to an adder."""
        add = blocks.add_cc()
        flowgraph.connect(blocks.null_source(gr.sizeof_gr_complex), (add, 0))
        flowgraph.connect(make_noise(), (add, 1))
        return add

    return attach


def _fading_with_noise(flowgraph: gr.top_block) -> Any:
    """Fading, then noise."""
    add = blocks.add_cc()
    fading = _through(_fading_model)(flowgraph)
    flowgraph.connect(fading, (add, 0))
    flowgraph.connect(_gaussian_noise(), (add, 1))
    return add
