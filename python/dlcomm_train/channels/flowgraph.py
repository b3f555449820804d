# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Any GNU Radio flowgraph as the channel that a link is trained over.

One flowgraph runs during the whole training::

    batches --> [known pattern | batch | known pattern | zeros] --> block --> collector

A batch goes in as complex samples and comes back as complex samples. The latency is
measured before; every batch lies between two known patterns, so that lost samples are
noticed within a few batches; the zeros push the batch through filters.

The messages of a batch travel in an order that is drawn for every batch. Training sends
them in one and the same order; over a channel with memory each message would always have
the same neighbours, the receiver would learn these instead of living with any, and
training and validation alike would show error rates that no link reaches.

What goes in depends on the batches and the seed alone, never on time, so a flowgraph whose
blocks are seeded gives the same samples again.

This is the one module here that needs GNU Radio, and the module gr-dlcomm in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType

import numpy as np
import torch

from dlcomm_train.channels.models import Channel, Received
from gnuradio import gr
from gnuradio.dlcomm.flowgraph_channel import probe
from gnuradio.dlcomm.flowgraph_channel.batch_blocks import BatchSource, StreamCollector
from gnuradio.dlcomm.flowgraph_channel.exception_watch import ExceptionWatch
from gnuradio.dlcomm.flowgraph_channel.loader import load
from gnuradio.dlcomm.running import ended, stop

FLUSH = 4096
"""Zeros behind a batch beyond the latency: what blocks may hold back until more comes."""
TIMEOUT_S = 30.0
"""How long a flowgraph may take for one batch unless somebody says otherwise."""
_PATIENCE = 8
"""Batches in a row whose last pattern may stay away, as in a fade."""


class FlowgraphChannel(Channel):
    """A GNU Radio flowgraph that runs until :meth:`close`, or to the end of a ``with``.

    There is no gradient and no likelihood: it is a channel for policy-gradient training.
    The state of the flowgraph (what its filters and noise sources have come to) cannot be
    saved: training that goes on from a checkpoint goes on with a new flowgraph, so an
    interrupted run does not end with the same weights as one without interrupt.

    Attributes:
        text: the flowgraph, as it was named.
        latency: complex samples by which it is late; negative: early.
        exchanges: batches sent so far.
    """

    def __init__(
        self,
        text: str,
        parameters: Mapping[str, float | int | str],
        n: int,
        k: int,
        ebn0_db: float,
        seed: int = 1,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """Load a flowgraph, measure its latency and start it.

        Args:
            text: ``FILE.grc``, ``FILE.py`` or ``FILE.py:CLASS``, see
                ``gnuradio.dlcomm.flowgraph_channel.loader``.
            parameters: values of the block's parameters.
            n: real channel uses per message.
            k: bits per message.
            ebn0_db: passed to the block where it has a parameter of this name and
                `parameters` has none; likewise ``bits_per_sample`` = 2k/n and ``seed``.
            seed: 0 or any positive whole number: of the flowgraph and of the messages' order.
            timeout_s: how long one batch may take.

        Raises:
            ValueError: one line: the flowgraph cannot be loaded or made.
            FlowgraphError: it does not hand back what goes in.
        """
        self.text, self._n, self._timeout_s = text, n, timeout_s
        found = load(text)
        usual = {"ebn0_db": ebn0_db, "bits_per_sample": 2.0 * k / n, "seed": seed}
        self.latency = probe.measure_latency(found.make(parameters, **usual), text)
        # Kept: GNU Radio does not own the Python blocks in it.
        self._block = found.make(parameters, **usual)
        self._watch = ExceptionWatch(self._block)
        self._source, self._sink = BatchSource(), StreamCollector()
        self._graph = gr.top_block("training through a flowgraph")
        self._graph.connect(self._source, self._block, self._sink)
        self._order = np.random.default_rng(seed)
        self._sent, self._unrecognised, self.exchanges = probe.LEAD, 0, 0
        self._open = True
        # What a flowgraph that is early takes off the first batch.
        self._source.put(np.zeros(probe.LEAD, np.complex64))
        self._graph.start()
        self._end = ended(self._graph)

    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """Send a batch through the flowgraph.

        Args:
            symbols: [b, n] float, unit mean power per complex sample; b even where n is
                odd, because two messages then share a complex sample.
            generator: not used: the flowgraph has its own noise.

        Returns:
            [b, n] float32 on the device of `symbols`, without gradient.

        Raises:
            FlowgraphError: samples were lost, NaN came back, the flowgraph ended or did
                not answer in time. The flowgraph is closed then.
            ValueError: a batch that does not fill whole complex samples.
        """
        batch = symbols.detach().cpu().numpy().astype(np.float32)
        if batch.ndim != 2 or batch.shape[1] != self._n or batch.size % 2:
            raise ValueError(
                f"{self.text}: found a batch of shape {list(batch.shape)}, expected "
                f"[b, {self._n}] with a whole number of complex samples"
            )
        order = self._order.permutation(len(batch))
        try:
            answer = self._exchange(batch[order].reshape(-1).view(np.complex64))
        except BaseException:
            self.close()
            raise
        received = np.empty_like(batch)
        received[order] = answer.view(np.float32).reshape(batch.shape)
        return Received(torch.from_numpy(received).to(symbols.device))

    def close(self) -> None:
        """Stop the flowgraph; closing it twice does nothing."""
        if not self._open:
            return
        self._open = False
        self._source.end()
        self._sink.end()
        stop(self._graph, self._end, self._source, self._block, self._sink)

    def __enter__(self) -> FlowgraphChannel:
        """The channel itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the flowgraph; raises FlowgraphError where it lost samples at the end."""
        try:
            if self._open and kind is None:
                self._settle()
        finally:
            self.close()

    def _exchange(self, samples: np.ndarray) -> np.ndarray:
        """What comes back for complex64 samples [m]: complex64 [m]."""
        if not self._open:
            raise probe.FlowgraphError(f"{self.text}: the flowgraph was closed")
        pattern, length = probe.pattern(), probe.LENGTH
        # Messages begin at multiples of what one of them (with odd n, two) takes, so that
        # they keep in step with blocks of that length in the flowgraph, as of fading.
        step = self._n // 2 if self._n % 2 == 0 else self._n
        gap = np.zeros(-(self._sent + length) % step, np.complex64)
        tail = np.zeros(max(self.latency, 0) + FLUSH, np.complex64)
        frame = np.concatenate([gap, pattern, samples, pattern, tail])
        first = self._sent + len(gap) + self.latency
        self._sent += len(frame)
        self.exchanges += 1
        self._source.put(frame)
        last = first + 2 * length + len(samples)
        answer = self._sink.take(first, last, self._timeout_s, self._trouble)
        if answer is None:
            raise probe.FlowgraphError(
                f"{self._place()}: {self._trouble() or self._silence(last)}"
            )
        probe.check_finite(answer, self._place())
        self._check_patterns(answer)
        return answer[length:-length].copy()

    def _check_patterns(self, answer: np.ndarray) -> None:
        """Raise FlowgraphError where samples were lost or added, once that is certain.

        The last pattern in its place proves that nothing was. Elsewhere it proves little: a
        pattern fades at times, and where there are echoes, one of them may then be found
        instead. A loss, unlike a fade, stays.
        """
        places = (0, len(answer) - probe.LENGTH)
        fits = [probe.fits(answer[place : place + probe.LENGTH]) for place in places]
        if fits[1] > probe.LEVEL:
            self._unrecognised = 0
            return
        self._unrecognised += 1
        if self._unrecognised < _PATIENCE:
            return
        found = probe.correlations(answer)
        if fits[0] > probe.LEVEL:
            found[: probe.LEAD] = 0.0  # the first one and its echoes
        since = f"in {_PATIENCE} batches in a row"
        if found.max() > probe.LEVEL:
            place = int(np.argmax(found))
            shift = min((place - expected for expected in places), key=abs)
            if fits[0] > probe.LEVEL:
                shift = place - places[1]
            raise probe.FlowgraphError(
                f"{self._place()}: found no known pattern in its place {since}, this one "
                f"{abs(shift)} samples too {'late' if shift > 0 else 'early'}: the flowgraph "
                f"{'adds' if shift > 0 else 'loses'} samples"
            )
        raise probe.FlowgraphError(
            f"{self._place()}: the known pattern did not come back {since}: is the signal "
            "lost in noise, or are samples?"
        )

    def _settle(self) -> None:
        """Go on without messages until a pattern proves that the last batches were whole."""
        while self._unrecognised:
            self._exchange(np.zeros(FLUSH, np.complex64))

    def _place(self) -> str:
        """The flowgraph and the batch, for messages."""
        return f"{self.text}, batch {self.exchanges}"

    def _trouble(self) -> str:
        """Why no answer will come, if that is known already."""
        if self._watch.failure:
            return self._watch.failure
        return "the flowgraph ended by itself" if self._sink.ended else ""

    def _silence(self, last: int) -> str:
        """What is missing after the time is up."""
        missing = last - self._sink.total
        return (
            f"no answer within {self._timeout_s:g} s: {self._sent} samples went in, "
            f"{self._sink.total} came back, {missing} of the batch are missing (lost, or held "
            f"back beyond {FLUSH} samples, or a block has failed: see the log above)"
        )
