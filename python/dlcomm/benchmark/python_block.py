# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What somebody writes who has a model and no C++ block for it."""

from __future__ import annotations

import numpy as np

from gnuradio import gr

from ..links import Link
from .bare_runtime import one_thread_session


class OnnxDecoderBlock(gr.decim_block):
    """A decoder as a Python block around ONNX Runtime's Python package.

    Runs the whole stretch that the scheduler offers as one batch, on one thread. With
    odd n, where two messages share a frame, an output item is a vector of two bytes.
    """

    def __init__(self, link: Link) -> None:
        """Load the decoder of `link`.

        Raises:
            ImportError: the Python package onnxruntime is not installed.
        """
        per_frame = link.messages_per_frame
        super().__init__(
            name="Python block around onnxruntime",
            in_sig=[np.complex64] * (2 if link.uses_csi else 1),
            out_sig=[np.uint8 if per_frame == 1 else (np.uint8, per_frame)],
            decim=link.samples_per_frame,
        )
        self._session = one_thread_session(link.decoder)
        self._link = link

    def work(
        self, input_items: list[np.ndarray], output_items: list[np.ndarray]
    ) -> int:
        """Decide the messages of one stretch of the stream."""
        link, out = self._link, output_items[0]
        samples = input_items[0][: len(out) * link.samples_per_frame]
        inputs = {"symbols": samples.view(np.float32).reshape(-1, link.n)}
        if link.uses_csi:
            first = np.arange(len(out) * link.messages_per_frame) * link.n // 2
            inputs["csi"] = input_items[1][first].view(np.float32).reshape(-1, 2)
        logits = self._session.run(None, inputs)[0]
        out.reshape(-1)[:] = logits.argmax(axis=1)
        return len(out)
