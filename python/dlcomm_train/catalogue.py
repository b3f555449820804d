# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The recipes of the models that are shipped."""

from __future__ import annotations

from dlcomm_train.baselines import BASELINES
from dlcomm_train.channel_knowledge import CSI_SUFFIX
from dlcomm_train.config import LinkConfig

INT8_SUFFIX = "_int8"

_TINY = {"ebn0_db": 4.0, "steps": 1000, "learning_rate": 0.02, "seeds": (1, 2, 3)}
_TINY_COMPACT = _TINY | {"steps": 2000, "learning_rate": 0.1}

# Seven channel uses hold 16 codewords in many nearly equal ways; the seed decides
# which is found. The hidden layers of the thesis's form need a smaller learning rate.
# A stage for the receiver alone brings it close to maximum likelihood.
LINKS = {
    config.name: config
    for config in (
        LinkConfig(
            name="ae_1_1", n=1, k=1, form="thesis", receiver_steps=500, **_TINY
        ),
        LinkConfig(
            name="ae_2_2", n=2, k=2, form="thesis", receiver_steps=500, **_TINY
        ),
        LinkConfig(
            name="ae_7_4",
            n=7,
            k=4,
            form="thesis",
            ebn0_db=4.0,
            steps=4000,
            learning_rate=0.01,
            receiver_steps=2000,
            receiver_ebn0_db=2.0,
            seeds=(1, 2, 3),
        ),
        LinkConfig(
            name="ae_8_8",
            n=8,
            k=8,
            form="thesis",
            ebn0_db=6.5,
            steps=4000,
            learning_rate=0.01,
            receiver_steps=1500,
            receiver_ebn0_db=4.0,
            receiver_learning_rate=0.003,
            validate_every=500,
        ),
        LinkConfig(name="ae_1_1_compact", n=1, k=1, **_TINY_COMPACT),
        LinkConfig(name="ae_2_2_compact", n=2, k=2, **_TINY_COMPACT),
        LinkConfig(
            name="ae_7_4_compact",
            n=7,
            k=4,
            ebn0_db=4.0,
            steps=5000,
            learning_rate=0.05,
            seeds=(3, 5, 7),
        ),
        LinkConfig(
            name="ae_8_8_compact",
            n=8,
            k=8,
            ebn0_db=6.5,
            steps=6000,
            learning_rate=0.05,
            receiver_steps=500,
            receiver_ebn0_db=4.0,
            seeds=(1, 2),
        ),
    )
}
"""Trained links by name."""

QUANTIZED = tuple(
    name + form
    for form in ("", "_compact")
    for name in ("ae_1_1", "ae_2_2", "ae_7_4", "ae_8_8")
)
"""Links that are shipped in int8 as well."""

CHANNEL_KNOWLEDGE = {
    "qpsk" + CSI_SUFFIX: "qpsk",
    "ae_8_8" + CSI_SUFFIX: "ae_8_8_compact",
}
"""Links whose receivers read the channel gain, and the link that each takes its codebook
from."""

NAMES = (
    *BASELINES,
    *LINKS,
    *(name + INT8_SUFFIX for name in QUANTIZED),
    *CHANNEL_KNOWLEDGE,
)
"""Every shipped model, in the order in which they are made."""
