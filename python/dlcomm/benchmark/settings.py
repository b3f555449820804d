# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a benchmark runs on, and for how long."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import numpy as np

from ..dlcomm_python import neural_encoder_bc
from ..links import Link

EBN0_DB = 4.0
"""Eb/N0 of the samples that decoders work on, in dB."""

MESSAGES = 8192
"""Different messages that the sources of benchmarks repeat."""

_SEED = 1


@dataclass(frozen=True)
class Settings:
    """How a benchmark runs.

    Attributes:
        links: the links, by the names under which people know them.
        classifiers: names of the modulation classifiers.
        repeats: rounds of every comparison.
        seconds: about how long one measurement of one side takes.
        frames: frames that one measurement of the latency sends.
    """

    links: dict[str, Link]
    classifiers: tuple[str, ...]
    repeats: int
    seconds: float
    frames: int


def not_installed(*packages: str) -> str:
    """Which of these Python packages is not installed, as a sentence, or empty."""
    for package in packages:
        if importlib.util.find_spec(package) is None:
            return f"the Python package {package} is not installed"
    return ""


def received_symbols(link: Link) -> np.ndarray:
    """Random codewords of `link` with noise: float32 [MESSAGES, n], always the same."""
    generator = np.random.default_rng(_SEED)
    messages = generator.integers(link.messages, size=MESSAGES)
    sigma = np.sqrt(noise_variance(link) / 2)
    noise = sigma * generator.standard_normal((MESSAGES, link.n))
    return (codebook(link)[messages] + noise).astype(np.float32)


def codebook(link: Link) -> np.ndarray:
    """All codewords of `link`: float32 [M, n]."""
    table = neural_encoder_bc(link.encoder).codebook()
    return np.array(table, dtype=np.float32).reshape(link.messages, link.n)


def noise_variance(link: Link) -> float:
    """Noise variance per complex sample at `EBN0_DB`: N0 = 1 / ((2k/n) Eb/N0)."""
    return 1.0 / (link.bits_per_sample * 10.0 ** (EBN0_DB / 10.0))


def random_messages(link: Link) -> list[int]:
    """Uniform random messages of `link`: MESSAGES whole numbers, always the same."""
    generator = np.random.default_rng(_SEED)
    return generator.integers(link.messages, size=MESSAGES).tolist()
