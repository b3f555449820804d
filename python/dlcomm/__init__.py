# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Neural encoders, decoders and channels for GNU Radio, run from ONNX models.

The blocks are C++ (see their own help); `models()` lists what is shipped, `link()` opens
an encoder and decoder that belong together, and the submodules build flowgraphs and
measure error rates. Importing this package does not import torch, SciPy or matplotlib.
"""

from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _TYPE_CHECKING

from .dlcomm_python import *  # noqa: F403  (the blocks)
from .links import Link, link, models, replacement_link, try_set_model
from .soapy_modules import announce as _announce_soapy_modules

if _TYPE_CHECKING:
    from .recognition.front_end import signal_front_end

_announce_soapy_modules()

__all__ = [
    name
    for name, value in globals().items()
    if not name.startswith("_") and not isinstance(value, _ModuleType)
] + ["signal_front_end"]


def __getattr__(name: str) -> object:
    """What is made of GNU Radio's filters, whose import would delay that of every block."""
    if name == "signal_front_end":
        from .recognition.front_end import signal_front_end

        return signal_front_end
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
