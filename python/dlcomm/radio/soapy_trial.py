# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Why a device gives no stream, asked of SoapySDR itself.

gr-soapy asks for a stream in a thread of the scheduler when the flowgraph starts. Where a
driver throws there, the start waits for ever; where it says that it cannot, gr-soapy does not
tell.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_longlong, c_size_t, c_void_p

from .soapy_library import LOG_LEVEL_VARIABLE, open_library, quiet_library, text

_ERROR = 3
_DIRECTIONS = {"sink": 0, "source": 1}
_SIGNATURES = {
    "SoapySDRDevice_makeStrArgs": (c_void_p, [c_char_p]),
    "SoapySDRDevice_unmake": (c_int, [c_void_p]),
    "SoapySDRDevice_setupStream": (
        c_void_p,
        [c_void_p, c_int, c_char_p, ctypes.POINTER(c_size_t), c_size_t, c_void_p],
    ),
    "SoapySDRDevice_closeStream": (c_int, [c_void_p, c_void_p]),
    "SoapySDRDevice_activateStream": (
        c_int,
        [c_void_p, c_void_p, c_int, c_longlong, c_size_t],
    ),
    "SoapySDRDevice_deactivateStream": (c_int, [c_void_p, c_void_p, c_int, c_longlong]),
    "SoapySDRDevice_lastError": (c_char_p, []),
    "SoapySDR_errToStr": (c_char_p, [c_int]),
    "SoapySDR_registerLogHandler": (None, [c_void_p]),
}
_LogHandler = ctypes.CFUNCTYPE(None, c_int, c_char_p)


def why_no_stream(device: str, kind: str, activate: bool = False) -> str:
    """Set up a stream of an open device, give it back, and say why if that fails.

    Args:
        device: the string that it was opened with: SoapySDR gives the same device again.
        kind: ``source`` or ``sink``.
        activate: also start the stream; for devices that have done nothing, only.

    Returns:
        What the driver says, on one line; empty: nothing is wrong, or nobody can tell.
    """
    library = open_library()
    if library is None:
        return ""
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    with _listening(library) as said:
        handle = library.SoapySDRDevice_makeStrArgs(device.encode())
        if not handle:
            return ""
        channel = c_size_t(0)
        stream = library.SoapySDRDevice_setupStream(
            handle, _DIRECTIONS[kind], b"CF32", ctypes.byref(channel), 1, None
        )
        reason = "" if stream else text(library.SoapySDRDevice_lastError())
        if stream and activate:
            code = library.SoapySDRDevice_activateStream(handle, stream, 0, 0, 0)
            if code:
                reason = said[-1] if said else text(library.SoapySDR_errToStr(code))
            else:
                library.SoapySDRDevice_deactivateStream(handle, stream, 0, 0)
        if stream:
            library.SoapySDRDevice_closeStream(handle, stream)
        library.SoapySDRDevice_unmake(handle)
    return " ".join(reason.split())


@contextmanager
def _listening(library: ctypes.CDLL) -> Iterator[list[str]]:
    """Collect what drivers log as errors while the block lasts."""
    said: list[str] = []
    handler = _LogHandler(lambda level, message: said.append(text(message)))
    library.SoapySDR_registerLogHandler(ctypes.cast(handler, c_void_p))
    if LOG_LEVEL_VARIABLE not in os.environ:
        library.SoapySDR_setLogLevel(c_int(_ERROR))
    try:
        yield said
    finally:
        library.SoapySDR_registerLogHandler(None)
        quiet_library()
