# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Ctrl-C where it must wait."""

from __future__ import annotations

import importlib
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[list[int]]:
    """Hold Ctrl-C back while the block lasts: for what is over soon, and must not be half done.

    Python takes signals in the main thread only; in any other this does nothing, nor where
    Ctrl-C is ignored anyway.

    Yields:
        A list that grows when it is pressed; whoever looks at it can end the work then.
    """
    pressed: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    ignored = before in (signal.SIG_IGN, None)
    if ignored or threading.current_thread() is not threading.main_thread():
        yield pressed
        return
    signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def load(*modules: str) -> None:
    """Import modules while Ctrl-C is held back: an import may swallow it.

    Args:
        modules: their full names.

    Raises:
        KeyboardInterrupt: it was pressed meanwhile.
    """
    with uninterrupted() as pressed:
        for module in modules:
            importlib.import_module(module)
    if pressed:
        raise KeyboardInterrupt
