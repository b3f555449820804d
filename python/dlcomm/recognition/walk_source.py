# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A source that walks through the modulations and says which one it plays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import pmt

from dlcomm_train.datasets.manifest import MODULATIONS, WINDOW
from gnuradio import gr

from ..dataset.burst import send
from ..dataset.profiles import CALIBRATED, SAMPLE_RATE
from ..dataset.windows import SETTLED, add_noise

WALK = (
    "BPSK",
    "QPSK",
    "8PSK",
    "PAM4",
    "QAM16",
    "QAM64",
    "GFSK",
    "CPFSK",
    "WBFM",
    "AM-DSB",
    "AM-SSB",
)
"""The classes of RadioML 2016.10a in the order of a walk: relatives side by side."""


class modulation_walk_source(gr.sync_block):
    """Plays one modulation after the other, for ever or for some rounds, with truth tags.

    Signals are those of the data set's profile ``calibrated``: new data or speech on every
    visit, eight samples per symbol, a fading channel with drifting clocks, noise of a true SNR
    in every window of 128 samples, which has unit power then. Windows in which a speaker
    pauses are left out.

    A tag ``truth`` with a dictionary of ``modulation`` and ``snr_db`` stands on the first
    sample of every visit, and where the SNR changes. A thread of the block's own makes the
    next visit's signal while one is played, so that the stream has no gaps up to about
    100,000 samples per second. Equal seeds give equal streams while the SNR is left alone.
    """

    def __init__(
        self,
        snr_db: float = 18.0,
        windows: int = 400,
        rounds: int = 0,
        seed: int = 1,
        modulations: Sequence[str] = WALK,
    ) -> None:
        """Make the source.

        Args:
            snr_db: signal over noise in dB, counted as in the data set: over the whole band.
            windows: windows of 128 samples that a visit lasts.
            rounds: end after so many visits of each modulation; 0: never.
            seed: of data, speech, channels and noise.
            modulations: what to play, in this order; a name may come twice.

        Raises:
            ValueError: an argument is out of range.
        """
        gr.sync_block.__init__(self, "modulation_walk_source", None, [np.complex64])
        for name, value, least in (("windows", windows, 1), ("rounds", rounds, 0),
                                   ("seed", seed, 0)):
            if value < least:
                raise ValueError(f"{name}: found {value}, expected {least} or more")
        unknown = [name for name in modulations if name not in MODULATIONS]
        if unknown or not modulations:
            raise ValueError(
                f"modulations: found {', '.join(unknown) or 'none'}, expected some of "
                f"{', '.join(MODULATIONS)}"
            )
        self._modulations, self._windows, self._seed = tuple(modulations), windows, seed
        self._visits = rounds * len(self._modulations) or math.inf
        self._noise = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
        self.set_snr_db(snr_db)
        self._visit = -1
        self._clean = np.empty((0, WINDOW), np.complex64)
        self._told: float | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._next: Future[np.ndarray] | None = None
        self.set_output_multiple(WINDOW)

    def snr_db(self) -> float:
        """Signal over noise in dB."""
        return self._snr_db

    def set_snr_db(self, snr_db: float) -> None:
        """Change the noise while the flowgraph runs, from the next window on.

        Args:
            snr_db: signal over noise in dB, -50 to 100.

        Raises:
            ValueError: it is out of range.
        """
        if not -50.0 <= snr_db <= 100.0:
            raise ValueError(f"snr_db: found {snr_db:g}, expected -50 to 100")
        self._snr_db = float(snr_db)

    @staticmethod
    def sample_rate() -> float:
        """Samples per second that the signals are made for, whatever the pace they play at."""
        return SAMPLE_RATE

    def start(self) -> bool:
        """Begin to make signals; called by the scheduler."""
        self._pool = ThreadPoolExecutor(1, "modulation_walk")
        self._prepare()
        return True

    def stop(self) -> bool:
        """End the thread; called by the scheduler."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        return True

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        """Play some windows; called by the scheduler."""
        out = output_items[0]
        if not len(self._clean):
            if self._visit + 1 >= self._visits:
                return -1
            self._clean = self._next.result()
            self._visit += 1
            self._told = None
            self._prepare()
        snr_db = self._snr_db
        if snr_db != self._told:
            self._tell(snr_db)
        count = min(len(out) // WINDOW, len(self._clean))
        windows = add_noise(self._clean[:count], snr_db, self._noise)
        self._clean = self._clean[count:]
        power = (windows.real**2 + windows.imag**2).mean(1, keepdims=True)
        out[: count * WINDOW] = (windows / np.sqrt(power)).ravel()
        return count * WINDOW

    def _prepare(self) -> None:
        """Have the signal of the next visit made."""
        visit = self._visit + 1
        if visit < self._visits:
            self._next = self._pool.submit(self._signal, visit)

    def _signal(self, visit: int) -> np.ndarray:
        """The signal of a visit without noise, complex64 [windows, 128]."""
        modulation = self._modulations[visit % len(self._modulations)]
        parts: list[np.ndarray] = []
        burst = 0
        while (missing := self._windows - sum(map(len, parts))) > 0:
            key = (1, visit, burst)
            rng = np.random.default_rng(np.random.SeedSequence(self._seed, spawn_key=key))
            sent = send(modulation, 0, CALIBRATED, rng)
            places = [
                start
                for start in range(SETTLED, len(sent.samples) - WINDOW, WINDOW)
                if sent.speaks(start, start + WINDOW, CALIBRATED.audio_rate)
            ]
            places = np.array(places[:missing], np.int64)
            parts.append(sent.samples[places[:, None] + np.arange(WINDOW)])
            burst += 1
        return np.concatenate(parts)

    def _tell(self, snr_db: float) -> None:
        """Put the truth on the next sample."""
        name = self._modulations[self._visit % len(self._modulations)]
        truth = pmt.to_pmt({"modulation": name, "snr_db": snr_db})
        self.add_item_tag(0, self.nitems_written(0), pmt.intern("truth"), truth)
        self._told = snr_db
