# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which devices SoapySDR finds, asked of its own library.

The library is there wherever gr-soapy is; its Python module and its programs are packages of
their own, which need not be.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os

from .device_string import DeviceError

LOG_LEVEL_VARIABLE = "SOAPY_SDR_LOG_LEVEL"
_FATAL = 1


class _Arguments(ctypes.Structure):
    """``SoapySDRKwargs``: names and values of one device."""

    _fields_ = (
        ("size", ctypes.c_size_t),
        ("keys", ctypes.POINTER(ctypes.c_char_p)),
        ("values", ctypes.POINTER(ctypes.c_char_p)),
    )


def quiet_library() -> None:
    """Keep drivers from writing to the terminal what the exceptions say as well.

    The variable ``SOAPY_SDR_LOG_LEVEL``, where it is set, is left to decide.
    """
    if LOG_LEVEL_VARIABLE in os.environ:
        return
    library = open_library()
    if library is not None:
        library.SoapySDR_setLogLevel(ctypes.c_int(_FATAL))


def find_devices() -> list[dict[str, str]]:
    """All devices that SoapySDR finds, each with what its driver tells of it.

    Raises:
        DeviceError: SoapySDR is not installed.
    """
    library = open_library()
    if library is None:
        raise DeviceError("no list of devices: SoapySDR's library is not installed")
    quiet_library()
    enumerate_devices = library.SoapySDRDevice_enumerate
    enumerate_devices.restype = ctypes.POINTER(_Arguments)
    enumerate_devices.argtypes = [
        ctypes.POINTER(_Arguments),
        ctypes.POINTER(ctypes.c_size_t),
    ]
    clear = library.SoapySDRKwargsList_clear
    clear.restype = None
    clear.argtypes = [ctypes.POINTER(_Arguments), ctypes.c_size_t]
    count = ctypes.c_size_t()
    found = enumerate_devices(None, ctypes.byref(count))
    devices = [
        {text(one.keys[i]): text(one.values[i]) for i in range(one.size)}
        for one in found[: count.value]
    ]
    if found:
        clear(found, count)
    return devices


def device_text(arguments: dict[str, str]) -> str:
    """The device string that names a found device."""
    names = [name for name in arguments if name != "label"]
    names.sort(key=lambda name: name != "driver")
    return ",".join(f"{name}={arguments[name]}" for name in names)


def open_library() -> ctypes.CDLL | None:
    """SoapySDR's library; None: it is not there."""
    for name in ("libSoapySDR.so.0.8", ctypes.util.find_library("SoapySDR")):
        if name:
            try:
                return ctypes.CDLL(name)
            except OSError:
                continue
    return None


def text(value: bytes | None) -> str:
    """Text of the library as Python has it."""
    return (value or b"").decode("utf-8", "replace")
