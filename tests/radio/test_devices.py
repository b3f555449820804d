# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Device strings, and settings that a device has not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from gnuradio.dlcomm.radio import soapy_library
from gnuradio.dlcomm.radio.device_string import DeviceError, DeviceKind, parse_device
from gnuradio.dlcomm.radio.endpoints import Settings, open_source
from gnuradio.dlcomm.radio.soapy_device import SettingError, Tuning, open_block, split_arguments


@pytest.mark.parametrize(("text", "kind", "target"), [
    ("driver=rtlsdr", DeviceKind.SOAPY, "driver=rtlsdr"),
    ("driver=remote, remote=tcp://127.0.0.1:5, remote:driver=x", DeviceKind.SOAPY,
     "driver=remote, remote=tcp://127.0.0.1:5, remote:driver=x"),
    ("zmq:tcp://127.0.0.1:5555", DeviceKind.ZMQ, "tcp://127.0.0.1:5555"),
    ("zmq:tcp://*:5555", DeviceKind.ZMQ, "tcp://*:5555"),
    ("zmq:tcp://[::1]:5555", DeviceKind.ZMQ, "tcp://[::1]:5555"),
    ("zmq:ipc:///run/x", DeviceKind.ZMQ, "ipc:///run/x"),
    ("file:a b=c.sigmf-meta", DeviceKind.FILE, "a b=c.sigmf-meta"),
])
def test_what_a_string_names(text: str, kind: DeviceKind, target: str) -> None:
    device = parse_device(text)
    assert (device.text, device.kind, device.target) == (text, kind, target)
    assert device.live == (kind is DeviceKind.SOAPY)


@pytest.mark.parametrize("text", [
    "", "rtlsdr", "driver=x,serial", "=x", "zmq:", "zmq:tcp://host", "zmq:tcp://host:0",
    "zmq:tcp://host:70000", "zmq:udp://host:1", "zmq:ipc://", "file:", "file:a\0b",
])
def test_what_names_no_device(text: str) -> None:
    with pytest.raises(ValueError, match="found .*, expected"):
        parse_device(text)


class _Range:
    def __init__(self, low: float, high: float) -> None:
        self._low, self._high = low, high

    def minimum(self) -> float:
        return self._low

    def maximum(self) -> float:
        return self._high


class _Block:
    """What gr-soapy would give for a device with settings of its own."""

    def __init__(self) -> None:
        self.set: list[tuple] = []

    def get_sample_rate_range(self, channel: int) -> list[_Range]:
        return [_Range(250e3, 250e3), _Range(1e6, 2e6)]

    def get_frequency_range(self, channel: int) -> list[_Range]:
        return []

    def get_gain_range(self, channel: int) -> _Range:
        return _Range(0.0, 49.6)

    def list_antennas(self, channel: int) -> tuple[str, ...]:
        return "RX", "TX/RX"

    def has_gain_mode(self, channel: int) -> bool:
        return True

    def __getattr__(self, name: str):
        return lambda channel, value: self.set.append((name, value))


@pytest.fixture
def soapy(monkeypatch: pytest.MonkeyPatch) -> _Block:
    """A pretended gr-soapy with one device."""
    import gnuradio

    block = _Block()
    monkeypatch.setattr(
        gnuradio, "soapy", SimpleNamespace(source=lambda *_: block, sink=lambda *_: block),
        raising=False,
    )  # fmt: skip
    monkeypatch.setitem(__import__("sys").modules, "gnuradio.soapy", gnuradio.soapy)
    return block


@pytest.mark.parametrize(("change", "setting", "text"), [
    ({"sample_rate": 999e3}, "rate", "rate is 999000, expected 250000, 1000000 to 2000000 Hz"),
    ({"sample_rate": 2.1e6}, "rate", "rate is 2100000"),
    ({"gain": 49.7}, "gain", "gain is 49.7, expected 0 to 49.6 dB"),
    ({"gain": -1.0}, "gain", "gain is -1"),
    ({"antenna": "LNAH"}, "antenna", "antenna is LNAH, expected RX or TX/RX"),
])
def test_settings_that_a_device_has_not(
    change: dict, setting: str, text: str, soapy: _Block
) -> None:
    values = {"sample_rate": 1e6, "frequency": 1e8} | change
    with pytest.raises(SettingError, match=f"^device driver=x: {text}") as caught:
        open_block("driver=x", "source", Tuning(**values))
    assert caught.value.setting == setting
    assert soapy.set == []


def test_how_samples_travel_is_of_the_stream() -> None:
    text = "driver=remote, remote=tcp://h:1,remote:prot=tcp,remote:driver=x,remote:mtu=65000"
    assert split_arguments(text) == (
        "driver=remote,remote=tcp://h:1,remote:driver=x", "remote:prot=tcp,remote:mtu=65000",
    )  # fmt: skip
    assert split_arguments("driver=x,gain_db=1") == ("driver=x,gain_db=1", "")


def test_settings_that_it_has(soapy: _Block) -> None:
    open_block("driver=x", "sink", Tuning(250e3, 1e8, 49.6, "RX"))
    assert soapy.set == [
        ("set_sample_rate", 250e3), ("set_frequency", 1e8), ("set_antenna", "RX"),
        ("set_gain", 49.6),
    ]  # fmt: skip
    soapy.set.clear()
    open_block("driver=x", "sink", Tuning(2e6, 1e8))
    assert soapy.set[-1] == ("set_gain_mode", True)


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(DeviceError, match="^device driver=not_there: SoapySDR finds none such"):
        open_source(parse_device("driver=not_there"), Settings(1e6, 1e8))


def test_the_list_of_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever this machine has: each can be named.
    for arguments in soapy_library.find_devices():
        assert parse_device(soapy_library.device_text(arguments)).kind is DeviceKind.SOAPY
    assert soapy_library.device_text({"label": "a b", "serial": "7", "driver": "x"}) == (
        "driver=x,serial=7"
    )
    monkeypatch.setattr(soapy_library, "open_library", lambda: None)
    with pytest.raises(DeviceError, match="no list of devices: SoapySDR's library is not"):
        soapy_library.find_devices()
