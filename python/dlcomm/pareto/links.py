# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Links: pairs of an encoder and a decoder, and their block errors over a channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..channel_specs import parse_channel
from ..dlcomm_python import neural_decoder_cb
from ..links import Link, link, link_from_text
from ..measurement.model_marks import check_marks, mark_of, marks_of_channel
from ..measurement.point import Point, Progress, StopRule, measure
from ..measurement.results import Row, read_csv, write_csv
from ..measurement.sweep import reusable
from .search import screening_seed
from .subject import Counting, Counts, Files, Report, Share, Source, Words

if TYPE_CHECKING:
    from dlcomm_train.compress.link import Step

    from ..benchmark.pairing import Throughput

ENCODER, DECODER = "encoder.onnx", "decoder.onnx"
BUFFER = "buffer of 65536"


@dataclass(frozen=True)
class LinkSource(Source):
    """The pair that is compressed."""

    @classmethod
    def read(cls, name: str, found: Link) -> LinkSource:
        """Read the files of a link.

        Raises:
            OSError: a file cannot be read.
        """
        paths = {ENCODER: found.encoder, DECODER: found.decoder}
        files = {file: Path(path).read_bytes() for file, path in paths.items()}
        return cls(name, files, mark_of(found))

    def others(self, step: Step) -> dict[str, str]:
        """Marks of teachers, by their name or folder."""
        teacher = getattr(step, "teacher", None)
        return {} if teacher is None else {teacher: mark_of(link_from_text(teacher))}

    def compress(self, steps: Sequence[Step], ending: str, report: Report) -> Files:
        """The pair compressed by steps."""
        import onnx

        from dlcomm_train.compress import compress
        from dlcomm_train.models.pairs import Pair

        pair = Pair(
            onnx.load_model_from_string(self.files[ENCODER]),
            onnx.load_model_from_string(self.files[DECODER]),
        )
        name = f"{pair.contracts()[0].link}_{ending}"
        found = compress(pair, steps, name, report).files(".")
        return {path.name: content for path, content in found.items()}


@dataclass(frozen=True)
class LinkCounting(Counting):
    """Block errors over a channel; the same messages and noise for every candidate.

    Attributes:
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB.
        seed: seed of messages and noise.
        rule: when to stop.
        marks: of the channel's files, by `marks_of_channel`.
    """

    channel: str
    ebn0_db: float
    seed: int
    rule: StopRule
    marks: tuple[tuple[str, str], ...] = ()

    file = "counts.csv"
    words = Words(
        error="block error rate",
        short="BLER",
        ratio="bler_ratio",
        costs={
            "file_bytes": "bytes of the two model files",
            "nonzero_macs": "multiply-accumulates per message, zero weights left out",
            "bit_operations": "bit operations per message",
        },
        speed="messages_per_second",
        speed_label="messages/s of the decoder in a flowgraph",
        speed_heading="messages/s",
        timed="decoders",
        note="The same noise for all. ●: nothing else is better in one of BLER, bytes, MACs "
        "that\nare not zero and bit operations, and worse in none. front of: where only a "
        "higher BLER buys less.",
        logarithmic=True,
    )

    @property
    def title(self) -> str:
        """The channel and its Eb/N0."""
        return f"{parse_channel(self.channel).title} at {self.ebn0_db:g} dB Eb/N0"

    def quick(self, errors: int) -> LinkCounting:
        """A count of few errors, in other noise."""
        rule = replace(self.rule, min_errors=errors)
        return replace(self, seed=screening_seed(self.seed), rule=rule)

    def point(self, model: str) -> Point:
        """What is measured for `model`."""
        return Point(model, self.channel, self.ebn0_db, self.seed)

    def known(self, path: Path, name: str) -> Counts | None:
        """The counts of a row that answers this, if there is one."""
        rows = {row.key: row for row in read_csv(path)}
        row = reusable(self.point(name), rows, self.rule)
        return None if row is None else counts_of(row)

    def keep(self, path: Path, found: Row) -> None:
        """Add a row, or replace that of the same point."""
        known = {row.key: row for row in read_csv(path)} | {found.key: found}
        write_csv(path, [known[key] for key in sorted(known)])

    def count(self, folder: Path, name: str, report: Report) -> Row:
        """Count as `dlcomm ber` does; reports messages and errors."""
        check_marks(lambda: marks_of_channel(self.channel), dict(self.marks))

        def pass_on(progress: Progress) -> bool:
            """Report the counts."""
            report(progress.messages, progress.block_errors)
            return True

        return replace(measure(self.point(str(folder)), self.rule, pass_on), model=name)

    def advance(self, values: Sequence[Any]) -> tuple[float, str]:
        """How near the end of the count is."""
        messages, errors = values
        share = max(errors / self.rule.min_errors, messages / self.rule.max_messages)
        return share, f"{errors:,} errors in {messages:,} messages"

    def side(self, folder: Path, name: str) -> Throughput:
        """Times the decoder block, behind a source of noisy samples."""
        from ..benchmark.decoders import BUFFERS, attach_decoder
        from ..benchmark.pairing import Throughput
        from ..benchmark.settings import received_symbols
        from ..benchmark.timed_graphs import timed

        found = link(folder)
        make = partial(neural_decoder_cb, found.decoder)
        attach = attach_decoder(make, found, received_symbols(found), BUFFERS[BUFFER])
        return Throughput(name, timed(attach, 1))


def counts_of(row: Row) -> Counts:
    """What a row says of its candidate."""
    share = Share(row.bler, row.bler_low, row.bler_high, row.block_errors)
    columns = (
        "channel", "ebn0_db", "seed", "messages", "block_errors", "bler", "bler_low",
        "bler_high",
    )  # fmt: skip
    return Counts(
        judged=share,
        shown=share,
        columns={name: getattr(row, name) for name in columns},
        cells={
            "BLER": f"{row.bler:.3e}",
            "95 % interval": f"[{row.bler_low:.2e}, {row.bler_high:.2e}]",
        },
        text=f"BLER {row.bler:.3e} ({row.block_errors:,} in {row.messages:,})",
    )
