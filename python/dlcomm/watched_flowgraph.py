# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs that run to their end while somebody looks on."""

from __future__ import annotations

from collections.abc import Callable

from gnuradio import gr

from .running import running


class WatchedFlowgraph(gr.top_block):
    """A flowgraph that ends by itself and shows how far it is meanwhile."""

    def run_watched(self, watch: Callable[[], bool], interval: float = 0.2) -> None:
        """Run to the end, calling `watch` every `interval` seconds meanwhile.

        Unlike ``run()``, which looks for the end ten times a second, this returns as
        soon as the flowgraph has ended, so short runs can be timed.

        Args:
            watch: called in this thread; the run is broken off when it returns False.
            interval: seconds between two calls.

        Raises:
            NotStartedError: it hangs in its start.
            Whatever `watch` raises, and KeyboardInterrupt, after the flowgraph has
            stopped.
        """
        with running(self) as run:
            while not run.end.wait(interval) and watch():
                pass
        if run.late:
            raise KeyboardInterrupt
