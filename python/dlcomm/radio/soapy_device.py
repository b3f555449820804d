# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Opening SoapySDR devices through gr-soapy, for reception and transmission.

gr-soapy's blocks take a gain out of range with a warning and go on; here every setting is held
against what the device says it can do first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .device_string import DeviceError
from .soapy_library import quiet_library
from .soapy_trial import why_no_stream

_STREAM_ARGUMENTS = frozenset(
    f"remote:{name}" for name in ("format", "scale", "mtu", "window", "priority", "prot")
)


class SettingError(DeviceError):
    """A device has no such rate, frequency, gain or antenna.

    Attributes:
        setting: ``rate``, ``freq``, ``gain`` or ``antenna``.
    """

    def __init__(self, setting: str, text: str) -> None:
        """Make the error: `text` is one line for people."""
        super().__init__(text)
        self.setting = setting


@dataclass(frozen=True)
class Tuning:
    """How to set a device.

    Attributes:
        sample_rate: in samples per second.
        frequency: in Hz.
        gain: in dB; None: the device's own control where it has one.
        antenna: name of it; empty: the default one.
    """

    sample_rate: float
    frequency: float
    gain: float | None = None
    antenna: str = ""


def open_block(device: str, kind: str, tuning: Tuning) -> Any:
    """Open a device and set it.

    Args:
        device: SoapySDR's device string, such as ``driver=rtlsdr``.
        kind: ``source`` or ``sink``: which block of gr-soapy, for the first channel.
        tuning: how to set it.

    Raises:
        SettingError: the device refuses a setting.
        DeviceError: gr-soapy or the device is not there, or it is busy.
    """
    try:
        from gnuradio import soapy
    except ImportError as error:
        raise DeviceError(f"device {device}: gr-soapy is not installed") from error
    quiet_library()
    make = getattr(soapy, kind)
    arguments, stream_arguments = split_arguments(device)
    try:
        block = make(arguments, "fc32", 1, "", stream_arguments, [""], [""])
    except (RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())
        if "no match" in reason:
            reason = "SoapySDR finds none such; dlcomm rx --list lists those it finds"
        raise DeviceError(f"device {device}: {reason}") from error
    _within("rate", device, tuning.sample_rate, lambda: block.get_sample_rate_range(0))
    _within("freq", device, tuning.frequency, lambda: block.get_frequency_range(0))
    if tuning.gain is not None:
        check_gain(device, block, tuning.gain)
    if tuning.antenna:
        _known_antenna(device, tuning.antenna, block.list_antennas(0))
    for setting, apply in (
        ("rate", lambda: block.set_sample_rate(0, tuning.sample_rate)),
        ("freq", lambda: block.set_frequency(0, tuning.frequency)),
        ("antenna", lambda: tuning.antenna and block.set_antenna(0, tuning.antenna)),
        ("gain", lambda: set_gain(block, tuning.gain)),
    ):
        try:
            apply()
        except (RuntimeError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise SettingError(setting, f"device {device}: {reason}") from error
    if reason := why_no_stream(arguments, kind):
        raise DeviceError(f"device {device}: {reason}")
    return block


def why_silent(device: str, kind: str) -> str:
    """What the driver of a device says that has not moved a sample; empty: nothing.

    Args:
        device: its device string.
        kind: ``source`` or ``sink``.
    """
    return why_no_stream(split_arguments(device)[0], kind, activate=True)


def split_arguments(device: str) -> tuple[str, str]:
    """Arguments of a device, and those of its streams.

    SoapyRemote takes what says how samples travel with the stream, and sends everything else
    that begins with ``remote:`` to the device at the other end.
    """
    parts = [part.strip() for part in device.split(",")]
    streams = [part for part in parts if part.partition("=")[0] in _STREAM_ARGUMENTS]
    return ",".join(part for part in parts if part not in streams), ",".join(streams)


def set_gain(block: Any, gain: float | None) -> None:
    """Set the gain of a block of gr-soapy in dB; None: the device's own control."""
    if gain is not None:
        block.set_gain(0, gain)
    elif block.has_gain_mode(0):
        block.set_gain_mode(0, True)


def check_gain(device: str, block: Any, gain: float) -> None:
    """Make sure that a device has a gain.

    Raises:
        SettingError: it has not.
    """
    _within("gain", device, gain, lambda: [block.get_gain_range(0)])


def _within(
    setting: str, device: str, value: float, ranges: Callable[[], Sequence[Any]]
) -> None:
    """Make sure that `value` lies in one of the ranges, where the device has any."""
    units = "dB" if setting == "gain" else "Hz"
    try:
        known = [(one.minimum(), one.maximum()) for one in ranges()]
    except (RuntimeError, ValueError):
        # Not every driver can say.
        return
    # Drivers that do not know say nothing, or 0 to 0.
    known = [(low, high) for low, high in known if (low, high) != (0.0, 0.0)]
    if not known or any(
        low <= value <= high or math.isclose(value, low) or math.isclose(value, high)
        for low, high in known
    ):
        return
    spans = ", ".join(
        f"{low:.10g}" if low == high else f"{low:.10g} to {high:.10g}" for low, high in known
    )
    raise SettingError(
        setting,
        f"device {device}: {setting} is {value:.10g}, expected {spans} {units}",
    )


def _known_antenna(device: str, name: str, known: Sequence[str]) -> None:
    if known and name not in known:
        raise SettingError(
            "antenna", f"device {device}: antenna is {name}, expected {' or '.join(known)}"
        )
