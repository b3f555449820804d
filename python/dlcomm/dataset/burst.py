# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A burst: data or speech, modulated and sent through the channel in one run of a flowgraph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gnuradio import blocks, gr

from .channel import HISTORICAL_SEED, channel, historical_noise_amplitude
from .modulators import ANALOG, ITEMS_PER_BURST, data_symbols, modulator, samples_of
from .profiles import SAMPLE_RATE, Profile
from .speech import Speech, speak

PADDING = 64
"""Items behind those of a burst. How much of a stream's last few items gets through filters
that change the rate depends on how the scheduler has cut it: what is kept is not at the end."""


@dataclass(frozen=True)
class Burst:
    """What the channel gave out.

    Attributes:
        samples: complex64 [n]; with the noise of the label in it when historical, without
            noise when calibrated.
        speech: what it carries, of analog classes.
    """

    samples: np.ndarray
    speech: Speech | None

    def speaks(self, start: int, stop: int, audio_rate: float) -> bool:
        """Whether no pause is in the samples `start` to `stop`, nor shortly before (filters
        delay audio by up to 5 ms)."""
        if self.speech is None:
            return True
        first = int(start / SAMPLE_RATE * audio_rate - 0.006 * audio_rate)
        last = int(np.ceil(stop / SAMPLE_RATE * audio_rate))
        return bool(self.speech.active[max(first, 0) : last].all())


def send(modulation: str, snr_db: int, profile: Profile, rng: np.random.Generator) -> Burst:
    """Run the flowgraph for one burst."""
    graph = gr.top_block("burst")
    speech = None
    if modulation in ANALOG:
        speech = speak(ITEMS_PER_BURST, profile.speech_rate, rng)
        items, vector_source = speech.samples, blocks.vector_source_f
    else:
        items, vector_source = data_symbols(modulation, rng), blocks.vector_source_b
    if profile.calibrated:
        through = channel(0.0, int(rng.integers(1, 1 << 24)))
    else:
        through = channel(historical_noise_amplitude(snr_db), HISTORICAL_SEED)
    length = samples_of(modulation, len(items), profile)
    sink = blocks.vector_sink_c()
    graph.connect(
        vector_source(np.pad(items, (0, PADDING)).tolist(), False),
        *modulator(modulation, profile),
        through,
        blocks.head(gr.sizeof_gr_complex, length),
        sink,
    )
    graph.run()
    samples = np.array(sink.data(), np.complex64)
    if len(samples) != length:
        raise RuntimeError(
            f"{modulation}: found a burst of {len(samples)} samples, expected {length}"
        )
    return Burst(samples, speech)
