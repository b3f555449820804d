# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Frames that are numbered, sent, lost and put in order again."""

import threading

import numpy as np
import pytest

from gnuradio.dlcomm.radio.frame_exchange import MOST_LOST, OUTSTANDING, FrameExchange


def frame(number: int) -> np.ndarray:
    return np.full(4, number, np.complex64)


def exchange(frames: int, **settings: float) -> FrameExchange:
    made = FrameExchange(4, lambda number, symbols: None, **settings)
    for number in range(frames):
        made.put(frame(number))
    return made


def taken(made: FrameExchange) -> list[int]:
    found = []
    while (one := made.take()) is not None:
        assert len(set(one.tolist())) == 1
        found.append(int(one[0].real))
    return found


def test_frames_come_back_in_order() -> None:
    made = exchange(3)
    for number in (1, 0, 2):
        made.note_arrived(number, frame(number))
    assert taken(made) == [0, 1, 2]
    assert (made.received, made.lost) == (3, 0)


def test_a_frame_before_one_that_arrived_is_lost() -> None:
    made = exchange(4)
    made.note_arrived(0, frame(0))
    made.note_arrived(3, frame(3))
    assert taken(made) == [0, 0, 0, 3]
    assert (made.received, made.lost) == (2, 2)


def test_the_last_frame_is_lost_some_time_after_it_was_sent() -> None:
    made = exchange(1, patience_s=0.0)
    assert made.take() is None
    made.note_sent(0)
    assert taken(made) == [0]
    assert (made.received, made.lost) == (0, 1)
    # Too late.
    made.note_arrived(0, frame(5))
    assert made.take() is None


@pytest.mark.parametrize("number", [1, 7])
def test_a_number_that_was_never_sent_is_not_believed(number: int) -> None:
    made = exchange(1)
    made.note_arrived(number, frame(number))
    assert made.take() is None


def test_a_frame_of_another_length_is_not_believed() -> None:
    made = exchange(1)
    made.note_arrived(0, np.zeros(3, np.complex64))
    assert made.take() is None


def test_a_frame_that_arrives_twice_counts_once() -> None:
    made = exchange(2)
    made.note_arrived(0, frame(0))
    made.note_arrived(0, frame(9))
    made.note_arrived(1, frame(1))
    assert taken(made) == [0, 1]


def test_only_so_many_are_on_their_way() -> None:
    sent: list[int] = []
    made = FrameExchange(4, lambda number, symbols: sent.append(number))
    sender = threading.Thread(
        target=lambda: [made.put(frame(number)) for number in range(OUTSTANDING + 1)]
    )
    sender.start()
    while len(sent) < OUTSTANDING:
        sender.join(0.01)
    sender.join(0.2)
    assert sent == list(range(OUTSTANDING)) and sender.is_alive()
    made.note_arrived(0, frame(0))
    assert made.take() is not None
    sender.join(30)
    assert sent == list(range(OUTSTANDING + 1))


def test_whoever_waits_is_let_go_when_it_is_closed() -> None:
    made = exchange(OUTSTANDING)
    sender = threading.Thread(target=made.put, args=(frame(0),))
    sender.start()
    made.close()
    sender.join(30)
    assert not sender.is_alive()


def test_it_is_finished_when_all_is_taken_and_no_more_will_come() -> None:
    made = exchange(1)
    made.end()
    assert not made.finished
    made.note_arrived(0, frame(0))
    assert taken(made) == [0]
    assert made.finished


def test_too_many_losses_in_a_row_are_an_error() -> None:
    made = FrameExchange(4, lambda number, symbols: None, patience_s=0.0)
    with pytest.raises(RuntimeError, match=f"^{MOST_LOST} bursts in a row were lost"):
        for number in range(MOST_LOST):
            made.put(frame(number))
            made.note_sent(number)
            while made.take() is None:
                pass
    assert (made.received, made.lost) == (0, MOST_LOST)
