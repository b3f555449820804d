# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Frames of symbols that travel as bursts through radios, and come back in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from .file_sender import OUTSTANDING

PATIENCE_S = 2.0
"""How long after it was sent a frame may take to arrive before it counts as lost."""

MOST_LOST = 64
"""Frames lost in a row after which there is no channel to speak of."""

_TICK_S = 0.05


class FrameExchange:
    """Numbers frames, lets only so many be on their way, and tells which were lost.

    A medium keeps the order of what it carries: where a later frame arrives, those before it
    that have not are lost. So is one that has not arrived :data:`PATIENCE_S` after it was sent.
    The methods may be called from any thread.

    Attributes:
        received: frames that arrived.
        lost: frames that did not.
    """

    def __init__(
        self,
        length: int,
        send: Callable[[int, np.ndarray], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Make an exchange.

        Args:
            length: complex symbols of a frame.
            send: hands a numbered frame, complex64 [length], to the transmitter.
            patience_s: how long after it was sent a frame may take.
        """
        self._length, self._send, self._patience = length, send, patience_s
        self._change = threading.Condition()
        self._arrived: dict[int, np.ndarray] = {}
        self._sent_at: dict[int, float] = {}
        self._put, self._next, self._newest = 0, 0, -1
        self._over = self._closed = False
        self._lost_in_a_row = 0
        self.received = self.lost = 0

    def put(self, frame: np.ndarray) -> None:
        """Send a frame, complex64 [length]; waits while too many are on their way."""
        with self._change:
            while self._put - self._next >= OUTSTANDING and not self._closed:
                self._change.wait(_TICK_S)
            if self._closed:
                return
            number = self._put
            self._put += 1
        self._send(number, frame)

    def note_sent(self, number: int) -> None:
        """The transmitter has handed on the last sample of this frame."""
        with self._change:
            self._sent_at[number] = time.monotonic()

    def note_arrived(self, number: int, frame: np.ndarray) -> None:
        """This frame has come; one that was not sent, or of another length, is none."""
        with self._change:
            expected = self._next <= number < self._put and number not in self._arrived
            if expected and len(frame) == self._length:
                self._arrived[number] = frame
                self._newest = max(self._newest, number)
                self._change.notify_all()

    def take(self) -> np.ndarray | None:
        """The next frame in order, zeros where it was lost; None: not known yet.

        Waits for a short time.

        Raises:
            RuntimeError: :data:`MOST_LOST` frames in a row were lost.
        """
        with self._change:
            self._change.wait_for(self._settled, timeout=_TICK_S)
            if not self._settled():
                return None
            frame = self._arrived.pop(self._next, None)
            self._sent_at.pop(self._next, None)
            self._next += 1
            self._change.notify_all()
            if frame is not None:
                self.received += 1
                self._lost_in_a_row = 0
                return frame
            self.lost += 1
            self._lost_in_a_row += 1
            if self._lost_in_a_row == MOST_LOST:
                raise RuntimeError(
                    f"{MOST_LOST} bursts in a row were lost, after {self.received} received"
                )
            return np.zeros(self._length, np.complex64)

    def _settled(self) -> bool:
        """Whether it is known what became of the next frame."""
        if self._next >= self._put:
            return False
        if self._next in self._arrived or self._next < self._newest:
            return True
        sent_at = self._sent_at.get(self._next)
        return sent_at is not None and time.monotonic() - sent_at > self._patience

    def end(self) -> None:
        """Say that no more frames will be put."""
        with self._change:
            self._over = True

    def close(self) -> None:
        """Let nobody wait any longer."""
        with self._change:
            self._closed = True
            self._change.notify_all()

    @property
    def finished(self) -> bool:
        """Whether everything that was put has been taken, and no more will come."""
        with self._change:
            return self._over and self._next == self._put
