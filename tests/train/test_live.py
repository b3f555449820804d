# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Watching a training: frames, the animation's file, and no display."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from PIL import Image

from dlcomm_train.channels.models import Awgn
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.history import Entry
from dlcomm_train.training.policy import BlackBox
from dlcomm_train.watching import live
from dlcomm_train.watching.figure import GRID, LIMIT, LiveFigure, colours, complex_samples


@dataclass
class Training:
    """What is watched: networks that do not change, and the validations that are put in."""

    config: LinkConfig
    history: list[Entry] = field(default_factory=list)
    total_steps: int = 0

    def __post_init__(self) -> None:
        config, generator = self.config, torch.Generator().manual_seed(3)
        self.encoder = Encoder(config.n, config.k, config.form, config.power_norm, generator)
        self.decoder = Decoder(config.n, config.k, config.form, generator)

    def step(self, bler: float | None = None, seed: int = 1) -> None:
        self.total_steps += 1
        if bler is not None:
            self.history.append(Entry(seed, "link", self.total_steps, 1.0, bler))


def recipe(n: int, k: int, **more: object) -> LinkConfig:
    return LinkConfig(name="watched", n=n, k=k, steps=300, ebn0_db=40.0, **more)


def taken(training: Training, recorder: live.Recorder | None = None) -> live.Frame:
    """A frame after three validations, the last of another seed."""
    camera = live.Camera(training.config, recorder)
    for bler, seed in ((0.5, 1), (None, 1), (0.25, 1), (0.4, 2)):
        training.step(bler, seed)
        camera.look(training)
    return camera.take(training)


def test_a_frame_of_a_channel_model():
    training = Training(recipe(2, 3))
    frame = taken(training)
    sent = training.encoder.codebook().detach().numpy()
    assert np.array_equal(frame.codebook, sent)
    assert len(frame.received) == live.MOST_POINTS == len(frame.messages)
    # At 40 dB, what comes back is what was sent for each message.
    assert np.allclose(frame.received, sent[frame.messages], atol=0.1)
    assert frame.steps == (1, 3, 4, 4)
    assert frame.bler[:2] == (0.5, 0.25) and math.isnan(frame.bler[2]) and frame.bler[3] == 0.4
    assert frame.title == "watched: (2,3) over awgn, Eb/N0 40 dB, step 4, BLER 4.00e-01"


def test_regions_are_what_the_decoder_decides():
    training = Training(recipe(2, 3))
    decisions = taken(training).decisions
    assert decisions.shape == (GRID, GRID)
    # Upper left corner: the last row, the first column.
    corner = torch.tensor([[-LIMIT, LIMIT]])
    logits = training.decoder.layers(corner)
    assert decisions[-1, 0] == int(logits.argmax())
    assert taken(Training(recipe(4, 3))).decisions is None


def test_a_frame_of_a_black_box_is_what_training_sent():
    config = recipe(4, 3, through="chain.grc", policy={})
    training = Training(config)
    recorder = live.Recorder(BlackBox(Awgn(4, 3, 40.0)))
    assert len(taken(training, recorder).received) == 0
    sent = training.encoder.codebook().detach().repeat(10, 1)
    generator = torch.Generator().manual_seed(1)
    answer = recorder(sent, generator).symbols
    assert torch.equal(answer, BlackBox(Awgn(4, 3, 40.0))(sent, generator.manual_seed(1))[0])
    frame = taken(training, recorder)
    assert np.array_equal(frame.received, answer.numpy())
    assert np.allclose(frame.received, frame.codebook[frame.messages], atol=0.1)
    assert "over chain.grc" in frame.title


def test_samples_and_colours():
    symbols = np.arange(6.0).reshape(2, 3)
    assert np.array_equal(complex_samples(symbols), [[1j, 2], [3 + 4j, 5]])
    for messages in (2, 16, 20, 21, 256):
        assert len(np.unique(colours(messages), axis=0)) == messages


@pytest.mark.parametrize(("n", "k", "panels"), [(1, 1, 3), (2, 4, 3), (7, 4, 9), (64, 8, 13)])
def test_the_figure_has_its_panels(n, k, panels):
    frame = taken(Training(recipe(n, k)))
    figure = Figure((4.0, 2.0))
    drawing = LiveFigure(figure, frame)
    drawing.draw(frame)
    assert len(figure.axes) == panels
    curve = figure.axes[-1].lines[0]
    assert np.array_equal(curve.get_ydata(), frame.bler, equal_nan=True)


def test_the_animation_is_written(tmp_path):
    training = Training(recipe(2, 2))
    path = tmp_path / "new" / "film.gif"
    animation = live.Animation(path, training.config)
    for step in range(12):
        training.step(0.5 / (step + 1))
        animation.watch(training)
    assert not path.parent.exists()
    animation.save()
    with Image.open(path) as film:
        # Frame i of 100 is due at step 300 (i/100)^2: 20 of them up to step 12, but at most
        # one a step.
        assert film.n_frames == 12
        assert film.info["loop"] == 0
        assert film.size == (800, 288)
    assert [file.name for file in path.parent.iterdir()] == ["film.gif"]


def test_frames_are_closer_at_the_beginning(tmp_path):
    training = Training(recipe(2, 2))
    animation = live.Animation(tmp_path / "film.gif", training.config)
    for _ in range(300):
        training.step()
        animation.watch(training)
    steps = [int(frame.title.split("step ")[1]) for frame in animation.frames]
    assert len(steps) <= live.FRAMES + 1  # the first step, and then
    assert steps[:8] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert np.diff(steps)[-10:].min() >= 5


def test_an_animation_of_nothing_is_not_written(tmp_path):
    live.Animation(tmp_path / "film.gif", recipe(2, 2)).save()
    assert not list(tmp_path.iterdir())


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'\.mp4', expected \.gif"):
        live.Animation(tmp_path / "film.mp4", recipe(2, 2))


def test_no_display_is_told():
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    with pytest.raises(RuntimeError, match="no window can be opened .*animation instead"):
        live.Window(recipe(2, 2))
