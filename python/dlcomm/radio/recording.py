# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recordings of complex samples: SigMF, or bare complex64."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gnuradio import blocks, gr

META_SUFFIX = ".sigmf-meta"
DATA_SUFFIX = ".sigmf-data"

_CHUNK = 1 << 18


class RecordingError(ValueError):
    """A recording cannot be used; the message is one line for people."""


@dataclass(frozen=True)
class SampleFormat:
    """How complex samples lie in a file.

    Attributes:
        component: type of I and of Q.
        full_scale: what is 1.0.
        offset: what is 0.
    """

    component: np.dtype
    full_scale: float
    offset: float = 0.0

    @property
    def clips(self) -> bool:
        """Whether the format has a largest value."""
        return self.component.kind != "f"


FORMATS = {
    "cf32_le": SampleFormat(np.dtype("<f4"), 1.0),
    "ci16_le": SampleFormat(np.dtype("<i2"), 32768.0),
    "ci8": SampleFormat(np.dtype("i1"), 128.0),
    "cu8": SampleFormat(np.dtype("u1"), 127.5, 127.5),
}
"""SigMF's names of the formats that can be played."""


@dataclass(frozen=True)
class Recording:
    """A recording that can be played.

    Attributes:
        data: the file of the samples.
        format: how they lie in it.
        sample_rate: samples per second.
        samples: how many there are.
        skip: bytes before the first sample.
    """

    data: Path
    format: SampleFormat
    sample_rate: float
    samples: int
    skip: int = 0

    def source(self) -> list[gr.basic_block]:
        """Blocks, one behind the other, that play the recording as complex samples."""
        kind = self.format.component
        # SigMF's header bytes hold whole samples: those of a file that is played from.
        first = self.skip // kind.itemsize
        count = 2 * self.samples
        file = str(self.data)
        if kind.kind == "f":
            size = gr.sizeof_gr_complex
            return [blocks.file_source(size, file, False, first // 2, self.samples)]
        chain: list[gr.basic_block] = [
            blocks.file_source(kind.itemsize, file, False, first, count)
        ]
        if kind == np.dtype("<i2"):
            chain.append(blocks.interleaved_short_to_complex(False, False, 32768.0))
        elif kind.kind == "i":
            chain.append(blocks.interleaved_char_to_complex(False, 128.0))
        else:
            chain += [
                blocks.uchar_to_float(),
                blocks.add_const_ff(-self.format.offset),
                blocks.multiply_const_ff(1.0 / self.format.full_scale),
                # Two floats are one complex sample in memory.
                blocks.stream_to_vector(gr.sizeof_float, 2),
            ]
        return chain

    def chunks(self) -> Iterator[np.ndarray]:
        """The samples as they are in the file, [n, 2] of its component type."""
        mapped = self._mapped()
        for first in range(0, self.samples, _CHUNK):
            yield mapped[first : first + _CHUNK]

    def at(self, places: np.ndarray) -> np.ndarray:
        """The samples at `places`, an int64 array of any shape, as complex64 of that shape."""
        parts = self._mapped()[places].astype(np.float32)
        parts = (parts - np.float32(self.format.offset)) / np.float32(self.format.full_scale)
        return parts.view(np.complex64)[..., 0]

    def _mapped(self) -> np.ndarray:
        shape = (self.samples, 2)
        return np.memmap(self.data, self.format.component, "r", self.skip, shape)


def open_recording(path: Path, sample_rate: float | None = None) -> Recording:
    """Open a recording.

    Args:
        path: a ``.sigmf-meta`` file (or its ``.sigmf-data``), or any other file, which is
            then bare complex64 as GNU Radio's file sink writes it.
        sample_rate: of the recording, in samples per second; None: what SigMF says.

    Raises:
        RecordingError: it cannot be read, is of another format, says nothing of its rate or
            another than `sample_rate`, or has no whole sample.
    """
    if path.suffix == ".sigmf":
        raise RecordingError(f"{path}: is a SigMF archive, expected it unpacked")
    if path.suffix in (META_SUFFIX, DATA_SUFFIX):
        return _open_sigmf(path.with_suffix(META_SUFFIX), sample_rate)
    if sample_rate is None:
        raise RecordingError(f"{path}: its sample rate is not known, expected --rate")
    return _checked(path, FORMATS["cf32_le"], sample_rate, 0)


def _open_sigmf(meta: Path, sample_rate: float | None) -> Recording:
    fields = _global_fields(meta)
    name = fields.get("core:datatype")
    if name not in FORMATS:
        raise RecordingError(
            f"{meta}: core:datatype is {name!r}, expected one of {', '.join(FORMATS)}"
        )
    if fields.get("core:num_channels", 1) != 1:
        raise RecordingError(
            f"{meta}: core:num_channels is {fields['core:num_channels']}, expected 1"
        )
    found = fields.get("core:sample_rate")
    if found is None and sample_rate is None:
        raise RecordingError(f"{meta}: core:sample_rate is missing, expected it or --rate")
    if found is not None and (
        not isinstance(found, (int, float)) or not math.isfinite(found) or found <= 0
    ):
        raise RecordingError(
            f"{meta}: core:sample_rate is {found!r}, expected a positive number"
        )
    if found is not None and sample_rate is not None and found != sample_rate:
        raise RecordingError(
            f"{meta}: core:sample_rate is {found:g} and --rate {sample_rate:g}, expected the "
            "same"
        )
    data = meta.with_suffix(DATA_SUFFIX)
    other = fields.get("core:dataset")
    if other is not None:
        # A file from elsewhere must not name any file of this machine.
        if not isinstance(other, str) or other != Path(other).name or other in (".", ".."):
            raise RecordingError(
                f"{meta}: core:dataset is {other!r}, expected the name of a file beside it"
            )
        data = meta.with_name(other)
    trailing = fields.get("core:trailing_bytes", 0)
    header = _header_bytes(meta, fields)
    if not isinstance(trailing, int) or trailing < 0:
        raise RecordingError(
            f"{meta}: core:trailing_bytes is {trailing!r}, expected a number of bytes"
        )
    rate = float(found if sample_rate is None else sample_rate)
    return _checked(data, FORMATS[name], rate, header, trailing)


def _global_fields(meta: Path) -> dict[str, Any]:
    """The global object of SigMF metadata, with the first capture's header bytes."""
    import sigmf

    try:
        content = json.loads(meta.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordingError(f"{meta}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"{meta}: is no JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("global"), dict):
        raise RecordingError(f"{meta}: has no object 'global', expected SigMF metadata")
    try:
        fields = dict(sigmf.SigMFFile(metadata=content).get_global_info())
    except Exception as error:
        # The package raises whatever it stumbles over.
        raise RecordingError(f"{meta}: is no SigMF metadata: {error}") from None
    captures = content.get("captures") or [{}]
    if isinstance(captures[0], dict):
        fields["core:header_bytes"] = captures[0].get("core:header_bytes", 0)
    return fields


def _header_bytes(meta: Path, fields: dict[str, Any]) -> int:
    size = 2 * FORMATS[fields["core:datatype"]].component.itemsize
    found = fields.get("core:header_bytes", 0)
    if not isinstance(found, int) or found < 0 or found % size:
        raise RecordingError(
            f"{meta}: core:header_bytes is {found!r}, expected a multiple of {size}"
        )
    return found


def _checked(
    data: Path, layout: SampleFormat, rate: float, skip: int, trailing: int = 0
) -> Recording:
    try:
        size = data.stat().st_size
        with data.open("rb"):
            pass
    except OSError as error:
        raise RecordingError(f"{data}: {error.strerror}") from None
    bytes_each = 2 * layout.component.itemsize
    length = size - skip - trailing
    if length <= 0:
        raise RecordingError(f"{data}: has {size} bytes, expected samples")
    if length % bytes_each:
        raise RecordingError(
            f"{data}: has {length} bytes of samples, expected a multiple of {bytes_each}: is "
            "it of another format, or cut off?"
        )
    return Recording(data, layout, rate, length // bytes_each, skip)
