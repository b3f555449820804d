# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Links: two files that must belong together."""

import shutil
from dataclasses import FrozenInstanceError
from pathlib import Path

import onnx
import pytest

from gnuradio import dlcomm


def test_shipped_models_are_listed_and_are_links() -> None:
    names = dlcomm.models()
    assert names == sorted(names)
    assert {"bpsk", "qpsk", "hamming_7_4", "hamming_7_4_hard"} <= set(names)


def test_what_a_link_says() -> None:
    link = dlcomm.link("hamming_7_4")
    assert (link.name, link.n, link.k, link.uses_csi) == ("hamming_7_4", 7, 4, False)
    assert Path(link.encoder).name == "encoder.onnx"
    assert Path(link.decoder).name == "decoder.onnx"
    assert link.messages == 16
    assert link.bits_per_sample == pytest.approx(8 / 7)
    assert (link.messages_per_frame, link.samples_per_frame) == (2, 7)
    qpsk = dlcomm.link("qpsk")
    assert (qpsk.messages_per_frame, qpsk.samples_per_frame) == (1, 1)
    with pytest.raises(FrozenInstanceError):
        link.n = 8


def test_name_folder_and_pair_are_one_link() -> None:
    by_name = dlcomm.link("qpsk")
    assert dlcomm.link(Path(by_name.encoder).parent) == by_name
    assert dlcomm.link((by_name.encoder, by_name.decoder)) == by_name


def test_search_folders_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(Path(dlcomm.link("qpsk").encoder).parent, tmp_path / "mine")
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("DLCOMM_MODEL_PATH", f"{tmp_path}:/does/not/exist")
    assert "mine" in dlcomm.models()
    assert "empty" not in dlcomm.models()
    assert dlcomm.link("mine").name == "qpsk"


@pytest.mark.parametrize(
    ("encoder", "decoder", "key"),
    [
        ("hamming_7_4", "hamming_7_4_hard", "dlcomm.link"),
        ("qpsk", "bpsk", "dlcomm.link"),
    ],
)
def test_halves_of_two_links(encoder: str, decoder: str, key: str) -> None:
    pair = (dlcomm.link(encoder).encoder, dlcomm.link(decoder).decoder)
    with pytest.raises(ValueError, match=f"{key}: found '{decoder}', expected"):
        dlcomm.link(pair)


def test_halves_the_wrong_way_round() -> None:
    link = dlcomm.link("qpsk")
    with pytest.raises(ValueError, match="dlcomm.role: found 'decoder'"):
        dlcomm.link((link.decoder, link.encoder))


def test_one_file_is_no_link() -> None:
    with pytest.raises(ValueError, match="found one .onnx file, expected"):
        dlcomm.link(dlcomm.link("qpsk").encoder)


@pytest.mark.parametrize("model", ["no_such_model", "", "/does/not/exist"])
def test_missing_models(model: str) -> None:
    with pytest.raises(RuntimeError) as error:
        dlcomm.link(model)
    assert len(str(error.value).splitlines()) == 1


def test_a_half_alone_is_no_link(tmp_path: Path) -> None:
    shutil.copy(dlcomm.link("qpsk").encoder, tmp_path / "encoder.onnx")
    with pytest.raises(RuntimeError, match="decoder"):
        dlcomm.link(tmp_path)


def test_try_set_model_keeps_the_old_model() -> None:
    decoder = dlcomm.neural_decoder_cb("hamming_7_4")
    before = decoder.model()
    assert not dlcomm.try_set_model(decoder, "no_such_model")
    assert not dlcomm.try_set_model(decoder, "qpsk")
    assert decoder.model() == before
    assert dlcomm.try_set_model(decoder, "hamming_7_4_hard")
    assert decoder.model() != before


def test_a_replacement_is_loaded_as_a_whole(tmp_path):
    old = dlcomm.link("hamming_7_4")
    assert dlcomm.replacement_link(old, "ae_7_4").name == "ae_7_4"
    with pytest.raises(ValueError, match=r"^model 'ae_8_8': n is 8, expected 7 as of"):
        dlcomm.replacement_link(old, "ae_8_8")
    with pytest.raises(ValueError, match=r"uses_csi is True, expected False"):
        dlcomm.replacement_link(dlcomm.link("ae_8_8"), "ae_8_8_csi")
    # A decoder that keeps the contract's form but that no runtime can run.
    for role, path in (("encoder", old.encoder), ("decoder", old.decoder)):
        model = onnx.load(path)
        if role == "decoder":
            model.graph.node[0].op_type = "Nonsense"
        onnx.save(model, tmp_path / f"{role}.onnx")
    assert dlcomm.link(tmp_path).n == 7
    with pytest.raises(RuntimeError, match=r"Nonsense"):
        dlcomm.replacement_link(old, tmp_path)


@pytest.mark.parametrize("model", [3, None, ("one",), ("a", "b", "c")])
def test_what_is_no_model_is_refused_in_one_line(model):
    with pytest.raises(ValueError, match=r"^model: found .*, expected a name, a folder"):
        dlcomm.link(model)


def test_a_name_means_the_shipped_model_whatever_lies_here(tmp_path, monkeypatch):
    (tmp_path / "bpsk").mkdir()
    monkeypatch.chdir(tmp_path)
    assert dlcomm.link("bpsk").n == 1
