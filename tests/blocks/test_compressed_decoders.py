# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressed decoders decide as ONNX Runtime does, on the module's own fast path."""

from pathlib import Path

import numpy as np
import pytest
from harness import as_reals, items_through, random_samples
from model_files import wheel

from dlcomm_train.compress import Factorize, Prune, PruneUnits, Quantize, compress
from dlcomm_train.models.pairs import Pair
from dlcomm_train.models.statistics import cost
from gnuradio import dlcomm

MESSAGES = 4096
HALF, MOST = Prune(rate=0.5, retraining=None), Prune(rate=0.95, retraining=None)
EVEN = Prune(rate=0.95, scope="layer", retraining=None)
QUANTIZED = {
    f"{bits} bits{', per channel' if per_channel else ''}": [
        Quantize(bits=bits, per_channel=per_channel)
    ]
    for bits in (1, 2, 3, 4, 6, 8)
    for per_channel in (False, True)
}
OTHERS = {
    "half pruned": [HALF],
    "pruned": [MOST],
    "every layer pruned": [EVEN],
    "pruned, 3 bits": [MOST, Quantize(bits=3)],
    "pruned, 4 bits": [EVEN, Quantize(bits=4)],
    "pruned, 8 bits per channel": [MOST, Quantize(bits=8, per_channel=True)],
    "half pruned, 4 bits": [HALF, Quantize(bits=4)],
    "fewer units": [PruneUnits(rate=0.5, retraining=None)],
    "fewer units, pruned, 4 bits": [
        PruneUnits(rate=0.5, retraining=None), MOST, Quantize(bits=4)
    ],
    "factors": [Factorize(rank=4, retraining=None)],
    "factors, 4 bits": [Factorize(rank=4, retraining=None), Quantize(bits=4)],
}  # fmt: skip


def compressed(model: str, steps: list, folder: Path) -> tuple[Pair, str]:
    """A shipped link compressed, and the path of its decoder."""
    source = Path(dlcomm.model_file(model, "decoder")).parent
    pair = compress(Pair.load(source), steps, "compressed")
    path = folder / "decoder.onnx"
    path.write_bytes(pair.decoder.SerializeToString())
    return pair, str(path)


def assert_decides_as_the_wheel(path: str, rng: np.random.Generator) -> str:
    """The block's decisions are the largest logits; returns its executor's name."""
    decoder = dlcomm.neural_decoder_cb(path)
    samples = random_samples(rng, MESSAGES * decoder.n() // 2)
    logits = wheel(path, symbols=as_reals(samples, decoder.n()))
    decided = items_through(decoder, samples, out=np.uint8)
    differ = np.flatnonzero(decided != logits.argmax(axis=1))
    # The sums of float32 numbers are rounded in another order: only ties may differ.
    lost = logits[differ].max(axis=1) - logits[differ, decided[differ]]
    assert np.all(lost <= 1e-5 * np.abs(logits).max())
    assert len(differ) <= 4
    return decoder.executor()


@pytest.mark.parametrize("steps", [*QUANTIZED, *OTHERS])
@pytest.mark.parametrize("model", ["ae_7_4", "ae_8_8"])
def test_decisions_are_those_of_the_runtime(model, steps, tmp_path, rng):
    pair, path = compressed(model, (QUANTIZED | OTHERS)[steps], tmp_path)
    executor = assert_decides_as_the_wheel(path, rng)
    if model == "ae_8_8":
        few_left = "pruned" in steps and "half" not in steps
        assert executor == ("sparse" if few_left else "dense")
    else:
        assert executor in ("dense", "sparse")
    assert dlcomm.read_contract(path)["parameters"] == cost(pair.decoder).parameters


def test_llrs_are_those_of_the_float_sums(tmp_path, rng):
    for steps in (QUANTIZED["4 bits, per channel"], OTHERS["pruned, 4 bits"]):
        _, path = compressed("ae_8_8", steps, tmp_path)
        decoder = dlcomm.neural_decoder_cf(path)
        samples = random_samples(rng, 512 * 4)
        logits = wheel(path, symbols=as_reals(samples, 8)).astype(np.float64)
        ones = (np.arange(256)[:, None] >> np.arange(7, -1, -1)) & 1 == 1
        expected = np.stack(
            [
                np.logaddexp.reduce(logits[:, ones[:, bit]], axis=1)
                - np.logaddexp.reduce(logits[:, ~ones[:, bit]], axis=1)
                for bit in range(8)
            ],
            axis=1,
        )
        found = items_through(decoder, samples, out=np.float32).reshape(-1, 8)
        np.testing.assert_allclose(
            found, expected, rtol=1e-5, atol=4e-6 * (1 + np.abs(logits).max())
        )
