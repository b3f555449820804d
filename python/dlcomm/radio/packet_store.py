# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Received packets become a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import BinaryIO

from ..measurement.files import ensure_writable, write_atomic
from .packet_index import PacketIndex, Span

_PIECE = 1 << 20


class Arrival(Enum):
    """What a packet turned out to be."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """Its number was there already, with other content."""


class PacketStore:
    """Gathers packets beside the file that they will be, in a temporary file.

    A context manager, which removes the temporary file of a transfer that was not finished.

    Attributes:
        path: the file.
        index: which packets are there.
        total: how many there are in all; None: the last one has not been seen.
        bytes: of all packets that are there.
    """

    def __init__(self, path: Path) -> None:
        """Open the temporary file.

        Args:
            path: the file that is to be.

        Raises:
            ValueError: it cannot be written.
        """
        if path.exists() and not path.is_file():
            kind = "a folder" if path.is_dir() else "no regular file"
            raise ValueError(f"{path}: found {kind}, expected a file")
        ensure_writable(path)
        self.path = path
        self.index = PacketIndex()
        self.total: int | None = None
        self.bytes = 0
        self._work = path.with_name(f".{path.name}.{os.getpid()}.part")
        flags = os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._descriptor = os.open(self._work, flags, 0o666)

    def __enter__(self) -> PacketStore:
        """Nothing to do: the file is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the temporary file, and remove it if it is still there."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        with suppress(OSError):
            self._work.unlink()

    @property
    def sidecar(self) -> Path:
        """The file that says what an incomplete one holds."""
        return self.path.with_name(f"{self.path.name}.packets.json")

    def add(self, number: int, content: bytes, last: bool) -> Arrival:
        """Keep a packet.

        Args:
            number: of the packet, from 0.
            content: its bytes.
            last: whether it is the last of the transfer.

        Raises:
            OSError: the disk does not take it; it is then not kept.
        """
        there = self.index.find(number)
        if there is not None:
            position, length = there
            same = os.pread(self._descriptor, length, position) == content
            return Arrival.DUPLICATE if same else Arrival.CONFLICT
        if self.total is not None and (last or number >= self.total):
            # Behind the end of this transfer: it can only be another's.
            return Arrival.CONFLICT
        if last and number < self.index.end:
            return Arrival.CONFLICT
        self._write(content)
        self.index.add(number, self.bytes, len(content))
        self.bytes += len(content)
        if last:
            self.total = number + 1
        return Arrival.NEW

    def end_at(self, total: int) -> None:
        """Note how many packets there are, told by the last one, which itself is lost."""
        if self.total is None and total >= self.index.end:
            self.total = total

    @property
    def expected(self) -> int:
        """How many packets there must be at least: the total where it is known."""
        return self.index.end if self.total is None else self.total

    def missing(self) -> list[Span]:
        """Numbers of packets that must have been lost, as spans."""
        return list(self.index.missing(self.expected))

    @property
    def complete(self) -> bool:
        """Whether the last packet and all before it are there."""
        return self.total is not None and len(self.index) == self.total

    def finish(self) -> None:
        """Put the file in its place: the packets in order, without gaps.

        Beside a file that is not complete stands a sidecar; that of an earlier transfer is
        removed where it is.

        Raises:
            OSError: the disk does not take it.
        """
        os.ftruncate(self._descriptor, self.bytes)
        if self.complete:
            self._place()
            self.sidecar.unlink(missing_ok=True)
        else:
            # First the sidecar: without it the file would look complete. But a disk that is too
            # full for it is no reason to lose the file.
            try:
                write_atomic(self.sidecar, self._describe)
            finally:
                self._place()

    def _place(self) -> None:
        if self.index.in_order():
            os.replace(self._work, self.path)
        else:
            write_atomic(self.path, self._write_in_order)

    def _write(self, content: bytes) -> None:
        """Append to the temporary file."""
        rest, place = memoryview(content), self.bytes
        while rest:
            written = os.pwrite(self._descriptor, rest, place)
            rest, place = rest[written:], place + written

    def _write_in_order(self, stream: BinaryIO) -> None:
        for run in self.index.runs():
            place = run.position
            while place < run.behind:
                piece = os.pread(self._descriptor, min(_PIECE, run.behind - place), place)
                stream.write(piece)
                place += len(piece)

    def _describe(self, stream: BinaryIO) -> None:
        """Write the sidecar, a packet at a time: it may be larger than fits into memory."""
        about = {
            "file": self.path.name,
            "bytes": self.bytes,
            "packets_received": len(self.index),
            "packets_expected": self.total,
            "missing": self.missing(),
        }
        head = json.dumps(about, ensure_ascii=False)
        stream.write(f'{head[:-1]},\n "packets": [\n'.encode())
        between = ""
        for number, offset, length in self._packets():
            line = f'  {{"number": {number}, "offset": {offset}, "length": {length}}}'
            stream.write(f"{between}{line}".encode())
            between = ",\n"
        stream.write(b"\n ]}\n")

    def _packets(self) -> Iterator[tuple[int, int, int]]:
        """Number, place in the finished file, and length of every packet."""
        offset = 0
        for run in self.index.runs():
            for number in range(run.first, run.end):
                yield number, offset, run.length
                offset += run.length
