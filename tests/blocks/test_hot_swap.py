# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Models are replaced under a running stream without losing or doubling a sample.

Two copies of one link are swapped: with equal codebooks and no noise to speak of, a
single lost or doubled sample would show as errors from there on.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from harness import collected, finish, random_messages, sink, source

from gnuradio import blocks, digital, dlcomm, gr

SWAPS = 1000


def copies(model: str, folder: Path) -> list[dlcomm.Link]:
    """The shipped link and a copy of its files elsewhere."""
    link = dlcomm.link(model)
    for path in (link.encoder, link.decoder):
        shutil.copy(path, folder)
    return [link, dlcomm.link(folder)]


class Chain:
    """Endless messages, encoder, AWGN at 15 dB, both decoders, a counter behind each."""

    def __init__(self, link: dlcomm.Link, rng: np.random.Generator) -> None:
        self.graph = gr.top_block()
        self.encoder = dlcomm.neural_encoder_bc(link.encoder)
        self.channel = dlcomm.awgn_channel_cc(15.0, link.bits_per_sample, seed=1)
        self.hard = dlcomm.neural_decoder_cb(link.decoder)
        self.soft = dlcomm.neural_decoder_cf(link.decoder)
        self.counters = [dlcomm.error_rate_sink_bb(link.k) for _ in range(2)]
        begin = source(random_messages(rng, 10_007, link.k), repeat=True)
        sliced = digital.binary_slicer_fb(), blocks.pack_k_bits_bb(link.k)
        self.graph.connect(begin, self.encoder, self.channel, self.hard)
        self.graph.connect(self.channel, self.soft, *sliced)
        for counter, decided in zip(self.counters, (self.hard, sliced[-1]), strict=True):
            self.graph.connect(begin, (counter, 0))
            self.graph.connect(decided, (counter, 1))

    def assert_faultless(self, least: int) -> None:
        """Both decoders gave at least so many messages, and every one was right."""
        for counter in self.counters:
            assert counter.messages() > least
            assert counter.block_errors() == 0


@pytest.mark.parametrize("model", ["ae_7_4_compact", "ae_7_4", "ae_8_8_compact"])
def test_a_thousand_swaps_lose_nothing(model, tmp_path, rng):
    links = copies(model, tmp_path)
    chain = Chain(links[0], rng)

    def swap() -> None:
        for turn in range(SWAPS):
            link = links[(turn + 1) % 2]
            chain.encoder.set_model(link.encoder)
            chain.hard.set_model(link.decoder)
            chain.soft.set_model(link.decoder)
            assert chain.hard.model() == chain.soft.model() == link.decoder
        chain.graph.stop()

    finish(chain.graph, meanwhile=swap)
    chain.assert_faultless(SWAPS)


@pytest.mark.parametrize("model", ["ae_7_4_compact", "ae_7_4"])
def test_the_number_of_items_is_exact(model, tmp_path, rng):
    """A stream of known length that is swapped all the time ends at its last message."""
    links = copies(model, tmp_path)
    messages = random_messages(rng, 600_000, 4)
    graph = gr.top_block()
    encoder = dlcomm.neural_encoder_bc(links[0].encoder)
    decoder = dlcomm.neural_decoder_cb(links[0].decoder)
    end = sink(np.uint8)
    graph.connect(source(messages), encoder, decoder, end)

    def swap() -> None:
        for turn in range(200):
            encoder.set_model(links[turn % 2].encoder)
            decoder.set_model(links[turn % 2].decoder)

    finish(graph, 200, meanwhile=swap)
    np.testing.assert_array_equal(collected(end, np.uint8).items, messages)


def test_another_codebook_takes_over_between_two_messages(tmp_path, rng):
    """Every message is sent whole from the one codebook or whole from the other."""
    old, new = dlcomm.link("ae_7_4_compact"), dlcomm.link("hamming_7_4")
    codebooks = [
        np.array(dlcomm.neural_encoder_bc(link.encoder).codebook(), np.float32).reshape(-1, 7)
        for link in (old, new)
    ]
    messages = random_messages(rng, 400_000, 4)
    graph = gr.top_block()
    encoder = dlcomm.neural_encoder_bc(old.encoder)
    end = sink(np.complex64)
    graph.connect(source(messages), encoder, end)

    def swap() -> None:
        for turn in range(101):
            encoder.set_model((new, old)[turn % 2].encoder)

    finish(graph, 140, meanwhile=swap)
    sent = collected(end, np.complex64).items.view(np.float32).reshape(-1, 7)
    is_old, is_new = (np.all(sent == book[messages], axis=1) for book in codebooks)
    assert len(sent) == len(messages)
    assert np.all(is_old ^ is_new)


def test_a_bad_file_leaves_the_old_model_running(tmp_path, rng):
    links = copies("ae_7_4_compact", tmp_path)
    chain = Chain(links[0], rng)
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(Path(links[0].decoder).read_bytes()[:-200])
    bad = [
        (str(broken), "not a valid ONNX file"),
        (str(tmp_path / "missing.onnx"), "no such file"),
        (links[0].encoder, "dlcomm.role is 'encoder', expected 'decoder'"),
        ("ae_8_8_compact", r"is \(8, 8\) without csi, expected \(7, 4\) without csi"),
        ("no_such_model", "no shipped decoder of this name"),
        ("", "expected a model's name, folder or file"),
    ]

    def try_all() -> None:
        for block in (chain.hard, chain.soft):
            for model, text in bad * 5:
                with pytest.raises(RuntimeError, match=text) as error:
                    block.set_model(model)
                assert "\n" not in str(error.value)
                assert str(error.value).startswith(block.name())
                assert not dlcomm.try_set_model(block, model)
                assert block.model() == links[0].decoder
        with pytest.raises(RuntimeError, match="expected 'encoder'"):
            chain.encoder.set_model(links[0].decoder)
        assert chain.encoder.model() == links[0].encoder
        chain.graph.stop()

    finish(chain.graph, meanwhile=try_all)
    chain.assert_faultless(0)
