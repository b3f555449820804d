# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Watching a training: a window while it runs, an animation when it has ended.

Both show the constellation that the encoder has come to, what comes back from the channel,
and the error rate. Watching changes nothing: what is shown of a flowgraph is what training
itself sent through it, and a channel model is asked with random numbers of its own.
"""

from __future__ import annotations

import io
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import matplotlib
import numpy as np
import torch
from matplotlib.animation import PillowWriter
from matplotlib.backends import BackendFilter, backend_registry
from matplotlib.figure import Figure

from dlcomm_train.channels.models import Channel, Received
from dlcomm_train.files import write_atomic
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.history import Entry
from dlcomm_train.watching.figure import INCHES, Frame, LiveFigure, plane

MOST_POINTS = 2000
"""Received messages in a picture."""
FRAMES = 100
"""Frames of an animation after the first, at most."""
_SEED = 77
_DOTS_PER_INCH = 80
_FRAMES_PER_SECOND = 12
_REST_MS = 2000
_SHARE = 20


class Training(Protocol):
    """What is seen of a training; :class:`~dlcomm_train.training.search.Search` is one.

    Attributes:
        config: the recipe.
        encoder: the encoder as it is.
        decoder: the decoder as it is.
        history: the validations so far.
        total_steps: optimiser steps so far, all seeds.
    """

    config: LinkConfig
    total_steps: int

    @property
    def encoder(self) -> Encoder:
        """The encoder as it is."""

    @property
    def decoder(self) -> Decoder:
        """The decoder as it is."""

    @property
    def history(self) -> Sequence[Entry]:
        """The validations so far."""


class Recorder(Channel):
    """A channel without a model, and what came back from it last."""

    def __init__(self, channel: Channel) -> None:
        """Pass everything on to `channel`."""
        self._channel = channel
        self.last: Received | None = None

    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """What `channel` makes of `symbols` [b, n]."""
        self.last = self._channel(symbols, generator)
        return self.last


class Camera:
    """Takes frames of a training."""

    def __init__(self, config: LinkConfig, recorder: Recorder | None = None) -> None:
        """Get ready.

        Args:
            config: the recipe.
            recorder: around the channel where it has no model; None: the model is asked.
        """
        self._recorder = recorder
        self._model = None if recorder else config.channel_model(config.ebn0_db)
        self._steps: list[int] = []
        self._bler: list[float] = []
        self._seen = 0

    def look(self, training: Training) -> None:
        """Note new validations; call it after every step."""
        for entry in list(training.history)[self._seen :]:
            if self._seen and entry.seed != training.history[self._seen - 1].seed:
                self._steps.append(training.total_steps)
                self._bler.append(math.nan)
            self._steps.append(training.total_steps)
            self._bler.append(entry.bler)
            self._seen += 1

    @torch.no_grad()
    def take(self, training: Training) -> Frame:
        """The state of the link now."""
        config, codebook = training.config, training.encoder.codebook().detach()
        received = self._received(codebook)[:MOST_POINTS].cpu()
        rates = [rate for rate in self._bler if math.isfinite(rate)]
        rate = f", BLER {rates[-1]:.2e}" if rates else ""
        place = Path(config.through).name if config.through else config.channel
        return Frame(
            f"{config.name}: ({config.n},{config.k}) over {place}, "
            f"Eb/N0 {config.ebn0_db:g} dB, step {training.total_steps}{rate}",
            codebook.cpu().numpy(),
            received.numpy(),
            # Training and validation send all messages in order, again and again.
            np.arange(len(received)) % config.messages,
            self._decisions(training),
            tuple(self._steps),
            tuple(self._bler),
        )

    def _received(self, codebook: torch.Tensor) -> torch.Tensor:
        """What came back last, or what the model makes of the codebook: [p, n]."""
        if self._recorder is not None:
            last = self._recorder.last
            return codebook[:0] if last is None else last.symbols
        copies = -(-MOST_POINTS // len(codebook))
        generator = torch.Generator(codebook.device).manual_seed(_SEED)
        return self._model(codebook.repeat(copies, 1), generator).symbols

    def _decisions(self, training: Training) -> np.ndarray | None:
        """What the receiver decides at each point of the plane, if that can be drawn."""
        if training.config.n != 2 or training.config.csi:
            return None
        points = torch.from_numpy(plane()).to(training.encoder.codebook().device)
        decided = training.decoder(Received(points)).argmax(dim=1)
        side = math.isqrt(len(points))
        return decided.reshape(side, side).cpu().numpy()


class Animation:
    """Takes frames while a training runs and writes them as an animated GIF.

    Attributes:
        frames: taken so far.
    """

    def __init__(
        self, path: Path, config: LinkConfig, recorder: Recorder | None = None
    ) -> None:
        """Get ready; nothing is written before :meth:`save`.

        Raises:
            ValueError: the file's name does not end in .gif.
        """
        if path.suffix.lower() != ".gif":
            raise ValueError(f"{path}: found the ending {path.suffix!r}, expected .gif")
        self._path, self._camera = path, Camera(config, recorder)
        self._steps = config.steps_per_seed * len(config.seeds)
        self.frames: list[Frame] = []

    def watch(self, training: Training) -> None:
        """Call it after every step."""
        self._camera.look(training)
        # Most happens at the beginning: the distance of the frames grows.
        due = self._steps * (len(self.frames) / FRAMES) ** 2
        if training.total_steps >= due:
            self.frames.append(self._camera.take(training))

    def save(self) -> None:
        """Draw all frames and write the file.

        Raises:
            OSError: it cannot be written.
        """
        if not self.frames:
            return
        figure = Figure(INCHES)
        drawing = LiveFigure(figure, self.frames[0], self.frames[-1])
        writer = _MemoryWriter(fps=_FRAMES_PER_SECOND)
        with writer.saving(figure, "kept in memory", _DOTS_PER_INCH):
            for frame in self.frames:
                drawing.draw(frame)
                writer.grab_frame()
        write_atomic(self._path, writer.file)


class _MemoryWriter(PillowWriter):
    """Makes a GIF whose bytes are in ``file`` at the end.

    All frames have the colours of the last one, so that equal pixels stay equal from frame
    to frame and the file stays small.
    """

    file = b""

    def finish(self) -> None:
        """Put the frames together."""
        palette = self._frames[-1].convert("RGB").quantize(colors=128, dither=0)
        frames = [
            frame.convert("RGB").quantize(palette=palette, dither=0) for frame in self._frames
        ]
        stream = io.BytesIO()
        durations = [int(1000 / self.fps)] * (len(frames) - 1) + [_REST_MS]
        frames[0].save(
            stream, format="GIF", save_all=True, append_images=frames[1:], loop=0,
            duration=durations, optimize=True,
        )
        self.file = stream.getvalue()


class Window:
    """A window that follows a training, drawing in a twentieth of the time at most."""

    def __init__(self, config: LinkConfig, recorder: Recorder | None = None) -> None:
        """Open the window.

        Raises:
            RuntimeError: there is no display.
        """
        from matplotlib import pyplot

        # Asking for a figure makes matplotlib choose what to draw with.
        self._figure = pyplot.figure(config.name, figsize=INCHES)
        windowed = backend_registry.list_builtin(BackendFilter.INTERACTIVE)
        if matplotlib.get_backend().lower() not in windowed:
            pyplot.close(self._figure)
            raise RuntimeError(
                "no window can be opened (matplotlib draws with "
                f"{matplotlib.get_backend()!r}): set DISPLAY, or write an animation instead"
            )
        self._pyplot, self._camera = pyplot, Camera(config, recorder)
        self._drawing: LiveFigure | None = None
        self._due = 0.0
        self._figure.show()

    @property
    def open(self) -> bool:
        """Whether nobody has closed the window."""
        return self._pyplot.fignum_exists(self._figure.number)

    def watch(self, training: Training) -> None:
        """Call it after every step; a closed window does nothing."""
        self._camera.look(training)
        start = time.monotonic()
        if start < self._due or not self.open:
            return
        frame = self._camera.take(training)
        if self._drawing is None:
            self._drawing = LiveFigure(self._figure, frame)
        self._drawing.draw(frame)
        canvas: Any = self._figure.canvas
        canvas.draw_idle()
        canvas.flush_events()
        end = time.monotonic()
        self._due = end + _SHARE * (end - start)

    def close(self) -> None:
        """Close the window."""
        self._pyplot.close(self._figure)

    def hold(self) -> None:
        """Wait until the person closes the window."""
        if self.open:
            self._pyplot.show(block=True)
