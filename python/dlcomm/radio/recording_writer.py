# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A transmission written as a recording: SigMF, or bare complex64."""

from __future__ import annotations

import datetime
import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from gnuradio import gr

from ..measurement.files import ensure_writable, write_atomic
from .packet_file import TransferError
from .recording import DATA_SUFFIX, META_SUFFIX


class sample_file_sink(gr.sync_block):
    """Writes complex samples to a file, and remembers why it could not.

    GNU Radio's own file sink throws from the scheduler's thread when a disk is full: the
    flowgraph then waits for ever, and nobody can ask why.

    Attributes:
        error: what the disk said; the sink has then ended.
    """

    def __init__(self, descriptor: int) -> None:
        """Make the sink.

        Args:
            descriptor: of an open file; is left open.
        """
        gr.sync_block.__init__(self, "sample_file_sink", [np.complex64], None)
        self._descriptor = descriptor
        self.error: OSError | None = None

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        """Write some samples; called by the scheduler."""
        samples = np.ascontiguousarray(input_items[0], "<c8")
        rest = memoryview(samples).cast("B")
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            self.error = error
            return -1
        return len(samples)


class RecordingWriter:
    """A recording that is there when it is whole. A context manager.

    Attributes:
        sink: the block that takes the samples.
        path: what is written, for people.
    """

    def __init__(self, path: Path, sample_rate: float | None, frequency: float | None) -> None:
        """Open a temporary file beside the recording.

        Args:
            path: ``.sigmf-meta`` or ``.sigmf-data``, for both of them; anything else is bare
                complex64 as GNU Radio's file sink writes it.
            sample_rate: in samples per second; SigMF needs it.
            frequency: in Hz; None: it is not known.

        Raises:
            ValueError: it cannot be written, or has no sample rate.
        """
        self._rate, self._frequency = sample_rate, frequency
        self._meta: Path | None = None
        if path.suffix == ".sigmf":
            raise ValueError(f"{path}: is a SigMF archive, expected {META_SUFFIX}")
        if path.suffix in (META_SUFFIX, DATA_SUFFIX):
            if sample_rate is None:
                raise ValueError(f"{path}: SigMF states the sample rate, expected --rate")
            self._meta = path.with_suffix(META_SUFFIX)
            path = path.with_suffix(DATA_SUFFIX)
        for file in (path, self._meta):
            if file is not None:
                if file.exists() and not file.is_file() and not file.is_dir():
                    raise ValueError(f"{file}: found no regular file, expected a file")
                ensure_writable(file)
        self.path = path
        self._work = path.with_name(f".{path.name}.{os.getpid()}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        self._descriptor = os.open(self._work, flags, 0o666)
        self.sink = sample_file_sink(self._descriptor)

    def __enter__(self) -> RecordingWriter:
        """Nothing to do: the file is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the temporary file, and remove it if it is still there."""
        os.close(self._descriptor)
        with suppress(OSError):
            self._work.unlink()

    def check(self) -> None:
        """Make sure that the disk has taken everything so far.

        Raises:
            TransferError: it has not.
        """
        if self.sink.error is not None:
            raise TransferError(f"{self.path}: {self.sink.error.strerror}")

    def finish(self, description: str) -> None:
        """Put the recording in its place.

        Args:
            description: what it holds.

        Raises:
            OSError: the disk does not take it.
        """
        os.replace(self._work, self.path)
        if self._meta is not None:
            text = self._metadata(description)
            write_atomic(self._meta, lambda stream: stream.write(text.encode("utf-8")))

    def _metadata(self, description: str) -> str:
        """SigMF's metadata, with the check sum of the samples, checked by SigMF's schema."""
        from sigmf import SigMFFile

        capture = {
            "core:sample_start": 0,
            "core:datetime": datetime.datetime.now(datetime.timezone.utc).strftime(
                "%Y-%m-%dT%H:%M:%SZ"
            ),
        }
        if self._frequency is not None:
            capture["core:frequency"] = self._frequency
        about = {
            "core:datatype": "cf32_le",
            "core:sample_rate": self._rate,
            "core:num_channels": 1,
            "core:description": description,
            "core:recorder": "gr-dlcomm",
        }
        metadata = {"global": about, "captures": [capture], "annotations": []}
        recording = SigMFFile(metadata=metadata, data_file=self.path)
        recording.validate()
        return recording.dumps(pretty=True) + "\n"
