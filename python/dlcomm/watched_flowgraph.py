# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs that run to their end while somebody looks on."""

from __future__ import annotations

from collections.abc import Callable

from gnuradio import gr

from . import stopping
from .interrupts import uninterrupted


class WatchedFlowgraph(gr.top_block):
    """A flowgraph that ends by itself and shows how far it is meanwhile."""

    def run_watched(self, watch: Callable[[], bool], interval: float = 0.2) -> None:
        """Run to the end, calling `watch` every `interval` seconds meanwhile.

        Unlike ``run()``, which looks for the end ten times a second, this returns as
        soon as the flowgraph has ended, so short runs can be timed.

        Args:
            watch: called in this thread; the run is broken off when it returns False.
            interval: seconds between two calls.

        Ctrl-C ends it as well when it comes while the flowgraph starts or stops: a process
        that ends with a flowgraph at work crashes.

        Raises:
            Whatever `watch` raises, and KeyboardInterrupt, after the flowgraph has
            stopped.
        """
        with uninterrupted() as early:
            self.start()
            end = stopping.ended(self)
        try:
            if early:
                raise KeyboardInterrupt
            while not end.wait(interval) and watch():
                pass
        finally:
            with uninterrupted() as late:
                stopping.stop(self, end)
        if late:
            raise KeyboardInterrupt
