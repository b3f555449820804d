# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Packets of a file, their numbers, and the file they become again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gnuradio.dlcomm.radio.packet_file import PacketFile, TransferError
from gnuradio.dlcomm.radio.packet_index import PacketIndex, span_text
from gnuradio.dlcomm.radio.packet_store import Arrival, PacketStore

CONTENT = np.random.default_rng(1).bytes(10 * 100 + 7)


def cut(number: int) -> bytes:
    return CONTENT[100 * number : 100 * (number + 1)]


@given(st.lists(st.integers(0, 40), unique=True), st.integers(1, 3))
def test_an_index_knows_what_is_there(numbers: list[int], length: int) -> None:
    index, places = PacketIndex(), {}
    for number in numbers:
        assert index.find(number) is None
        places[number] = len(places) * length
        index.add(number, places[number], length)
    assert len(index) == len(numbers)
    assert index.end == max(numbers, default=-1) + 1
    for number in range(45):
        expected = (places[number], length) if number in places else None
        assert index.find(number) == expected
    for total in (0, 20, 45):
        spans = list(index.missing(total))
        missing = [n for first, last in spans for n in range(first, last + 1)]
        assert missing == [n for n in range(total) if n not in places]
        # No two spans touch: there are as few as can be.
        assert all(b[0] > a[1] + 1 for a, b in zip(spans, spans[1:], strict=False))
    assert index.in_order() == (numbers == sorted(numbers))


def test_an_index_takes_no_room_for_what_arrives() -> None:
    index = PacketIndex()
    for number in range(10_000):
        index.add(number, 7 * number, 7)
    assert len(index.runs()) == 1


def test_spans_for_people() -> None:
    assert span_text([(3, 3), (10, 12)]) == "3, 10-12"
    assert span_text([(2 * n, 2 * n) for n in range(30)], 2) == "0, 2 and 28 more spans"


def test_a_file_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(CONTENT)
    with PacketFile(path, 100) as packets:
        assert (packets.packets, packets.size) == (11, len(CONTENT))
        # It may go meanwhile, and come back longer.
        path.unlink()
        assert [packets.read(n) for n in (10, 3)] == [cut(10), cut(3)]


def test_a_file_that_becomes_shorter(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(CONTENT)
    with PacketFile(path, 100) as packets:
        os.truncate(path, 450)
        assert packets.read(3) == cut(3)
        with pytest.raises(
            TransferError, match="became shorter while it was sent: found 450 bytes, expected"
        ):
            packets.read(4)


@pytest.mark.parametrize(("kind", "text"), [
    ("missing", "No such file"), ("empty", "is empty, expected something"),
    ("folder", "found a folder"), ("pipe", "no regular file"),
    ("huge", "at most 4,294,967,296"),
])
def test_what_cannot_be_sent(kind: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "f"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind != "missing":
        path.touch()
    if kind == "huge":
        # A hole, which takes no room.
        os.truncate(path, (1 << 32) + 1)
    with pytest.raises(TransferError, match=text):
        PacketFile(path, 1)


def leftovers(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_whole_transfer(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"old")
    (tmp_path / "f.packets.json").write_text("of an earlier transfer")
    with PacketStore(path) as store:
        for number in range(11):
            assert store.add(number, cut(number), number == 10) is Arrival.NEW
        assert path.read_bytes() == b"old"
        assert (store.complete, store.total, store.missing()) == (True, 11, [])
        store.finish()
    assert path.read_bytes() == CONTENT
    assert leftovers(tmp_path) == {"f"}


@given(order=st.permutations(range(11)), data=st.data())
def test_any_order_and_again(
    order: list[int], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("out")
    with PacketStore(folder / "f") as store:
        for place, number in enumerate(order):
            assert store.add(number, cut(number), number == 10) is Arrival.NEW
            again = data.draw(st.sampled_from(order[: place + 1]))
            assert store.add(again, cut(again), again == 10) is Arrival.DUPLICATE
            assert store.add(again, b"other", False) is Arrival.CONFLICT
        assert store.complete
        store.finish()
    assert (folder / "f").read_bytes() == CONTENT
    assert leftovers(folder) == {"f"}


@pytest.mark.parametrize("order", [(0, 1, 5, 7, 10), (7, 0, 10, 5, 1)])
def test_missing_packets_leave_no_gap_and_are_named(order: tuple, tmp_path: Path) -> None:
    with PacketStore(tmp_path / "f") as store:
        for number in order:
            store.add(number, cut(number), number == 10)
        assert not store.complete
        assert store.missing() == [(2, 4), (6, 6), (8, 9)]
        store.finish()
    assert (tmp_path / "f").read_bytes() == b"".join(cut(n) for n in sorted(order))
    assert leftovers(tmp_path) == {"f", "f.packets.json"}
    told = json.loads((tmp_path / "f.packets.json").read_text())
    assert told.pop("packets") == [
        {"number": number, "offset": 100 * place, "length": 7 if number == 10 else 100}
        for place, number in enumerate(sorted(order))
    ]
    assert told == {
        "file": "f", "bytes": 407, "packets_received": 5, "packets_expected": 11,
        "missing": [[2, 4], [6, 6], [8, 9]],
    }


def test_an_end_that_did_not_come(tmp_path: Path) -> None:
    with PacketStore(tmp_path / "f") as store:
        store.add(0, cut(0), False)
        store.add(2, cut(2), False)
        assert (store.total, store.complete, store.missing()) == (None, False, [(1, 1)])
        store.finish()
    told = json.loads((tmp_path / "f.packets.json").read_text())
    assert (told["packets_expected"], told["missing"]) == (None, [[1, 1]])


def test_the_last_packet_is_lost_but_heard_of(tmp_path: Path) -> None:
    with PacketStore(tmp_path / "f") as store:
        store.add(3, cut(3), False)
        store.end_at(2)
        assert store.total is None
        store.end_at(5)
        store.end_at(6)
        assert (store.total, store.missing()) == (5, [(0, 2), (4, 4)])
        # What lies behind the end is of another transfer.
        assert store.add(5, cut(5), False) is Arrival.CONFLICT
        assert store.add(2, cut(2), True) is Arrival.CONFLICT
        assert store.add(2, cut(2), False) is Arrival.NEW


def test_an_unfinished_transfer_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), PacketStore(tmp_path / "f") as store:
        store.add(0, b"x", False)
        raise KeyboardInterrupt
    assert leftovers(tmp_path) == set()


def test_where_no_file_can_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    for path, text in (
        (tmp_path, "found a folder, expected a file"),
        (tmp_path / "pipe", "found no regular file, expected a file"),
        (tmp_path / "file" / "f", "cannot be written"),
    ):
        with pytest.raises(ValueError, match=text):
            PacketStore(path)
    assert leftovers(tmp_path) == {"file", "pipe"}
