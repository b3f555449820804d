# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm tx``: send a file over a radio."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from ..interrupts import load, uninterrupted
from .errors import Interrupted, failures, one_line, usage_errors
from .radio_options import (
    AntennaOption,
    DeviceOption,
    FrequencyOption,
    GainOption,
    JsonOption,
    ListOption,
    ModelOption,
    RateOption,
    SpsOption,
    check_sps,
    device_and_settings,
    list_devices,
    opening,
    write_json,
)

if TYPE_CHECKING:
    from ..radio.device_string import Device
    from ..radio.endpoints import Settings
    from ..radio.neural_transmitter import neural_transmitter
    from ..radio.packet_file import PacketFile

_MODULES = (
    "cli.dataset_display", "cli.radio_display", "radio.endpoints", "radio.neural_transmitter",
    "radio.packet_file", "radio.transmission",
)  # fmt: skip
app = typer.Typer(add_completion=False)


@dataclass(frozen=True)
class _Bursts:
    """What bursts are made of; see the options."""

    model: str
    code: str
    packet: int
    sps: int
    amplitude: float
    gap: int


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def tx(
    file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What to send.", show_default=False)
    ] = None,
    device: DeviceOption = None,
    freq: FrequencyOption = None,
    rate: RateOption = None,
    gain: GainOption = None,
    antenna: AntennaOption = "",
    model: ModelOption = "ae_8_8",
    code: Annotated[
        str,
        typer.Option(
            metavar="none|cc",
            help="Outer code: none, or the convolutional code of rate 1/2.",
        ),
    ] = "none",
    packet: Annotated[
        int, typer.Option(metavar="BYTES", help="Bytes of the file in a packet.")
    ] = 1024,
    sps: SpsOption = 4,
    amplitude: Annotated[
        float,
        typer.Option(help="RMS of a burst's samples; its peaks reach 3.5 times that."),
    ] = 0.25,
    gap: Annotated[
        int, typer.Option(metavar="SYMBOLS", help="Zeros between bursts, 8 or more.")
    ] = 256,
    list_only: ListOption = False,
    as_json: JsonOption = False,
) -> None:
    """Send a file over a radio, with a learned link, as bursts that dlcomm rx receives.

    Start the receiver first.
    """
    load(*(f"gnuradio.dlcomm.{module}" for module in _MODULES))
    from ..flowgraphs import quiet_blocks
    from ..radio.burst_lengths import CODES

    if list_only:
        list_devices(as_json)
        return
    found, settings = device_and_settings(device, rate, freq, gain, antenna)
    if file is None:
        raise click.UsageError("--file: is missing, expected what to send")
    if code not in CODES:
        raise click.UsageError(f"--code: found {code!r}, expected {' or '.join(CODES)}")
    check_sps(sps)
    if not 0.0 < amplitude < float("inf"):
        raise click.UsageError(f"--amplitude: found {amplitude:g}, expected more than 0")
    quiet_blocks(warnings=False)
    bursts = _Bursts(model, code, packet, sps, amplitude, gap)
    transmitter = _transmitter(bursts, found)
    with _open_file(file, packet) as packets:
        report = _send(packets, found, settings, transmitter, bursts)
    if as_json:
        write_json(report)
    else:
        from .radio_display import print_sent

        print_sent(report)


def _open_file(file: Path, packet: int) -> PacketFile:
    """Open the file that is to be sent; one that cannot be sent is wrong usage."""
    from ..radio.packet_file import PacketFile, TransferError

    try:
        return PacketFile(file, packet)
    except TransferError as error:
        raise click.UsageError(f"--file: {one_line(error)}") from None


def _transmitter(bursts: _Bursts, device: Device) -> neural_transmitter:
    """The block that makes bursts, proved to take packets of this size."""
    from ..radio.device_string import DeviceKind
    from ..radio.neural_transmitter import neural_transmitter

    with usage_errors():
        block = neural_transmitter(
            bursts.model,
            bursts.code,
            bursts.sps,
            bursts.amplitude,
            bursts.gap,
            end_after_last=device.kind is DeviceKind.FILE,
        )
    most = block.max_payload()
    if not 1 <= bursts.packet <= most:
        raise click.UsageError(
            f"--packet: found {bursts.packet}, expected 1 to {most} bytes with "
            f"--model {bursts.model} --code {bursts.code}"
        )
    return block


def _send(
    packets: PacketFile,
    device: Device,
    settings: Settings,
    transmitter: neural_transmitter,
    bursts: _Bursts,
) -> dict[str, Any]:
    """Open the device, send, and say how it went."""
    from ..radio.burst_lengths import burst_symbols, payload_symbols
    from ..radio.endpoints import open_sink
    from ..radio.transmission import Transmission
    from .dataset_display import progress_bar

    encoder = transmitter.encoder
    symbols = payload_symbols(encoder.n(), encoder.k(), bursts.code, bursts.packet)
    longest = bursts.sps * burst_symbols(symbols)
    sent, elapsed_s = 0, 0.0

    def look() -> None:
        """Show how far it is."""
        nonlocal sent, elapsed_s
        if sent < packets.packets:
            elapsed_s = time.monotonic() - began
        sent = graph.sender.sent
        show(sent)

    try:
        with ExitStack() as stack:
            with opening():
                sink = stack.enter_context(open_sink(device, settings))
            stack.enter_context(failures())
            graph = Transmission(packets, transmitter, sink, device.text, longest)
            show = stack.enter_context(progress_bar("packets sent", packets.packets))
            began = time.monotonic()
            graph.send(look)
            with uninterrupted():
                sink.finish(
                    f"{packets.path.name} in {packets.packets} bursts by {bursts.model}, "
                    f"code {bursts.code}, {bursts.sps} samples per symbol"
                )
    except KeyboardInterrupt:
        raise Interrupted(f"{sent} of {packets.packets} packets were sent") from None
    return {
        "file": str(packets.path),
        "bytes": packets.size,
        "device": device.text,
        "model": bursts.model,
        "code": bursts.code,
        "packet_bytes": bursts.packet,
        "packets_sent": graph.sender.sent,
        "samples": graph.samples(),
        "sample_rate": settings.sample_rate,
        "throughput_bits_per_s": _throughput(
            packets.size, graph.sender.last_offset + longest, settings.sample_rate, elapsed_s
        ),
        "elapsed_s": elapsed_s,
    }


def _throughput(size: int, samples: int, rate: float | None, elapsed_s: float) -> float:
    """Bits of the file per second of signal; by the clock where the rate is not known."""
    return 8.0 * size / (elapsed_s if rate is None else samples / rate)
