# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From payload bytes to the samples of a radio, over a learned link."""

from __future__ import annotations

from gnuradio import gr

from ..dlcomm_python import burst_shaper_c, neural_pdu_encoder


class neural_transmitter(gr.hier_block2):
    """Payload bytes as PDUs in, a continuous stream of bursts out.

    `neural_pdu_encoder` and `burst_shaper_c`, which say more, in one block. Message port
    ``pdus`` takes pairs of a dictionary and a vector of bytes; message port ``sent`` has a
    dictionary with ``sequence`` and ``offset`` for every burst when its last sample was
    handed on. A sender that has many payloads keeps few of them under way: GNU Radio drops
    messages of full queues.
    """

    def __init__(
        self,
        model: str,
        code: str = "none",
        sps: int = 4,
        amplitude: float = 0.25,
        gap: int = 256,
        end_after_last: bool = False,
    ) -> None:
        """Load the encoder.

        Args:
            model: name of a shipped model, a folder with ``encoder.onnx``, or a file.
            code: outer code, ``none`` or ``cc`` (convolutional, K = 7, rate 1/2).
            sps: samples per symbol, an even number from 2 to 16.
            amplitude: root mean square of the samples within a burst.
            gap: zeros between bursts, in symbols.
            end_after_last: end the stream behind a burst whose dictionary says ``last``,
                and pause while there is nothing to send: for files.

        Raises:
            RuntimeError: the model cannot be found or breaks the model contract.
            ValueError: another argument is out of range.
        """
        gr.hier_block2.__init__(
            self,
            "neural_transmitter",
            gr.io_signature(0, 0, 0),
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
        )
        self.encoder = neural_pdu_encoder(model, code)
        self.shaper = burst_shaper_c(sps, amplitude, gap, end_after_last)
        self.message_port_register_hier_in("pdus")
        self.message_port_register_hier_out("sent")
        self.msg_connect(self, "pdus", self.encoder, "pdus")
        self.msg_connect(self.encoder, "pdus", self.shaper, "pdus")
        self.msg_connect(self.shaper, "sent", self, "sent")
        self.connect(self.shaper, self)

    def max_payload(self) -> int:
        """The largest payload in bytes that fits into a burst with this model and code."""
        return self.encoder.max_payload()

    def model(self) -> str:
        """Path of the model file in use."""
        return self.encoder.model()

    def set_model(self, model: str) -> None:
        """Replace the model for the payloads to come; the receiver must know it.

        Args:
            model: as for the constructor.

        Raises:
            RuntimeError: it cannot be loaded; the old model stays in use.
        """
        self.encoder.set_model(model)

    def set_code(self, code: str) -> None:
        """Change the outer code of the payloads to come.

        Args:
            code: as for the constructor.

        Raises:
            ValueError: there is no such code.
        """
        self.encoder.set_code(code)

    def set_amplitude(self, amplitude: float) -> None:
        """Change the amplitude from the next burst on.

        Args:
            amplitude: as for the constructor.

        Raises:
            ValueError: it is not positive.
        """
        self.shaper.set_amplitude(amplitude)

    def counts(self) -> dict[str, int]:
        """Payloads that were encoded, bursts that were sent, and payloads refused."""
        return {
            "encoded": self.encoder.encoded(),
            "bursts": self.shaper.bursts(),
            "refused": self.encoder.refused() + self.shaper.refused(),
        }
