# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Known curves that belong beside a measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from ..channel_specs import Awgn, ChannelSpec, Rayleigh
from ..links import Link
from . import theory

Rate = Callable[[float], float]


@dataclass(frozen=True)
class Curve:
    """A known error rate over Eb/N0.

    Attributes:
        label: its name in the legend.
        bler: block error rate at an Eb/N0 in dB; None where it does not belong.
        ber: bit error rate at an Eb/N0 in dB; None where it does not belong.
    """

    label: str
    bler: Rate | None
    ber: Rate | None


def theory_curves(channel: ChannelSpec, links: Iterable[Link]) -> list[Curve]:
    """The curves that are known for `channel` and the (n, k) of `links`.

    AWGN: uncoded BPSK for every k, and Hamming(7,4) where a link is (7, 4). Rayleigh
    fading with the default blocks: coherent uncoded BPSK. Other channels: none.
    """
    links = list(links)
    sizes = sorted({link.k for link in links})
    if isinstance(channel, Awgn):
        curves = [_uncoded(k, theory.bpsk_bler, theory.bpsk_ber) for k in sizes]
        if any((link.n, link.k) == (7, 4) for link in links):
            curves += [
                Curve(
                    "Hamming(7,4), hard decisions",
                    theory.hamming_hard_bler,
                    theory.hamming_hard_ber,
                ),
                Curve(
                    "Hamming(7,4), maximum likelihood",
                    lambda ebn0: theory.hamming_ml(ebn0)[0].value,
                    lambda ebn0: theory.hamming_ml(ebn0)[1].value,
                ),
            ]
    elif isinstance(channel, Rayleigh) and channel.block is None:
        curves = [
            _uncoded(k, theory.rayleigh_bpsk_bler, theory.rayleigh_bpsk_ber, "coherent ")
            for k in sizes
        ]
    else:
        return []
    # Uncoded bits are equally often wrong whatever k is: one curve is enough.
    return [
        curve
        if index == 0 or curve.label.startswith("Hamming")
        else Curve(curve.label, curve.bler, None)
        for index, curve in enumerate(curves)
    ]


def sample(rate: Rate, ebn0_db: np.ndarray) -> np.ndarray:
    """`rate` at every Eb/N0 of an array."""
    return np.array([rate(float(ebn0)) for ebn0 in ebn0_db])


def _uncoded(k: int, bler: Callable[[float, int], float], ber: Rate, kind: str = "") -> Curve:
    """Uncoded BPSK with blocks of `k` bits; `kind` goes into the label."""
    bits = "1 bit" if k == 1 else f"{k} bits"
    return Curve(f"uncoded {kind}BPSK, {bits}", lambda ebn0: bler(ebn0, k), ber)
