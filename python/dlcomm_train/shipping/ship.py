# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Making models: train, export, quantize, write the card."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path

from dlcomm_train.channels.models import Channel
from dlcomm_train.compress import compress
from dlcomm_train.compress.link import Progress as StepProgress
from dlcomm_train.contract import Contract
from dlcomm_train.files import write_together
from dlcomm_train.models.baselines import BASELINES, baseline_models
from dlcomm_train.models.cards import model_files
from dlcomm_train.models.channel_knowledge import with_channel_knowledge
from dlcomm_train.models.export import decoder_model, encoder_model
from dlcomm_train.models.pairs import Pair
from dlcomm_train.models.quantize import quantize_pair
from dlcomm_train.provenance import versions
from dlcomm_train.shipping import catalogue
from dlcomm_train.shipping.compressed import RECIPES
from dlcomm_train.training.checkpoints import SUFFIX, Checkpoints
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.history import curve
from dlcomm_train.training.outcome import Progress, TrainedLink
from dlcomm_train.training.train import train
from dlcomm_train.two_user.models import make_two_users
from dlcomm_train.watching.views import Views

LOSSES = {
    "symbolwise": "symbol-wise cross-entropy; exact posteriors in the receiver's steps where "
    "the channel is known",
    "bitwise": "binary cross-entropy of the bits' exact log-likelihood ratios, then the "
    "scale of the logits that minimises it",
}
"""What a recipe says about each loss, for people."""


def trained_pair(trained: TrainedLink) -> Pair:
    """The two models of a trained link, with the recipe in their metadata."""
    config = trained.config
    recipe = {
        "kind": "trained",
        "config": config.model_dump(mode="json", exclude={"name"}),
        "loss": LOSSES[config.loss],
        "optimiser": "Adam, one-cycle learning rate",
        "search": [attempt.summary() for attempt in trained.attempts],
        "seed": trained.seed,
        "versions": versions("torch", "scipy", "onnx"),
    }
    if config.policy is not None:
        recipe["method"] = "policy gradient, no channel model; then the receiver alone"
    if trained.device != "cpu":
        recipe["device"] = trained.device

    def link(role: str) -> Contract:
        return Contract(role, config.name, config.n, config.k, recipe=recipe)

    return Pair(
        encoder_model(trained.encoder, link("encoder")),
        decoder_model(trained.decoder, link("decoder")),
    )


def config_of(pair: Pair) -> LinkConfig:
    """The config in the recipe of a trained (or trained and quantized) pair.

    Raises:
        KeyError: the recipe has no config: the pair is a baseline.
    """
    link, _ = pair.contracts()
    return LinkConfig(name=link.link, **link.recipe["config"])


def checkpoint_path(config: LinkConfig, out: Path) -> Path:
    """Where :func:`make_link` keeps the state of an unfinished training run."""
    return out / (config.name + SUFFIX)


def make_link(
    config: LinkConfig,
    out: Path,
    int8: bool,
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    device: str = "cpu",
    views: Views | None = None,
) -> None:
    """Train a link and write it to ``out/name``, and its int8 version if wanted.

    The training curve is written beside the models. The checkpoint, if there is one, is
    removed when everything is written.

    Raises:
        CheckpointError: the checkpoint to go on from is unusable.
        DivergedError: a loss became infinite or NaN.
        RuntimeError, ValueError: the flowgraph to train through, or a view, cannot be used.
        OSError: a file cannot be written.
    """
    with ExitStack() as opened:
        channel = opened.enter_context(_opened_channel(config))
        watch = None
        if views:
            shown = opened.enter_context(views.open(config, channel))
            channel, watch = shown.channel, shown.watch
        trained = train(config, progress, checkpoints, device, channel, watch)
        _write_trained(trained, out, int8)
        # Before a window is closed by hand: from here on there is nothing to go on with.
        if checkpoints is not None:
            checkpoints.remove()


def _write_trained(trained: TrainedLink, out: Path, int8: bool) -> None:
    """Write a trained link, its curve, and its int8 version if wanted."""
    config, pair = trained.config, trained_pair(trained)
    files = model_files(out / config.name, pair, curve(trained.history))
    if int8:
        name = config.name + catalogue.INT8_SUFFIX
        files |= model_files(out / name, quantize_pair(pair, name))
    write_together(files)


def make(
    name: str,
    out: Path,
    progress: Progress | None = None,
    advance: StepProgress | None = None,
) -> None:
    """Make one shipped model and write it, with its card, to ``out/name``.

    `progress` is told how trainings go on, `advance` how compressions do.

    A compressed model, or one with channel knowledge, is made from another model in
    `out`, which is made first if it is not there. Of two users, both are made.

    Raises:
        ContractError: the model that this one is made from is there and unusable.
        CompressError: that model cannot be compressed as it is asked for.
        DivergedError: a loss became infinite or NaN.
        RuntimeError, ValueError: the flowgraph to train through cannot be used.
        OSError: a file cannot be written.
    """
    if name in BASELINES:
        write_together(model_files(out / name, Pair(*baseline_models(name))))
    elif name in catalogue.LINKS:
        make_link(catalogue.LINKS[name], out, False, progress)
    elif name in catalogue.USERS:
        make_two_users(catalogue.USERS[name], out, progress)
    elif name in RECIPES:
        recipe = RECIPES[name]
        source = _source(recipe.source, out, progress)
        pair = compress(source, recipe.steps, name, advance)
        write_together(model_files(out / name, pair))
    else:
        derived = catalogue.CHANNEL_KNOWLEDGE.get(name)
        source = _source(
            derived or name.removesuffix(catalogue.INT8_SUFFIX), out, progress
        )
        derive = with_channel_knowledge if derived else quantize_pair
        write_together(model_files(out / name, derive(source, name)))


def _source(name: str, out: Path, progress: Progress | None) -> Pair:
    """The model that another one is made from, made first if it is not there."""
    if not (out / name).is_dir():
        make(name, out, progress)
    return Pair.load(out / name)


def _opened_channel(config: LinkConfig) -> AbstractContextManager[Channel | None]:
    """The flowgraph that `config` names, running; None where it names none."""
    if config.through is None:
        return nullcontext()
    # The one part of this package that needs GNU Radio.
    try:
        from dlcomm_train.channels.flowgraph import FlowgraphChannel
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"training through a flowgraph needs GNU Radio with this module: {error}"
        ) from None
    return FlowgraphChannel(
        config.through, config.through_parameters, config.n, config.k, config.ebn0_db
    )


def ship(
    out: Path,
    names: Iterable[str],
    started: Callable[[str], None],
    progress: Progress | None = None,
    advance: StepProgress | None = None,
) -> None:
    """Make the models `names`, in the catalogue's order, calling `started` for each.

    `progress` and `advance` as for :func:`make`.
    """
    wanted = set(names)
    for name in catalogue.NAMES:
        if name not in wanted:
            continue
        started(name)
        make(name, out, progress, advance)
        if name in catalogue.USERS:
            wanted.difference_update(catalogue.USERS[name].names)
