# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The blocks at both ends of a transfer, without what lies between them."""

from __future__ import annotations

import errno
import time
from pathlib import Path

import numpy as np
import pmt
import pytest

from gnuradio import blocks, gr
from gnuradio.dlcomm.radio.backlog_valve import backlog_valve
from gnuradio.dlcomm.radio.file_receiver import file_receiver
from gnuradio.dlcomm.radio.file_sender import OUTSTANDING, file_sender
from gnuradio.dlcomm.radio.packet_file import PacketFile
from gnuradio.dlcomm.radio.packet_store import PacketStore
from gnuradio.dlcomm.radio.recording import open_recording
from gnuradio.dlcomm.radio.recording_player import recording_player
from gnuradio.dlcomm.radio.stall_watch import StallWatch

CONTENT = np.random.default_rng(2).bytes(100 * 50 + 3)


class _Stream(gr.basic_block):
    """In the place of a transmitter: notes PDUs, and says that they are sent when told to."""

    def __init__(self) -> None:
        gr.basic_block.__init__(self, "stream", None, None)
        self.taken: list[tuple[dict, bytes]] = []
        self.message_port_register_in(pmt.intern("pdus"))
        self.message_port_register_out(pmt.intern("sent"))
        self.set_msg_handler(pmt.intern("pdus"), self.take)
        self.at_once = True

    def take(self, pdu: object) -> None:
        content = bytes(pmt.u8vector_elements(pmt.cdr(pdu)))
        self.taken.append((pmt.to_python(pmt.car(pdu)), content))
        if self.at_once:
            self.say_sent(len(self.taken) - 1)

    def say_sent(self, number: int) -> None:
        about = pmt.dict_add(
            pmt.make_dict(), pmt.intern("offset"), pmt.from_uint64(1000 * number)
        )
        self.message_port_pub(pmt.intern("sent"), about)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "f"
    path.write_bytes(CONTENT)
    return path


def until(condition) -> None:
    """Wait for a message to be handled: at most for so long that it is an error."""
    watch = StallWatch(lambda: 0, 60.0)
    while not condition():
        assert not watch.stalled()
        time.sleep(0.001)


def test_a_sender_publishes_a_file(file: Path) -> None:
    graph, stream = gr.top_block(), _Stream()
    with PacketFile(file, 100) as packets:
        sender = file_sender(packets)
        graph.msg_connect(sender, "pdus", stream, "pdus")
        graph.msg_connect(stream, "sent", sender, "sent")
        graph.start()
        until(lambda: sender.finished)
        graph.stop()
        graph.wait()
    assert [about["sequence"] for about, _ in stream.taken] == list(range(51))
    assert [about.get("last", False) for about, _ in stream.taken] == [False] * 50 + [True]
    assert b"".join(content for _, content in stream.taken) == CONTENT
    assert (sender.sent, sender.last_offset) == (51, 50_000)


def test_a_sender_has_few_packets_on_their_way(file: Path) -> None:
    graph, stream = gr.top_block(), _Stream()
    stream.at_once = False
    with PacketFile(file, 100) as packets:
        sender = file_sender(packets)
        graph.msg_connect(sender, "pdus", stream, "pdus")
        graph.start()
        until(lambda: len(stream.taken) >= OUTSTANDING)
        sent = pmt.make_dict()
        for more in range(1, 4):
            # Handled in this thread: what it publishes is all that it will publish.
            sender._note_sent(sent)
            until(lambda more=more: len(stream.taken) >= OUTSTANDING + more)
        graph.stop()
        graph.wait()
    assert len(stream.taken) == OUTSTANDING + 3
    assert not sender.finished


def test_a_sender_stops_at_a_file_that_became_shorter(file: Path) -> None:
    with PacketFile(file, 100) as packets:
        with file.open("r+b") as stream:
            stream.truncate(450)
        sender = file_sender(packets, 2)
        sender.start()
        for _ in range(4):
            assert sender.error is None or sender.sent >= 3
            sender._note_sent(pmt.make_dict())
        assert "became shorter" in str(sender.error)
        with pytest.raises(ValueError, match="outstanding: found 0"):
            file_sender(packets, 0)


def pdu(number: int, content: bytes, **more: object) -> object:
    about = pmt.to_pmt({"sequence": number, **more})
    return pmt.cons(about, pmt.init_u8vector(len(content), list(content)))


def test_a_receiver_keeps_and_counts(tmp_path: Path) -> None:
    with PacketStore(tmp_path / "out") as store:
        receiver = file_receiver(store, 4)
        receiver._keep(pdu(1, b"bb", snr_db=10.0, cfo=1e-3, bits=100, bit_errors=3,
                           offset=5000.0, symbols=8))  # fmt: skip
        receiver._keep(pdu(0, b"aa", snr_db=14.0, bits=50, bit_errors=0, offset=1000.0,
                           symbols=8))  # fmt: skip
        receiver._keep(pdu(0, b"aa"))
        receiver._keep(pdu(0, b"zz"))
        receiver._note_failed(pmt.to_pmt({"reason": "unknown model", "sequence": 2}))
        receiver._note_failed(pmt.to_pmt({"reason": "crc", "sequence": 2}))
        assert not receiver.done
        receiver._note_failed(pmt.to_pmt({"reason": "crc", "sequence": 4, "last": True}))
        assert receiver.done
        counts = receiver.counts
        assert counts.arrivals == {"NEW": 2, "DUPLICATE": 1, "CONFLICT": 1}
        assert counts.failures == {"crc": 2, "unknown model": 1}
        assert (counts.bits, counts.bit_errors) == (150, 3)
        assert counts.snr_db.report() == {"mean": 12.0, "min": 10.0, "max": 14.0}
        assert counts.cfo.report() == {"mean": 1e-3, "min": 1e-3, "max": 1e-3}
        assert counts.clock_ppm.report() is None
        # 64 symbols, 216 + 8 with a pilot behind every 16: 302.
        assert counts.burst_span() == 4000 + 4 * 302
        assert receiver.handled == 7
        assert store.missing() == [(2, 4)]
        # What comes behind the end is not looked at, but it is handled.
        receiver._keep(pdu(3, b"dd"))
        receiver._note_failed(pmt.to_pmt({"reason": "crc", "sequence": 9}))
        assert (receiver.handled, len(store.index)) == (9, 2)


def test_a_receiver_takes_what_came_before_the_end_and_is_handled_later(tmp_path: Path) -> None:
    with PacketStore(tmp_path / "out") as store:
        receiver = file_receiver(store, 4)
        failed = {"reason": "crc", "sequence": 3, "last": True, "offset": 4000.0}
        receiver._note_failed(pmt.to_pmt(failed))
        assert receiver.done
        receiver._keep(pdu(1, b"bb", offset=2000.0))
        receiver._note_failed(pmt.to_pmt({"reason": "crc", "sequence": 0, "offset": 1000.0}))
        # Of the next transfer.
        receiver._keep(pdu(2, b"zz", offset=7000.0))
        receiver._note_failed(pmt.to_pmt({"reason": "crc", "sequence": 0, "offset": 6000.0}))
        assert store.missing() == [(0, 0), (2, 3)]
        assert receiver.counts.failures == {"crc": 2}
        assert receiver.handled == 5


def test_a_receiver_ends_with_the_last_packet(tmp_path: Path) -> None:
    with PacketStore(tmp_path / "out") as store:
        receiver = file_receiver(store, 4)
        receiver._keep(pdu(0, b"aa"))
        receiver._keep(pdu(1, b"b", last=True))
        assert receiver.done
        assert store.complete


def test_a_receiver_notes_what_the_disk_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PacketStore(tmp_path / "out") as store:
        receiver = file_receiver(store, 4)
        receiver._keep(pdu(0, b"aa"))

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.pwrite", full)
        receiver._keep(pdu(1, b"bb"))
        assert receiver.error.errno == errno.ENOSPC
        monkeypatch.undo()
        receiver._keep(pdu(2, b"cc"))
        assert len(store.index) == 1
        store.finish()
    assert (tmp_path / "out").read_bytes() == b"aa"


def test_a_valve_waits_for_a_backlog() -> None:
    waiting = [3, 3, 2, 9]
    calls = []

    def backlog() -> int:
        calls.append(None)
        return waiting.pop(0) if waiting else 0

    data = np.arange(20_000, dtype=np.complex64)
    source, sink = blocks.vector_source_c(data), blocks.vector_sink_c()
    valve = backlog_valve(backlog, 2)
    graph = gr.top_block()
    graph.connect(source, valve, sink)
    graph.run()
    assert np.array_equal(sink.data(), data)
    assert len(calls) > 4


def test_a_recording_goes_on_with_zeros(tmp_path: Path) -> None:
    data = (np.arange(1, 70_001) * (1 + 1j)).astype(np.complex64)
    path = tmp_path / "r.cfile"
    data.tofile(path)
    player = recording_player(open_recording(path, 1e6), 60_000)
    head, sink = blocks.head(gr.sizeof_gr_complex, 100_000), blocks.vector_sink_c()
    graph = gr.top_block()
    graph.connect(player, head, sink)
    graph.run()
    assert np.array_equal(sink.data()[:60_000], data[:60_000])
    assert np.array_equal(sink.data()[60_000:], np.zeros(40_000))


def test_a_standstill_is_noticed() -> None:
    now, count = 100.0, 5
    watch = StallWatch(lambda: count, 3.0, lambda: now)
    now = 103.0
    assert not watch.stalled()
    now = 103.1
    assert watch.stalled()
    count = 6
    assert not watch.stalled()
    now = 106.0
    assert (watch.standstill_s(), watch.stalled()) == (pytest.approx(2.9), False)
