# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The recipes of the models that are shipped.

Flowgraphs that links are trained through are named from the project's folder.
"""

from __future__ import annotations

from dlcomm_train.models.baselines import BASELINES
from dlcomm_train.models.channel_knowledge import CSI_SUFFIX
from dlcomm_train.shipping.compressed import RECIPES
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.policy_config import PolicyGradient
from dlcomm_train.two_user.config import TwoUserConfig

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
        # Three bits on two channel uses, and eight on four: other rates.
        LinkConfig(
            name="ae_2_3",
            n=2,
            k=3,
            form="thesis",
            ebn0_db=8.0,
            steps=2000,
            receiver_steps=1000,
            receiver_ebn0_db=5.0,
            seeds=(1, 2, 3),
        ),
        LinkConfig(
            name="ae_4_8",
            n=4,
            k=8,
            form="thesis",
            ebn0_db=10.0,
            batch=2048,
            steps=3000,
            receiver_steps=1000,
            receiver_ebn0_db=7.0,
            validate_every=500,
        ),
        LinkConfig(
            name="ae_7_4_bitwise",
            n=7,
            k=4,
            loss="bitwise",
            ebn0_db=4.0,
            warm_up_steps=2000,
            steps=2000,
            learning_rate=0.05,
            seeds=(1, 2, 3),
        ),
        LinkConfig(
            name="ae_8_8_bitwise",
            n=8,
            k=8,
            loss="bitwise",
            ebn0_db=4.0,
            warm_up_steps=2000,
            steps=3000,
            learning_rate=0.05,
        ),
        # Fading. A receiver that has to find the gain itself needs codewords of one energy.
        # The weights of an exact receiver grow with 1/N0: large learning rates.
        LinkConfig(
            name="ae_8_8_fading",
            n=8,
            k=8,
            form="thesis",
            channel="rayleigh",
            power_norm="codeword",
            estimator_units=64,
            ebn0_db=18.0,
            batch=2048,
            steps=3000,
            receiver_steps=1500,
            validate_every=500,
        ),
        LinkConfig(
            name="ae_8_8_fading_compact",
            n=8,
            k=8,
            channel="rayleigh",
            power_norm="codeword",
            ebn0_db=20.0,
            batch=2048,
            steps=3000,
            learning_rate=0.3,
            receiver_steps=1500,
            receiver_learning_rate=1.0,
            validate_every=500,
        ),
        LinkConfig(
            name="ae_8_8_fading_csi",
            n=8,
            k=8,
            channel="rayleigh",
            csi=True,
            ebn0_db=17.0,
            batch=2048,
            steps=3000,
            learning_rate=0.3,
            receiver_steps=1000,
            receiver_ebn0_db=10.0,
            receiver_learning_rate=1.0,
            validate_every=500,
        ),
        LinkConfig(
            name="ae_8_8_fading_real",
            n=8,
            k=8,
            form="thesis",
            channel="rayleigh:real_positive=1",
            power_norm="codeword",
            ebn0_db=18.0,
            batch=2048,
            steps=2000,
            receiver_steps=500,
            validate_every=500,
        ),
        # Y = X^2 + N, told to the training or not.
        LinkConfig(
            name="ae_7_4_square",
            n=7,
            k=4,
            channel="polynomial:0,0,1",
            ebn0_db=4.0,
            batch=2048,
            steps=3000,
            learning_rate=0.3,
            receiver_steps=500,
            receiver_learning_rate=0.03,
            seeds=(1, 2, 3, 4, 5, 6),
            validation_messages=1 << 18,
        ),
        LinkConfig(
            name="ae_7_4_square_modelfree",
            n=7,
            k=4,
            channel="polynomial:0,0,1",
            ebn0_db=4.0,
            batch=2048,
            steps=3000,
            learning_rate=0.1,
            receiver_steps=1000,
            receiver_learning_rate=0.1,
            seeds=(1, 2, 3, 4, 5, 6),
            validation_messages=1 << 18,
            policy=PolicyGradient(
                perturbation=0.02, final_perturbation=0.005, learning_rate=0.03
            ),
        ),
        # Without a channel model.
        LinkConfig(
            name="ae_7_4_modelfree",
            n=7,
            k=4,
            form="thesis",
            ebn0_db=4.0,
            steps=4000,
            receiver_steps=2000,
            receiver_ebn0_db=2.0,
            seeds=(1, 2, 3),
            policy=PolicyGradient(perturbation=0.1, final_perturbation=0.02),
        ),
        LinkConfig(
            name="ae_8_8_fading_modelfree",
            n=8,
            k=8,
            channel="rayleigh",
            power_norm="codeword",
            ebn0_db=20.0,
            steps=3000,
            learning_rate=2.0,
            receiver_steps=3000,
            receiver_learning_rate=1.0,
            validate_every=500,
            validation_messages=1 << 16,
            policy=PolicyGradient(
                perturbation=0.2, final_perturbation=0.05, learning_rate=0.3
            ),
        ),
        # Through flowgraphs: this module's AWGN block, and a chain that has no model.
        LinkConfig(
            name="ae_7_4_flowgraph",
            n=7,
            k=4,
            through="examples/channels/awgn_channel.grc",
            ebn0_db=4.0,
            steps=4000,
            learning_rate=0.05,
            receiver_steps=1000,
            validate_every=500,
            seeds=(1, 2, 3),
            policy=PolicyGradient(),
        ),
        LinkConfig(
            name="ae_2_4_amplifier",
            n=2,
            k=4,
            form="thesis",
            through="examples/channels/amplifier_chain.grc",
            ebn0_db=12.0,
            steps=3000,
            validate_every=100,
            validation_messages=1 << 15,
            seeds=(2, 3, 4, 5, 6),
            policy=PolicyGradient(perturbation=0.1, final_perturbation=0.01),
        ),
    )
}
"""Trained links by name."""

TWO_USERS = {
    config.name: config
    for config in (
        TwoUserConfig(
            name="two_user_2_1", n=2, k=1, ebn0_db=4.0, steps=1000, learning_rate=0.1
        ),
        TwoUserConfig(
            name="two_user_4_2", n=4, k=2, ebn0_db=4.0, steps=2000, learning_rate=0.1
        ),
        TwoUserConfig(
            name="two_user_8_4",
            n=8,
            k=4,
            ebn0_db=6.0,
            batch=512,
            steps=3000,
            learning_rate=0.1,
            receiver_steps=600,
            seeds=(1, 2, 3, 4, 5, 6),
            validate_every=500,
        ),
        TwoUserConfig(
            name="two_user_8_8",
            n=8,
            k=8,
            ebn0_db=10.0,
            steps=4000,
            learning_rate=0.15,
            receiver_steps=300,
            validate_every=500,
        ),
    )
}
"""Links that are trained two at a time, by the name without the user."""

USERS = {name: config for config in TWO_USERS.values() for name in config.names}
"""The same by the names of both users."""

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
    *USERS,
    *RECIPES,
)
"""Every shipped model, in the order in which they are made."""
