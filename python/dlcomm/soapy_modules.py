# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Lets SoapySDR find the device driver that is installed beside this package."""

from __future__ import annotations

import os
from pathlib import Path

_VARIABLE = "SOAPY_SDR_PLUGIN_PATH"
# Below these SoapySDR looks by itself, and would load the same driver twice.
_STANDARD = (Path("/usr/lib"), Path("/usr/local/lib"))


def announce(package: Path = Path(__file__).parent) -> None:
    """Add the folder of SoapySDR modules of this package's prefix to SoapySDR's path.

    Does nothing where there is none, where it is there already, and below /usr and
    /usr/local, where SoapySDR looks anyway. SoapySDR reads the variable when it first
    looks for devices, and programs started from this one inherit it.

    :param package: folder of this package:
        ``PREFIX/lib/python3.X/...-packages/gnuradio/dlcomm``
    """
    library = package.resolve().parents[3]
    if library in _STANDARD:
        return
    entries = [entry for entry in os.environ.get(_VARIABLE, "").split(os.pathsep) if entry]
    known = {Path(entry).resolve() for entry in entries}
    missing = [str(folder) for folder in sorted(library.glob("SoapySDR/modules*"))
               if folder not in known]
    if missing:
        os.environ[_VARIABLE] = os.pathsep.join(entries + missing)
