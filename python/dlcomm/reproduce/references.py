# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Maximum-likelihood receivers of a model's codebook, made to be measured beside it."""

from __future__ import annotations

import re
from pathlib import Path

from ..links import Link

FOLDER = "references"


def maximum_likelihood_model(link: Link, channel: str, ebn0_db: float, folder: Path) -> str:
    """Make the link with `link`'s codebook and the best receiver for `channel`.

    A link whose receiver is told the channel gain gets the best receiver that is told it;
    that one is the same at every Eb/N0.

    Args:
        link: the link.
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB that the receiver is exact at.
        folder: folder of the results; the models go into a folder of their own in it.

    Returns:
        The model, to be measured like any other.

    Raises:
        ValueError: one line, when the channel is not covered.
        OSError: the folder or the disk does not take the files.
    """
    # Slow to import, and needed for references only.
    from dlcomm_train.models.channel_knowledge import with_channel_knowledge
    from dlcomm_train.models.pairs import Pair
    from dlcomm_train.models.references import maximum_likelihood

    source = Path(link.encoder).parent
    model = source.name
    pair = Pair.load(source)
    if link.uses_csi:
        name = f"{model}_ml"
        reference = with_channel_knowledge(pair, name)
    else:
        kind = re.sub(r"\W+", "_", channel)
        name = f"{model}_ml_{kind}_{ebn0_db:g}dB"
        reference = maximum_likelihood(pair, name, channel, ebn0_db)
    target = folder / FOLDER / name
    target.mkdir(parents=True, exist_ok=True)
    reference.save(target)
    return str(target)
