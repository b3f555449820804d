# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Neural encoders, decoders and channels for GNU Radio, run from ONNX models.

The blocks are C++ (see their own help); `models()` lists what is shipped, `link()` opens
an encoder and decoder that belong together, and the submodules build flowgraphs and
measure error rates. Importing this package does not import torch, SciPy or matplotlib.
"""

from importlib import import_module as _import_module
from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING as _TYPE_CHECKING

from .dlcomm_python import *  # noqa: F403  (the blocks)
from .links import Link, link, models, replacement_link, try_set_model
from .soapy_modules import announce as _announce_soapy_modules

if _TYPE_CHECKING:
    from .radio.air_channel import air_channel
    from .radio.neural_receiver import neural_receiver
    from .radio.neural_transmitter import neural_transmitter
    from .recognition.front_end import signal_front_end

_MADE_OF_BLOCKS = {
    "air_channel": ".radio.air_channel",
    "neural_receiver": ".radio.neural_receiver",
    "neural_transmitter": ".radio.neural_transmitter",
    "signal_front_end": ".recognition.front_end",
}
"""Hierarchical blocks in Python, and where each is."""

_announce_soapy_modules()

__all__ = [
    name
    for name, value in globals().items()
    if not name.startswith("_") and not isinstance(value, _ModuleType)
] + [*_MADE_OF_BLOCKS]


def __getattr__(name: str) -> object:
    """What is made of other blocks, whose import would delay that of every block."""
    if name in _MADE_OF_BLOCKS:
        return getattr(_import_module(_MADE_OF_BLOCKS[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
