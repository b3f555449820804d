# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The module beside the onnxruntime wheel and torch in one process, in any order.

The blocks load ONNX Runtime's library themselves; the wheel brings its own, and torch
brings its own thread pools. Each order gets a fresh interpreter.
"""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import textwrap

import pytest

IMPORTS = {
    "gnuradio.dlcomm": "from gnuradio import dlcomm",
    "onnxruntime": "import onnxruntime",
    "torch": "import torch; torch.set_num_threads(1)",
}

# Uses all three, twice over: what the first round leaves behind must not harm the second.
USE_ALL = """
import numpy as np
from gnuradio import blocks, gr

path = dlcomm.model_file("ae_7_4", "decoder")
samples = np.random.default_rng(1).standard_normal((700, 2)).astype(np.float32)
symbols = samples.reshape(-1, 7)
for _ in range(2):
    logits = onnxruntime.InferenceSession(
        path, providers=["CPUExecutionProvider"]).run(None, {"symbols": symbols})[0]
    best = torch.nn.Linear(16, 16)(torch.from_numpy(logits)).argmax(dim=1)
    assert best.shape == (200,)
    best = torch.from_numpy(logits).argmax(dim=1).numpy()
    graph = gr.top_block()
    end = blocks.vector_sink_b()
    graph.connect(
        blocks.vector_source_c(samples.view(np.complex64).ravel().tolist()),
        dlcomm.neural_decoder_cb("ae_7_4"),
        end,
    )
    graph.run()
    assert list(end.data()) == best.tolist()
print("done")
"""


def python(code: str) -> str:
    """Run a program in a fresh interpreter and return what it prints."""
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=120, check=False,
    )
    assert result.returncode == 0, f"exit status {result.returncode}: {result.stderr}"
    return result.stdout


@pytest.mark.parametrize("order", itertools.permutations(IMPORTS), ids=" then ".join)
def test_in_one_process_in_any_order(order):
    code = "\n".join(IMPORTS[name] for name in order) + USE_ALL
    assert python(code).splitlines()[-1] == "done"


def test_the_import_brings_in_nothing_heavy():
    loaded = python(
        """
        import sys
        from gnuradio import dlcomm
        print(*sorted({name.split(".")[0] for name in sys.modules}))
        """
    ).split()
    assert "gnuradio" in loaded
    heavy = {"torch", "scipy", "matplotlib", "onnx", "onnxruntime", "dlcomm_train", "typer",
             "rich", "pydantic", "pandas"}
    assert heavy & set(loaded) == set()


def test_blocks_need_nothing_heavy_to_run():
    """Every model of the module runs without the onnxruntime wheel's Python side."""
    loaded = python(
        """
        import sys
        from gnuradio import blocks, dlcomm, gr
        for model in dlcomm.models("decoder"):
            graph = gr.top_block()
            decoder = dlcomm.neural_decoder_cb(model)
            encoder = dlcomm.neural_encoder_bc(model)
            graph.connect(blocks.vector_source_b([0] * 16), encoder, decoder)
            graph.connect(decoder, blocks.null_sink(1))
            if decoder.uses_csi():
                graph.connect(blocks.vector_source_c([1], True), (decoder, 1))
            graph.run()
        print(*sorted({name.split(".")[0] for name in sys.modules}))
        """
    ).splitlines()[-1].split()
    assert {"torch", "scipy", "onnx", "onnxruntime"} & set(loaded) == set()


def test_how_long_the_import_takes(record_property):
    """Measured and shown (pytest -rP), on top of `from gnuradio import gr`."""
    code = """
        import time
        from gnuradio import gr
        begin = time.perf_counter()
        from gnuradio import dlcomm
        print(time.perf_counter() - begin)
        """
    seconds = [float(python(code)) for _ in range(5)]
    record_property("import_seconds", statistics.median(seconds))
    print(f"`from gnuradio import dlcomm` adds {statistics.median(seconds):.3f} s "
          f"({min(seconds):.3f} to {max(seconds):.3f} s in 5 runs)")
    assert min(seconds) > 0
