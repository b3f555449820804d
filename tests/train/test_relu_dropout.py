# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""ReLU and dropout in one."""

from __future__ import annotations

import pytest
import torch
from scipy import stats

from dlcomm_train.networks.relu_dropout import ReluDropout
from dlcomm_train.recognition.randomness import drawing_from

LEVEL = 1e-6
"""False-alarm rate of every statistical comparison here."""

TYPES = [torch.float32, torch.bfloat16]


def features(dtype: torch.dtype, *shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1)).to(dtype)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_what_stays_is_scaled_and_its_share_is_right(dtype: torch.dtype, p: float) -> None:
    value = features(dtype, 7, 33, 101)
    with drawing_from(2):
        found = ReluDropout(p)(value)
    assert found.dtype == dtype
    positive = value > 0
    assert (found[~positive] == 0).all()
    kept = found[positive] != 0
    scale = torch.tensor(1.0 / (1.0 - p), dtype=dtype)
    assert torch.equal(found[positive][kept], (value[positive] * scale)[kept])
    test = stats.binomtest(int(kept.sum()), kept.numel(), 1.0 - p)
    assert test.pvalue > LEVEL


@pytest.mark.parametrize("dtype", TYPES)
def test_draws_of_neighbours_are_independent(dtype: torch.dtype) -> None:
    with drawing_from(3):
        kept = (ReluDropout(0.5)(torch.ones(1 << 18, dtype=dtype)) > 0).double()
    for distance in (1, 2, 3, 4, 8):
        # Of N products of independent signs, the mean has a deviation of 1 / sqrt(N).
        products = (2 * kept[:-distance] - 1) * (2 * kept[distance:] - 1)
        assert abs(float(products.mean())) * len(products) ** 0.5 < stats.norm.isf(LEVEL / 2)


@pytest.mark.parametrize("dtype", TYPES)
def test_gradients_pass_where_features_did(dtype: torch.dtype) -> None:
    value = features(dtype, 5, 8, 2, 9).to(memory_format=torch.channels_last)
    value.requires_grad_()
    with drawing_from(4):
        found = ReluDropout(0.25)(value)
    found.backward(torch.full_like(found, 3.0))
    scale = torch.tensor(1.0 / 0.75, dtype=dtype)
    assert torch.equal(value.grad, torch.where(found > 0, 3.0 * scale, 0.0).to(dtype))


def test_memory_order_is_kept() -> None:
    value = features(torch.float32, 5, 8, 2, 9).to(memory_format=torch.channels_last)
    assert ReluDropout(0.25)(value).is_contiguous(memory_format=torch.channels_last)


def test_a_seed_repeats_it() -> None:
    found = []
    for _ in range(2):
        with drawing_from(5):
            found.append(ReluDropout(0.5)(torch.ones(1000)))
    assert torch.equal(*found)


def test_nan_is_not_hidden() -> None:
    assert ReluDropout(0.5)(torch.full((100,), torch.nan)).isnan().all()


@pytest.mark.parametrize("network", [ReluDropout(0.5).eval(), ReluDropout(0.0).train()])
def test_without_dropout_it_is_relu(network: ReluDropout) -> None:
    value = features(torch.float32, 1000)
    assert torch.equal(network(value), value.relu())
