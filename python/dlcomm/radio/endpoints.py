# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Where samples come from and where they go: devices opened by their strings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from gnuradio import gr

from .device_string import Device, DeviceError, DeviceKind
from .radio_sink import radio_sink
from .radio_source import radio_source
from .recording import open_recording
from .recording_player import recording_player
from .recording_writer import RecordingWriter
from .soapy_device import SettingError, why_silent
from .stall_watch import LOST_S

_ZMQ_MESSAGES = 4
"""Messages that ZeroMQ holds on either side; its default of 1000 would be hundreds of MB."""
_ZMQ_TIMEOUT_MS = 100
_ZMQ_STALL_S = 10.0
_DRAIN_S = 0.5
_REMOTE_DRAIN = 1 << 17
_ZMQ_DRAIN = 1 << 21
"""Zeros behind the last burst that push it through sockets and their buffers."""


@dataclass(frozen=True)
class Settings:
    """What the command line says of a device.

    Attributes:
        sample_rate: in samples per second; None: not told.
        frequency: in Hz; None: not told.
        gain: in dB; None: the device's own control where it has one.
        antenna: name of it; empty: the default one.
    """

    sample_rate: float | None = None
    frequency: float | None = None
    gain: float | None = None
    antenna: str = ""

    def for_radio(self, device: Device) -> tuple[float, float]:
        """Rate and frequency, which a radio needs.

        Raises:
            SettingError: one of them is missing.
        """
        for name, value in (("rate", self.sample_rate), ("freq", self.frequency)):
            if value is None:
                raise SettingError(name, f"device {device.text}: expected --rate and --freq")
        return self.sample_rate, self.frequency


@dataclass(frozen=True)
class Source:
    """An open device that gives samples.

    Attributes:
        block: gives them.
        sample_rate: in samples per second; None: nobody knows.
        samples: how many of a recording are played; None: it is none.
        cut: whether the recording has more of them.
        lost_s: seconds without samples after which it is lost; None: it may be silent.
        why_silent: asks it why it has not given a sample; empty: it does not know.
    """

    block: gr.basic_block
    sample_rate: float | None
    samples: int | None = None
    cut: bool = False
    lost_s: float | None = None
    why_silent: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class Sink:
    """An open device that takes samples.

    Attributes:
        block: takes them.
        samples: says how many it has taken.
        drain: samples behind the last burst until it is out for certain; None: the stream
            ends with the last burst.
        lost_s: seconds without progress after which it is lost.
        waits: whether it takes nothing until somebody listens.
        check: raises what has gone wrong, if anything.
        finish: is told, when all was taken, what it was.
        why_silent: asks the device why it has not taken a sample; empty: it does not know.
    """

    block: Any
    samples: Callable[[], int]
    drain: int | None
    lost_s: float
    waits: bool = False
    check: Callable[[], None] = lambda: None
    finish: Callable[[str], None] = lambda description: None
    why_silent: Callable[[], str] = lambda: ""


def open_source(device: Device, settings: Settings, seconds: float | None = None) -> Source:
    """Open a device for reception.

    Args:
        device: what to open.
        settings: how to set it.
        seconds: how much of a recording to play; None: all of it.

    Raises:
        DeviceError: it is not there, is busy, or refuses a setting.
        ValueError: a recording cannot be played.
    """
    rate = settings.sample_rate
    if device.kind is DeviceKind.FILE:
        recording = open_recording(device.path, rate)
        rate, count = recording.sample_rate, recording.samples
        if seconds is not None:
            count = min(count, int(seconds * rate))
        player = recording_player(recording, count)
        return Source(player, rate, count, cut=count < recording.samples)
    if device.kind is DeviceKind.ZMQ:
        return Source(_zmq_block(device, "pull_source"), rate)
    rate, frequency = settings.for_radio(device)
    block = radio_source(device.target, rate, frequency, settings.gain, settings.antenna)
    why = partial(why_silent, device.target, "source")
    return Source(block, rate, lost_s=LOST_S, why_silent=why)


@contextmanager
def open_sink(device: Device, settings: Settings) -> Iterator[Sink]:
    """Open a device for transmission.

    A recording that was not finished is not there afterwards.

    Raises:
        DeviceError: it is not there, is busy, or refuses a setting.
        ValueError: a recording cannot be written.
    """
    rate, frequency = settings.sample_rate, settings.frequency
    if device.kind is DeviceKind.FILE:
        with RecordingWriter(device.path, rate, frequency) as writer:
            block = writer.sink
            yield Sink(
                block, lambda: block.nitems_read(0), None, LOST_S,
                check=writer.check, finish=writer.finish,
            )  # fmt: skip
        return
    if device.kind is DeviceKind.ZMQ:
        push = _zmq_block(device, "push_sink")
        yield Sink(push, lambda: push.nitems_read(0), _ZMQ_DRAIN, _ZMQ_STALL_S, waits=True)
        return
    rate, frequency = settings.for_radio(device)
    radio = radio_sink(device.target, rate, frequency, settings.gain, settings.antenna)
    drain = int(_DRAIN_S * rate)
    if "remote" in device.target:
        drain += _REMOTE_DRAIN
    why = partial(why_silent, device.target, "sink")
    yield Sink(radio, radio.samples, drain, LOST_S, why_silent=why)


def _zmq_block(device: Device, kind: str) -> Any:
    """One of gr-zeromq's blocks: they hold samples back where others drop them.

    ``push_sink`` binds the address and waits for ``pull_source``, which connects to it.
    """
    try:
        from gnuradio import zeromq
    except ImportError as error:
        raise DeviceError(f"device {device.text}: gr-zeromq is not installed") from error
    try:
        return getattr(zeromq, kind)(
            gr.sizeof_gr_complex, 1, device.target, _ZMQ_TIMEOUT_MS, False, _ZMQ_MESSAGES
        )
    except (RuntimeError, ValueError) as error:
        raise DeviceError(f"device {device.text}: {error}") from error
