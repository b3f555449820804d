# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A file cut into packets to be sent."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_PACKETS = 1 << 32
"""The header counts packets in 32 bits."""


class TransferError(RuntimeError):
    """A file cannot be sent or received; the message is one line for people."""


class PacketFile:
    """Reads the packets of a file. A context manager.

    The file stays open, so that it may be renamed or removed meanwhile. Packet `number`
    holds the bytes from ``number * packet_bytes`` on; only the last may be shorter.

    Attributes:
        path: the file.
        size: bytes that it had when it was opened; what is appended later is not sent.
        packets: how many they make.
    """

    def __init__(self, path: Path, packet_bytes: int) -> None:
        """Open the file.

        Args:
            path: a regular file.
            packet_bytes: bytes of a packet, 1 or more.

        Raises:
            TransferError: it cannot be read, is empty, or is too large.
        """
        self.path = path
        self._packet_bytes = packet_bytes
        try:
            # Opening a named pipe would wait for its other end.
            self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise TransferError(f"{path}: {error.strerror}") from None
        try:
            found = os.fstat(self._descriptor)
            if not stat.S_ISREG(found.st_mode):
                kind = "a folder" if stat.S_ISDIR(found.st_mode) else "no regular file"
                raise TransferError(f"{path}: found {kind}, expected a file")
            self.size = found.st_size
            self.packets = -(-self.size // packet_bytes)
            if not self.size:
                raise TransferError(f"{path}: is empty, expected something to send")
            if self.packets > MAX_PACKETS:
                raise TransferError(
                    f"{path}: has {self.packets:,} packets of {packet_bytes} bytes, expected "
                    f"at most {MAX_PACKETS:,}"
                )
        except TransferError:
            self.close()
            raise

    def __enter__(self) -> PacketFile:
        """Nothing to do: it is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def read(self, number: int) -> bytes:
        """The bytes of a packet.

        Raises:
            TransferError: the file cannot be read, or has become shorter.
        """
        offset = number * self._packet_bytes
        expected = min(self._packet_bytes, self.size - offset)
        try:
            content = os.pread(self._descriptor, expected, offset)
        except OSError as error:
            raise TransferError(f"{self.path}: {error.strerror}") from None
        if len(content) < expected:
            raise TransferError(
                f"{self.path}: became shorter while it was sent: found "
                f"{offset + len(content)} bytes, expected {self.size}"
            )
        return content
