# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressed models that items make."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dlcomm_train.compress import CompressError, Prune, Quantize, RemoveDeadUnits
from dlcomm_train.training.config import LinkConfig
from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.reproduce.chains import codewords
from gnuradio.dlcomm.reproduce.compressed import (
    compressed_link,
    full_link,
    trained_link,
    training,
)
from gnuradio.dlcomm.reproduce.context import Context

MODEL = "ae_7_4"


@pytest.fixture
def made() -> list[str]:
    """Names of the models that were made, not found."""
    return []


@pytest.fixture
def context(quick_context: Callable, made: list[str]) -> Context:
    @contextmanager
    def making(name: str) -> Iterator[Callable]:
        made.append(name)
        yield lambda what, share: None

    return replace(quick_context("tab5.1"), making=making)


def test_a_model_is_made_once(context: Context, made: list[str]) -> None:
    steps = [Quantize(bits=8)]
    first = compressed_link(context, MODEL, "small", steps)
    again = compressed_link(replace(context, item="fig5.2"), MODEL, "small", steps)
    assert again == first
    assert made == ["small"]
    assert Path(first.model).parent == context.folder / "compressed"
    others = (
        compressed_link(context, MODEL, "small", [Quantize(bits=7)]),
        compressed_link(context, MODEL, "smaller", steps),
        compressed_link(context, "ae_7_4_compact", "small", steps),
    )
    assert len({first.model, *(other.model for other in others)}) == 4
    assert len(made) == 4


def test_half_a_model_is_made_again(context: Context, made: list[str]) -> None:
    found = compressed_link(context, MODEL, "small", [Quantize(bits=8)])
    (Path(found.model) / "counts.json").unlink()
    assert compressed_link(context, MODEL, "small", [Quantize(bits=8)]) == found
    assert made == ["small"] * 2


def test_counts_are_those_of_the_files(context: Context) -> None:
    full = full_link(MODEL)
    pruned = compressed_link(context, MODEL, "pruned", [Prune(rate=0.5, retraining=None)])
    assert link(pruned.model).name == "pruned"
    for found in (full, pruned):
        opened = link(found.model)
        sizes = [Path(path).stat().st_size for path in (opened.encoder, opened.decoder)]
        assert found.file_bytes == sum(sizes)
        assert found.constant_bytes < found.file_bytes
    assert (full.parameters, full.operations) == (791, 736)
    assert (pruned.parameters, pruned.operations) == (791 - 368, 736)
    assert sum(layer["weights_left"] for layer in pruned.layers) == 368
    assert [note["kind"] for note in pruned.notes] == ["prune"]
    assert full.notes == ()


def test_a_step_that_cannot_be_done(context: Context) -> None:
    steps = [Prune(rate=0.5, retraining=None), Quantize(bits=1)]
    with pytest.raises(CompressError, match="expected at least 2 bits, found 1"):
        compressed_link(context, MODEL, "small", steps)
    assert not (context.folder / "compressed").exists()


def test_exact_steps_keep_the_codewords(context: Context) -> None:
    found = compressed_link(context, MODEL, "alive", [RemoveDeadUnits()])
    assert np.allclose(codewords(link(found.model)), codewords(link(MODEL)), atol=1e-6)


def test_trainings_of_smoke_runs_are_short_and_seeded(context: Context) -> None:
    assert not context.trained
    settings = training(context, 4000, 0, batch=512, learning_rate=0.02)
    assert context.trained
    assert (settings.steps, settings.receiver_steps) == (100, 0)
    assert (settings.seeds, settings.batch, settings.learning_rate) == ((1,), 512, 0.02)
    full = training(replace(context, quick=False, seed=5), 4000, 300)
    assert (full.steps, full.receiver_steps, full.seeds) == (4000, 300, (5,))


def test_a_link_is_trained_once(context: Context, made: list[str]) -> None:
    config = LinkConfig(name="fresh", n=2, k=2, batch=256, steps=800, receiver_steps=0)
    model = trained_link(context, config)
    assert trained_link(context, config) == model
    assert made == ["fresh"]
    found = link(model)
    assert (found.n, found.k) == (2, 2)
    assert compressed_link(context, model, "fresh_q8", [Quantize(bits=8)]).parameters == 22
