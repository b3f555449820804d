# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a device string of the command line names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class DeviceError(RuntimeError):
    """A device cannot be used; the message is one line for people."""


class DeviceKind(Enum):
    """What lies behind a device string."""

    SOAPY = "soapy"
    ZMQ = "zmq"
    FILE = "file"


@dataclass(frozen=True)
class Device:
    """A device string taken apart.

    Attributes:
        text: as it was given; what messages call the device.
        kind: what it is.
        target: SoapySDR's arguments, the address, or the path.
    """

    text: str
    kind: DeviceKind
    target: str

    @property
    def path(self) -> Path:
        """The file of a ``file:`` device."""
        return Path(self.target)

    @property
    def live(self) -> bool:
        """Whether its samples come and go by the device's own clock."""
        return self.kind is DeviceKind.SOAPY


_ADDRESS = re.compile(r"(tcp://[^:/]+|tcp://\[[^]]+\]):(\d{1,5})|ipc://.+")


def parse_device(text: str) -> Device:
    """Take a device string apart.

    Args:
        text: ``zmq:tcp://HOST:PORT`` or ``zmq:ipc://PATH``, ``file:PATH``, or any string of
            SoapySDR, such as ``driver=rtlsdr,serial=1``.

    Raises:
        ValueError: it is none of these.
    """
    if text.startswith("zmq:"):
        address = text.removeprefix("zmq:")
        found = _ADDRESS.fullmatch(address)
        if not found or (found[2] and not 0 < int(found[2]) < 65536):
            raise ValueError(f"found {text!r}, expected zmq:tcp://HOST:PORT or zmq:ipc://PATH")
        return Device(text, DeviceKind.ZMQ, address)
    if text.startswith("file:"):
        path = text.removeprefix("file:")
        if not path or "\0" in path:
            raise ValueError(f"found {text!r}, expected file:PATH")
        return Device(text, DeviceKind.FILE, path)
    parts = [part.strip() for part in text.split(",")]
    if not all(re.match(r"[^=\s]+=", part) for part in parts):
        raise ValueError(
            f"found {text!r}, expected SoapySDR's KEY=VALUE,... such as driver=rtlsdr, "
            "zmq:tcp://HOST:PORT, or file:PATH"
        )
    return Device(text, DeviceKind.SOAPY, text)
