# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Load damaged models in the blocks, in a process of its own.

Usage: fuzz_worker.py MODEL ROLE FOLDER FIRST COUNT

FOLDER/progress gets one line per seed: the seed and the kind of damage before the model
is touched, then `ran` or the exception. A crash or a run of over ten seconds ends the
process by a signal right after the seed it belongs to.
"""

from __future__ import annotations

import resource
import signal
import sys
from pathlib import Path

import numpy as np
from mutations import mutate

from gnuradio import blocks, dlcomm, gr

ADDRESS_SPACE = 6 << 30
SECONDS_PER_MODEL = 10
ROWS = 64


def load(role: str, path: str) -> gr.basic_block:
    """Make the block that a role's models belong to."""
    if role == "encoder":
        return dlcomm.neural_encoder_bc(path)
    if role == "decoder":
        return dlcomm.neural_decoder_cf(path)
    if role == "classifier":
        return dlcomm.modulation_classifier_c(path)
    return dlcomm.onnx_inference(path)


def run(role: str, block: gr.basic_block, rng: np.random.Generator) -> None:
    """Send a batch of random input through the block; anything may come out."""
    item = block.input_signature().sizeof_stream_item(0)
    out_item = block.output_signature().sizeof_stream_item(0)
    if max(item, out_item) > 1 << 16:
        return  # a row of this length ran at load; a flowgraph buffers thousands
    top = gr.top_block()
    if role == "encoder":
        source = blocks.vector_source_b(rng.integers(0, 256, ROWS).tolist())
    elif role in ("decoder", "classifier"):
        source = blocks.vector_source_c(rng.normal(size=ROWS * 8).astype(complex).tolist())
    else:
        row = item // 4
        source = blocks.vector_source_f(rng.normal(size=ROWS * row).tolist(), False, row)
    top.connect(source, block, blocks.null_sink(out_item))
    top.run()


def main() -> None:
    """Work through the seeds."""
    model, role, folder, first, count = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    original = Path(model).read_bytes()
    with Path(folder, "progress").open("w") as progress:
        for seed in range(int(first), int(first) + int(count)):
            kind, data = mutate(original, seed)
            # A new name each time: some file systems wait for the disk on a rewrite.
            damaged = Path(folder, f"{seed}.onnx")
            damaged.write_bytes(data)
            print(seed, kind, end=" ", file=progress, flush=True)
            signal.alarm(SECONDS_PER_MODEL)
            try:
                run(role, load(role, str(damaged)), np.random.default_rng(seed))
                print("ran", file=progress, flush=True)
            except Exception as error:
                print(type(error).__name__, error, file=progress, flush=True)
            signal.alarm(0)
            damaged.unlink()


if __name__ == "__main__":
    main()
