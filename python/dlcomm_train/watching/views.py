# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person wants to see of a training: a live window, an animation, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from dlcomm_train.channels.models import Channel
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.search import Search

if TYPE_CHECKING:
    from dlcomm_train.watching.live import Animation, Window


@dataclass(frozen=True)
class Views:
    """What to show of a training.

    Attributes:
        live: open a window that follows it.
        animation: write an animated GIF to this file at the end.
    """

    live: bool = False
    animation: Path | None = None

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return self.live or self.animation is not None

    def open(self, config: LinkConfig, channel: Channel | None) -> OpenViews:
        """Open the window and get the animation ready.

        Args:
            config: the recipe.
            channel: what the link is trained through, if it has no model.

        Raises:
            RuntimeError: there is no display for the window.
            ValueError: the animation's name does not end in .gif.
        """
        # matplotlib is slow to import, and not needed otherwise.
        from dlcomm_train.watching.live import Animation, Recorder, Window

        recorder = None if channel is None else Recorder(channel)
        animation = Animation(self.animation, config, recorder) if self.animation else None
        window = Window(config, recorder) if self.live else None
        return OpenViews(recorder, window, animation)


class OpenViews:
    """Views of one training; a context manager that ends with the training.

    Attributes:
        channel: the channel to train through in place of the one that was given.
    """

    def __init__(
        self, channel: Channel | None, window: Window | None, animation: Animation | None
    ) -> None:
        """Show the training in both, where they are not None."""
        self.channel, self._window, self._animation = channel, window, animation

    def __enter__(self) -> OpenViews:
        """Nothing more to open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write the animation; keep the window until somebody closes it.

        After an error the animation is not written, and the window goes.

        Raises:
            OSError: the animation cannot be written.
        """
        if error is None and self._animation:
            self._animation.save()
        if self._window:
            (self._window.hold if error is None else self._window.close)()

    def watch(self, training: Search) -> None:
        """Look at the training after a step."""
        for view in (self._window, self._animation):
            if view is not None:
                view.watch(training)
