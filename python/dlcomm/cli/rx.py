# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm rx``: receive a file over a radio."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from ..interrupts import load, uninterrupted
from .errors import Failure, Interrupted, failures, one_line, usage_errors
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
    from ..radio.packet_store import PacketStore
    from ..radio.reception import Ending, Limits, Reception

_MODULES = (
    "cli.radio_display", "radio.endpoints", "radio.neural_receiver", "radio.packet_store",
    "radio.reception", "radio.reception_report",
)  # fmt: skip
app = typer.Typer(add_completion=False)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def rx(
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write what comes.", show_default=False),
    ] = None,
    device: DeviceOption = None,
    freq: FrequencyOption = None,
    rate: RateOption = None,
    gain: GainOption = None,
    antenna: AntennaOption = "",
    model: ModelOption = "ae_8_8",
    soft: Annotated[
        bool,
        typer.Option(
            "--soft/--hard",
            help="Whether an outer code is decoded from log-likelihood ratios or decisions.",
        ),
    ] = True,
    sps: SpsOption = 4,
    seconds: Annotated[
        float | None,
        typer.Option(help="End after so much signal.", show_default="with the last packet"),
    ] = None,
    packets: Annotated[
        int | None,
        typer.Option(
            help="End when so many have arrived.", show_default="with the last packet"
        ),
    ] = None,
    timeout: Annotated[
        float, typer.Option(help="Seconds without a burst, once one has come, to end after.")
    ] = 10.0,
    list_only: ListOption = False,
    as_json: JsonOption = False,
) -> None:
    """Receive a file that dlcomm tx sends over a radio.

    Ends with the last packet. Packets that are missing are told by their numbers, and the exit
    status is 1; the file then holds the others in order, and FILE.packets.json says which.
    """
    load(*(f"gnuradio.dlcomm.{module}" for module in _MODULES))
    from ..flowgraphs import quiet_blocks
    from ..radio.packet_store import PacketStore
    from ..radio.reception import Limits

    if list_only:
        list_devices(as_json)
        return
    found, settings = device_and_settings(device, rate, freq, gain, antenna)
    if out is None:
        raise click.UsageError("--out: is missing, expected where to write what comes")
    check_sps(sps)
    for name, value in (("seconds", seconds), ("packets", packets), ("timeout", timeout)):
        if value is not None and not 0.0 < value < float("inf"):
            raise click.UsageError(f"--{name}: found {value:g}, expected more than 0")
    quiet_blocks(warnings=False)
    from ..radio.burst_lengths import MAX_PAYLOAD_SYMBOLS
    from ..radio.endpoints import open_source
    from ..radio.neural_receiver import neural_receiver
    from ..radio.reception import Reception

    with usage_errors("--model"):
        receiver = neural_receiver(model, soft, sps, max_payload_symbols=MAX_PAYLOAD_SYMBOLS)
    with usage_errors("--out"):
        store = PacketStore(out)
    with store:
        try:
            with opening():
                source = open_source(found, settings, seconds)
            graph = Reception(source, receiver, store, found.text, sps)
        except KeyboardInterrupt:
            raise Interrupted("nothing was received") from None
        _receive(graph, Limits(seconds, packets, timeout), model, as_json)


def _receive(graph: Reception, limits: Limits, model: str, as_json: bool) -> None:
    """Receive, keep what came, and say how it went.

    Raises:
        Failure, Interrupted: something is missing, or went wrong.
    """
    from ..radio.device_string import DeviceError
    from ..radio.reception import Ending
    from ..radio.reception_report import reception_report
    from ..running import NotStartedError
    from .radio_display import LiveReception, print_received

    store, trouble = graph.store, ""
    began = time.monotonic()
    try:
        with LiveReception(graph) as table:
            ending = graph.receive(table.draw, limits)
    except KeyboardInterrupt:
        ending = Ending.INTERRUPTED
    except (DeviceError, NotStartedError) as error:
        ending, trouble = Ending.LOST, f"{one_line(error)} "
    except OSError as error:
        ending, trouble = Ending.DISK, f"{store.path}: {error.strerror}: "
    elapsed_s = time.monotonic() - began
    kept = bool(len(store.index))
    if kept:
        with failures(), uninterrupted():
            store.finish()
    report = reception_report(graph, ending, elapsed_s, model)
    if as_json:
        write_json(report)
    elif kept:
        print_received(report)
    _conclude(store, graph, ending, trouble)


def _conclude(store: PacketStore, graph: Reception, ending: Ending, trouble: str) -> None:
    """Raise what the command ends with, where it is not all well."""
    from ..radio.reception import Ending

    if store.complete:
        return
    if not len(store.index):
        what = trouble + f"no packet arrived, nothing is written: {_heard(graph)}"
    else:
        what = trouble + _missing(store)
    raise (Interrupted if ending is Ending.INTERRUPTED else Failure)(what)


def _missing(store: PacketStore) -> str:
    """Which packets are missing, and what is in the file."""
    from ..radio.packet_index import span_text

    spans = store.missing()
    lost = sum(last - first + 1 for first, last in spans)
    total = "an unknown number of" if store.total is None else f"{store.total}"
    parts = []
    if lost:
        verb = "is" if lost == 1 else "are"
        parts.append(f"{lost} of {total} packets {verb} missing: {span_text(spans)}")
    if store.total is None:
        parts.append("the end has not come")
    return (
        f"{' and '.join(parts)}; {store.path} has the {len(store.index)} good packets without "
        f"gaps, {store.sidecar} says which"
    )


def _heard(graph: Reception) -> str:
    """What was heard, if anything, when no packet arrived."""
    counts: dict[str, Any] = graph.receiver.counts()
    failures_by_reason = graph.collector.counts.failures
    heard = [f"{name} {number}" for name, number in failures_by_reason.items()]
    heard += [f"{name.replace('_', ' ')} {number}" for name, number in counts.items() if number]
    return ", ".join(heard) or "no burst was heard"
