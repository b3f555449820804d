# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Channel models by the texts that ``dlcomm ber --channel`` takes.

``awgn``, ``rayleigh``, ``rayleigh:real_positive=1`` and ``polynomial:C0,C1,...``. A fading
gain lasts for one message here, so there is no ``block=``.
"""

from __future__ import annotations

import math

from dlcomm_train.channels.models import Awgn, ChannelModel, Polynomial, Rayleigh

AWGN = "awgn"
RAYLEIGH = "rayleigh"
RAYLEIGH_REAL = "rayleigh:real_positive=1"
_POLYNOMIAL = "polynomial:"
_MOST_COEFFICIENTS = 32
_FORMS = f"{AWGN}, {RAYLEIGH}, {RAYLEIGH_REAL} or {_POLYNOMIAL}C0,C1,..."


def channel_model(text: str, n: int, k: int, ebn0_db: float, csi: bool) -> ChannelModel:
    """The channel model of an (n, k) link that `text` names.

    Args:
        text: the channel.
        n: real channel uses per message.
        k: bits per message.
        ebn0_db: Eb/N0 in dB.
        csi: whether the receiver is told the channel gain.

    Raises:
        ValueError: one line: there is no such channel, or it cannot be had for such a link.
    """
    if text in (RAYLEIGH, RAYLEIGH_REAL):
        return Rayleigh(n, k, ebn0_db, text == RAYLEIGH_REAL, csi)
    if csi:
        raise ValueError(f"channel {text} has no gain that a receiver could be told")
    if text == AWGN:
        return Awgn(n, k, ebn0_db)
    if text.startswith(_POLYNOMIAL):
        return Polynomial(n, k, ebn0_db, _coefficients(text.removeprefix(_POLYNOMIAL)))
    raise ValueError(f"found {text!r}, expected {_FORMS}")


def _coefficients(text: str) -> list[float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if not (1 <= len(values) <= _MOST_COEFFICIENTS and all(map(math.isfinite, values))):
        raise ValueError(
            f"found {_POLYNOMIAL}{text}, expected 1 to {_MOST_COEFFICIENTS} finite "
            "coefficients C0,C1,..."
        )
    if not any(values[1:]):
        raise ValueError(
            f"found {_POLYNOMIAL}{text}, expected a coefficient from C1 on that is not 0: "
            "nothing of what is sent arrives"
        )
    return values
