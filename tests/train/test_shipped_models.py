# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Every shipped model obeys the contract and is what its card says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from dlcomm_train.datasets.manifest import MODULATIONS, WINDOW
from dlcomm_train.models.baselines import BASELINES, baseline_models
from dlcomm_train.models.cards import card
from dlcomm_train.models.classifier_cards import classifier_card
from dlcomm_train.models.pairs import Pair, codebook_of, session
from dlcomm_train.models.run_classifier import load_classifier
from dlcomm_train.recognition.catalogue import CLASSIFIERS
from dlcomm_train.recognition.config import recorded_config
from dlcomm_train.shipping import catalogue
from dlcomm_train.shipping.ship import config_of
from dlcomm_train.training.configfile import link_config, read_config
from dlcomm_train.two_user.models import config_of_users

MODELS = Path(__file__).resolve().parents[2] / "models"
SHIPPED_CLASSIFIERS = sorted(path.parent.name for path in MODELS.glob("*/classifier.onnx"))


def test_the_folder_holds_exactly_the_catalogue(models_dir):
    found = {entry.name for entry in models_dir.iterdir() if entry.is_dir()}
    assert found == set(catalogue.NAMES) | set(SHIPPED_CLASSIFIERS)


@pytest.mark.parametrize("name", SHIPPED_CLASSIFIERS)
def test_classifier(models_dir, name):
    folder = models_dir / name
    model, about = load_classifier(folder)
    assert about.labels == MODULATIONS and about.window == WINDOW
    assert (folder / "CARD.md").read_text(encoding="utf-8") == classifier_card(model, name)
    assert about.measured
    origin = re.sub(r"_(int8|q8)$", "", name)
    recipe = CLASSIFIERS[origin]
    assert recorded_config(about.recipe, origin) == recipe.config
    assert about.recipe["data"]["set"] == f"regenerated, {recipe.profile}"
    assert (folder / "training.csv").exists() == (name == origin)


def test_shipped_models_are_small(models_dir):
    files = models_dir.rglob("*.onnx")
    assert sum(path.stat().st_size for path in files) < 40e6


@pytest.mark.parametrize("name", catalogue.NAMES)
def test_model(models_dir, name):
    folder = models_dir / name
    pair = Pair.load(folder)
    link, _ = pair.contracts()
    assert link.link == name
    codebook = codebook_of(pair.encoder).astype(np.float64)
    assert codebook.shape == (1 << link.k, link.n)
    assert np.square(codebook).mean() == pytest.approx(0.5, abs=1e-4)
    assert (folder / "CARD.md").read_text(encoding="utf-8") == card(pair)
    trained = name in catalogue.LINKS or name in catalogue.USERS
    history = ["training.csv"] if trained else []
    assert sorted(entry.name for entry in folder.iterdir()) == [
        "CARD.md",
        "decoder.onnx",
        "encoder.onnx",
        *history,
    ]


TOLD_THE_GAIN = [name for name in catalogue.NAMES if name.endswith("_csi")]


@pytest.mark.parametrize("name", sorted(set(catalogue.NAMES) - set(TOLD_THE_GAIN)))
def test_decodes_its_own_codebook(models_dir, name):
    pair = Pair.load(models_dir / name)
    sent = torch.from_numpy(codebook_of(pair.encoder))
    config = catalogue.LINKS.get(name)
    if config is not None and config.channel.startswith("polynomial"):
        # What arrives without noise: 200 dB.
        sent = config.channel_model(200.0)(sent, torch.Generator().manual_seed(1)).symbols
    logits = session(pair.decoder).run(["logits"], {"symbols": sent.numpy()})[0]
    np.testing.assert_array_equal(logits.argmax(axis=1), np.arange(len(sent)))


@pytest.mark.parametrize("name", TOLD_THE_GAIN)
def test_decodes_its_own_codebook_under_any_gain(models_dir, name):
    pair = Pair.load(models_dir / name)
    codebook = codebook_of(pair.encoder).view(np.complex64)
    for gain in (1.0, 0.3j, -2.0 + 1.0j):
        csi = np.tile(np.array([gain], np.complex64).view(np.float32), (len(codebook), 1))
        symbols = (gain * codebook).astype(np.complex64).view(np.float32)
        logits = session(pair.decoder).run(["logits"], {"symbols": symbols, "csi": csi})[0]
        np.testing.assert_array_equal(logits.argmax(axis=1), np.arange(len(codebook)))


@pytest.mark.parametrize("name", catalogue.LINKS)
def test_recipe_is_the_catalogues(models_dir, name):
    config = catalogue.LINKS[name]
    assert config_of(Pair.load(models_dir / name)) == config


@pytest.mark.parametrize("name", catalogue.QUANTIZED)
def test_int8_recipe_is_that_of_its_link(models_dir, name):
    config = catalogue.LINKS[name]
    quantized = Pair.load(models_dir / (name + catalogue.INT8_SUFFIX))
    assert config_of(quantized) == config.model_copy(
        update={"name": name + catalogue.INT8_SUFFIX}
    )


@pytest.mark.parametrize("name", catalogue.USERS)
def test_users_recipe_is_the_catalogues(models_dir, name):
    config = catalogue.USERS[name]
    assert config_of_users(Pair.load(models_dir / name)) == config


def test_the_example_recipe_is_that_of_the_shipped_link(models_dir):
    path = models_dir.parent / "examples/channels/ae_2_4_amplifier.json"
    assert link_config(read_config(path)) == catalogue.LINKS["ae_2_4_amplifier"]


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_are_reproducible(models_dir, name):
    shipped, made = Pair.load(models_dir / name), Pair(*baseline_models(name))
    assert shipped.encoder.graph == made.encoder.graph
    assert shipped.decoder.graph == made.decoder.graph


@pytest.mark.parametrize(
    ("name", "ebn0_db", "limit"),
    [
        ("ae_7_4", 4.0, 1.21e-2),
        ("ae_7_4_compact", 4.0, 1.21e-2),
        ("ae_8_8", 7.0, 7.6e-4),
        ("ae_8_8_compact", 7.0, 7.6e-4),
    ],
)
def test_error_rate(models_dir, name, ebn0_db, limit):
    pair = Pair.load(models_dir / name)
    errors, sent = pair.count_block_errors(ebn0_db, 2024, 400, 1 << 20)
    # Four standard deviations above the limit: no false alarm in 30,000 runs.
    assert errors < sent * limit + 4 * np.sqrt(sent * limit)
