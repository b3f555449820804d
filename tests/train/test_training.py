# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training: it learns, it repeats itself, and the recipe in a file is enough."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from scipy.stats import norm

from dlcomm_train import contract
from dlcomm_train.channels.models import Received
from dlcomm_train.models.pairs import Pair, codebook_of
from dlcomm_train.shipping.ship import config_of, trained_pair
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.train import train


def test_learns_qpsk(tiny_pair):
    codebook = codebook_of(tiny_pair.encoder).astype(np.float64)
    assert np.square(codebook).mean() == pytest.approx(0.5, abs=1e-6)
    ebn0_db = 4.0
    errors, sent = tiny_pair.count_block_errors(ebn0_db, 77, 3000, 1 << 20)
    bit = norm.sf(np.sqrt(2 * 10 ** (ebn0_db / 10)))
    assert errors / sent == pytest.approx(1 - (1 - bit) ** 2, rel=0.10)


def test_same_config_same_bytes(tiny_config, tiny_pair):
    torch.manual_seed(99)
    again = trained_pair(train(tiny_config))
    assert again.encoder.SerializeToString() == tiny_pair.encoder.SerializeToString()
    assert again.decoder.SerializeToString() == tiny_pair.decoder.SerializeToString()


def test_another_seed_is_another_link(tiny_config, tiny_pair):
    config = tiny_config.model_copy(update={"seeds": (13,), "steps": 50})
    other = trained_pair(train(config))
    assert not np.allclose(codebook_of(other.encoder), codebook_of(tiny_pair.encoder))


def test_recipe_in_the_file_retrains_the_same_file(tmp_path, tiny_pair):
    tiny_pair.save(tmp_path)
    loaded = Pair.load(tmp_path)
    again = trained_pair(train(config_of(loaded)))
    again.save(tmp_path / "again")
    for name in ("encoder.onnx", "decoder.onnx"):
        assert (tmp_path / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_best_seed_is_kept_and_recorded(tiny_pair):
    recipe = contract.check(tiny_pair.decoder).recipe
    losses = {entry["seed"]: entry["validation_loss"] for entry in recipe["search"]}
    assert set(losses) == {11, 12}
    assert losses[recipe["seed"]] == min(losses.values())


def test_receiver_stage_keeps_the_codebook_and_the_scale_of_the_logits(tiny_config):
    base = tiny_config.model_copy(update={"form": "thesis", "seeds": (11,)})
    refined = base.model_copy(
        update={"receiver_steps": 300, "receiver_ebn0_db": 1.0}
    )
    first, second = train(base), train(refined)
    with torch.no_grad():
        codebook = first.encoder.codebook()
        assert torch.equal(codebook, second.encoder.codebook())
        # The exact posteriors at the link's Eb/N0 are the measure for both.
        variance = 0.5 / 2 / 10 ** (base.ebn0_db / 10)
        exact = torch.softmax(codebook @ codebook.T / variance, dim=1)
        found = torch.softmax(second.decoder(Received(codebook)), dim=1)
    assert torch.allclose(exact, found, atol=0.02)


def test_progress_is_reported(tiny_config):
    seen = []
    config = tiny_config.model_copy(update={"steps": 200})
    train(config, lambda report: seen.append((report.seed, report.step)))
    assert seen == [(11, 100), (11, 200), (12, 100), (12, 200)]


def test_training_leaves_the_number_of_threads_alone(tiny_config):
    before = torch.get_num_threads()
    train(tiny_config.model_copy(update={"steps": 2, "seeds": (1,)}))
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"epochs": 3}, "Extra inputs"),
        ({"batch": 1022}, "batch is 1022, expected a multiple of 2\\^k = 4"),
        ({"k": 9}, "less than or equal to 8"),
        ({"seeds": ()}, "at least 1 item"),
        ({"seeds": (1, 1)}, "must all differ"),
        ({"seeds": (1_000_003,)}, "must all differ"),
        ({"receiver_steps": 1}, "expected 0 or at least 2"),
        ({"name": "../x"}, "should match pattern"),
    ],
)
def test_bad_configs(tiny_config, change, expected):
    with pytest.raises(ValidationError, match=expected):
        LinkConfig(**(tiny_config.model_dump() | change))
