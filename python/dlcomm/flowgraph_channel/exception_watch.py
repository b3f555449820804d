# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What became of the Python blocks in somebody's flowgraph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gnuradio import gr

_KINDS = (gr.hier_block2, gr.gateway.gateway_block)


class ExceptionWatch:
    """Remembers the exception that ended a Python block inside a flowgraph.

    GNU Radio logs such an exception and ends that block's thread, and the rest of the
    flowgraph waits for it for ever. Here the block says instead that it is done, so that
    the flowgraph ends and somebody can ask why.
    """

    def __init__(self, block: Any) -> None:
        """Watch `block` and every Python block among its attributes, at any depth."""
        self.failure = ""
        for inner in _python_blocks(block):
            for name in ("work", "general_work"):
                setattr(inner, name, self._guarded(inner, getattr(inner, name)))

    def _guarded(self, block: Any, work: Callable[..., int]) -> Callable[..., int]:
        """`work` of `block`; an exception is noted and means that it is done."""

        def guarded(*arguments: Any) -> int:
            """Work, or end."""
            try:
                return work(*arguments)
            except Exception as error:
                self.failure = self.failure or f"block {block.name()}: {describe(error)}"
                return -1

        return guarded


def _python_blocks(block: Any) -> Iterator[Any]:
    """The Python blocks among `block` and its attributes, each once; also in containers."""
    found, waiting = [], [block]
    while waiting:
        member = waiting.pop()
        if isinstance(member, (list, tuple)):
            waiting += member
        elif isinstance(member, dict):
            waiting += member.values()
        elif isinstance(member, _KINDS) and all(member is not other for other in found):
            found.append(member)
            waiting += vars(member).values()
    return (member for member in found if isinstance(member, gr.gateway.gateway_block))


def describe(error: BaseException) -> str:
    """Kind and text of an exception on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
