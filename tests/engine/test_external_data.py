# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Weights in files beside the model: served below its folder, refused outside."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest
from good_models import externalise
from refusals import BLOCKS, KINDS, refused, refused_by_all, run


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["absolute", "parent", "symlink", "symlinked_folder"])
def test_external_data_outside_the_folder(kind, way, make_model, save, tmp_path):
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    location = {
        "absolute": str(outside / "w.bin"),
        "parent": "../outside/w.bin",
        "symlink": "link.bin",
        "symlinked_folder": "way/w.bin",
    }[way]
    model = make_model(kind)
    (outside / "w.bin").write_bytes(externalise(model, location))
    (inside / "link.bin").symlink_to(outside / "w.bin")
    (inside / "way").symlink_to(outside)
    path = save(model, "inside/model.onnx")
    refused_by_all(kind, path, f"external data '{location}' lies outside the model's folder")


@pytest.mark.parametrize("kind", KINDS)
def test_missing_external_data(kind, make_model, save):
    model = make_model(kind)
    externalise(model, "w.bin")
    refused_by_all(kind, save(model), "external data 'w.bin' is missing")


@pytest.mark.parametrize(("kind", "loader"), BLOCKS)
def test_short_external_data(kind, loader, make_model, save, tmp_path):
    model = make_model(kind)
    (tmp_path / "w.bin").write_bytes(externalise(model, "w.bin")[:-1])
    path = save(model)
    refused(lambda: loader(path), path, "ONNX Runtime")


@pytest.mark.parametrize(("kind", "loader"), BLOCKS)
@pytest.mark.parametrize("location", ["w.bin", "deeper/w.bin"])
def test_external_data_inside_the_folder(kind, loader, location, make_model, save, tmp_path):
    model = make_model(kind)
    want = run(kind, loader(save(model)))
    target = pathlib.Path(tmp_path, location)
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(externalise(model, location))
    np.testing.assert_allclose(run(kind, loader(save(model, "external.onnx"))), want, 1e-5)
