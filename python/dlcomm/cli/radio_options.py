# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What ``dlcomm tx`` and ``dlcomm rx`` have in common: devices and their settings."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from .errors import Failure, failures, one_line, usage_errors

if TYPE_CHECKING:
    from ..radio.device_string import Device
    from ..radio.endpoints import Settings

DeviceOption = Annotated[
    str | None,
    typer.Option(
        "--device",
        metavar="ARGS",
        help="SoapySDR's device string, such as driver=hackrf, or zmq:tcp://HOST:PORT, or "
        "file:PATH: SigMF, or bare complex64 (.cfile).",
        show_default=False,
    ),
]
FrequencyOption = Annotated[
    float | None, typer.Option("--freq", metavar="HZ", help="Where to tune a radio.")
]
RateOption = Annotated[
    float | None,
    typer.Option("--rate", metavar="HZ", help="Sample rate. A radio and SigMF need it."),
]
GainOption = Annotated[
    float | None,
    typer.Option("--gain", metavar="DB", help="Gain of a radio.", show_default="its own"),
]
AntennaOption = Annotated[str, typer.Option("--antenna", help="Antenna of a radio.")]
ModelOption = Annotated[
    str, typer.Option("--model", help="Name, folder or file of a link, the same on both sides.")
]
SpsOption = Annotated[
    int, typer.Option("--sps", help="Samples per symbol, an even number from 2 to 16.")
]
ListOption = Annotated[
    bool, typer.Option("--list", help="List the devices that SoapySDR finds, and end.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Write JSON for programs to read.")
]


def device_and_settings(
    device: str | None, rate: float | None, freq: float | None, gain: float | None, antenna: str
) -> tuple[Device, Settings]:
    """What the options say of the device.

    Raises:
        click.UsageError: one of them has no sense.
    """
    from ..radio.device_string import DeviceKind, parse_device
    from ..radio.endpoints import Settings

    with usage_errors("--device"):
        if device is None:
            raise ValueError("is missing; --list shows what there is")
        found = parse_device(device)
    for name, value in (("rate", rate), ("freq", freq)):
        if value is not None and not 0.0 < value < float("inf"):
            raise click.UsageError(f"--{name}: found {value:g}, expected Hz")
    if gain is not None and not abs(gain) < 1000.0:
        raise click.UsageError(f"--gain: found {gain:g}, expected dB")
    if found.kind is DeviceKind.SOAPY and (rate is None or freq is None):
        raise click.UsageError(f"--device {device}: a radio needs --rate and --freq")
    if found.kind is not DeviceKind.SOAPY and (gain is not None or antenna):
        raise click.UsageError(f"--gain and --antenna are for radios, found --device {device}")
    return found, Settings(rate, freq, gain, antenna)


@contextmanager
def opening() -> Iterator[None]:
    """Turn what goes wrong while a device is opened into the right kind of error.

    A setting that the device has not, or a file that cannot be used, is wrong usage; a device
    that is not there is a failure.
    """
    from ..radio.device_string import DeviceError
    from ..radio.soapy_device import SettingError

    try:
        yield
    except SettingError as error:
        raise click.UsageError(f"--{error.setting}: {one_line(error)}") from None
    except DeviceError as error:
        raise Failure(one_line(error)) from None
    except (ValueError, OSError) as error:
        raise click.UsageError(f"--device: {one_line(error)}") from None


def check_sps(sps: int) -> None:
    """Make sure that bursts can have so many samples per symbol.

    Raises:
        click.UsageError: they cannot.
    """
    if sps % 2 or not 2 <= sps <= 16:
        raise click.UsageError(f"--sps: found {sps}, expected an even number from 2 to 16")


def list_devices(as_json: bool) -> None:
    """Print the devices that SoapySDR finds.

    Raises:
        Failure: SoapySDR is not installed.
    """
    from ..radio.soapy_library import device_text, find_devices

    with failures():
        devices = find_devices()
    if as_json:
        rows = [{"device": device_text(one), **one} for one in devices]
        json.dump(rows, sys.stdout, indent=1)
        sys.stdout.write("\n")
        return
    if not devices:
        print("SoapySDR finds no device; drivers are packages soapysdr-module-...")
    for one in devices:
        label = one.get("label", "")
        print(device_text(one) + (f"    {label}" if label else ""))


def write_json(report: dict[str, Any]) -> None:
    """Write a report to standard output."""
    json.dump(report, sys.stdout, indent=1)
    sys.stdout.write("\n")
    sys.stdout.flush()
