# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A medium that another user sends over, too."""

from __future__ import annotations

import hashlib

from gnuradio import analog, blocks, gr

from .dlcomm_python import interference_channel_cc, neural_encoder_bc
from .links import Link, link_from_text

_ALL_ONES = (1.0, 1.0, 1.0, 1.0)


class SharedMedium(gr.hier_block2):
    """What user 1 hears: y1 = x1 + x2 + w1, x2 from another link that sends all the time.

    The noise is set by the energy of user 1's bits. Both users begin a message with
    sample 0; the other one's messages are random.

    Attributes:
        medium: the `interference_channel_cc`; user 2 hears its second output.
    """

    def __init__(
        self, other: Link, ebn0_db: float, bits_per_sample: float, seed: int
    ) -> None:
        """Make the medium.

        Args:
            other: the link of user 2.
            ebn0_db: Eb/N0 of user 1 in dB.
            bits_per_sample: information bits of user 1 per complex sample.
            seed: of the noise and, apart from it, of user 2's messages; 0 to 2^64 - 1.

        Raises:
            ValueError, RuntimeError: one line about an argument that is out of range or a
                model that cannot be loaded.
        """
        stream = gr.io_signature(1, 1, gr.sizeof_gr_complex)
        super().__init__("shared medium", stream, stream)
        self.medium = interference_channel_cc(_ALL_ONES, ebn0_db, bits_per_sample, seed=seed)
        messages = analog.random_uniform_source_b(0, other.messages, _message_seed(seed))
        self.connect(self, (self.medium, 0), self)
        self.connect(messages, neural_encoder_bc(other.encoder), (self.medium, 1))
        self.connect((self.medium, 1), blocks.null_sink(gr.sizeof_gr_complex))


def other_user(text: str, link: Link) -> Link:
    """The link `text` as the other user beside `link`.

    Args:
        text: a name, a folder or ENCODER,DECODER.
        link: the measured user.

    Raises:
        ValueError: their messages take different numbers of channel uses, or as
            `links.link`.
        RuntimeError: as `links.link`.
    """
    other = link_from_text(text)
    if other.n != link.n:
        raise ValueError(
            f"interfering model {text!r}: n is {other.n}, expected {link.n} as of model "
            f"{link.name!r}"
        )
    return other


def _message_seed(seed: int) -> int:
    """Seed of the other user's messages (1 to 2^31 - 1), unrelated to the noise's."""
    digest = hashlib.sha256(f"gr-dlcomm other user {seed}".encode()).digest()
    return 1 + int.from_bytes(digest[:8], "big") % (2**31 - 1)
