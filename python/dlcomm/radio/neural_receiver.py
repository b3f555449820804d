# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From the samples of a radio to payload bytes, over a learned link."""

from __future__ import annotations

from gnuradio import gr

from ..dlcomm_python import burst_sync_c, neural_pdu_decoder


class neural_receiver(gr.hier_block2):
    """A stream of bursts in, payload bytes as PDUs out.

    `burst_sync_c` and `neural_pdu_decoder`, which say more, in one block. Message port
    ``pdus`` has a dictionary and a vector of bytes for every payload that arrived whole:
    what the burst's header states, what was measured of the signal, and how many channel
    bits were wrong. Message port ``failed`` has the dictionary, with a ``reason``, of every
    burst that was heard and whose payload did not.
    """

    def __init__(
        self,
        model: str,
        soft: bool = True,
        sps: int = 4,
        threshold: float = 0.0,
        max_payload_symbols: int = 16384,
        max_cfo: float = 5e-3,
        phase_noise: float = 3e-5,
        max_clock_ppm: float = 50.0,
    ) -> None:
        """Load the decoder.

        Args:
            model: name of a shipped model, a folder with ``decoder.onnx``, or a file.
            soft: whether the decoder of an outer code gets log-likelihood ratios or
                decisions.
            sps: samples per symbol, an even number from 2 to 16, as the transmitter's.
            threshold: of the preamble search; 0 for the default.
            max_payload_symbols: longer bursts are passed over; bounds the memory.
            max_cfo: largest carrier frequency offset, in cycles per sample.
            phase_noise: variance of the phase's steps, in rad^2 per symbol.
            max_clock_ppm: by how much the transmitter's clock may differ.

        Raises:
            RuntimeError: the model cannot be found or breaks the model contract.
            ValueError: another argument is out of range.
        """
        gr.hier_block2.__init__(
            self,
            "neural_receiver",
            gr.io_signature(1, 1, gr.sizeof_gr_complex),
            gr.io_signature(0, 0, 0),
        )
        self.decoder = neural_pdu_decoder(model, soft)
        self.sync = burst_sync_c(
            sps=sps,
            threshold=threshold,
            max_payload_symbols=max_payload_symbols,
            max_cfo=max_cfo,
            phase_noise=phase_noise,
            max_clock_ppm=max_clock_ppm,
        )
        self.message_port_register_hier_out("pdus")
        self.message_port_register_hier_out("failed")
        self.connect(self, self.sync)
        self.msg_connect(self.sync, "pdus", self.decoder, "pdus")
        self.msg_connect(self.decoder, "pdus", self, "pdus")
        self.msg_connect(self.decoder, "failed", self, "failed")

    def model(self) -> str:
        """Path of the model file in use."""
        return self.decoder.model()

    def set_model(self, model: str) -> None:
        """Replace the model from the next burst on.

        Args:
            model: as for the constructor.

        Raises:
            RuntimeError: it cannot be loaded; the old model stays in use.
        """
        self.decoder.set_model(model)

    def set_soft(self, soft: bool) -> None:
        """Change what the decoder of an outer code gets from the next burst on.

        Args:
            soft: as for the constructor.
        """
        self.decoder.set_soft(soft)

    def samples(self) -> int:
        """Samples that were looked through so far."""
        return self.sync.samples()

    def bursts(self) -> int:
        """Bursts so far whose header was read and whose payload went to the decoder."""
        return self.sync.bursts()

    def counts(self) -> dict[str, int]:
        """What the search for bursts counted so far, by name."""
        return {
            name: getattr(self.sync, name)()
            for name in (
                "detections", "bursts", "header_errors", "unknown_versions", "too_long",
                "nonfinite_samples",
            )
        }
