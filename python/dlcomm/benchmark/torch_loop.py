# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The Monte-Carlo loop of a link in torch; a program for `workers`.

    python -m gnuradio.dlcomm.benchmark.torch_loop LINK.npz THREADS

LINK.npz holds `codebook` float32 [M, n], `weight` float32 [M, n], `bias` float32 [M]
(logits = weight y + bias) and `n0`, the noise variance per complex sample. The command
``run COUNT`` sends at least so many messages and answers with how many, how many were
decided wrongly, and the wall time.
"""

from __future__ import annotations

import json
import math
import sys
import time

import numpy as np
import torch

BATCH = 100_000
_SEED = 1


class TorchLink:
    """A link with a linear decoder, simulated batch by batch."""

    def __init__(self, path: str) -> None:
        """Read the link from an .npz file, see this module's text."""
        with np.load(path, allow_pickle=False) as arrays:
            self._codebook = torch.from_numpy(arrays["codebook"])
            self._weight = torch.from_numpy(arrays["weight"]).T.contiguous()
            self._bias = torch.from_numpy(arrays["bias"])
            self._sigma = math.sqrt(float(arrays["n0"]) / 2)
        self._generator = torch.Generator().manual_seed(_SEED)

    def batch_errors(self) -> torch.Tensor:
        """Send one batch; how many of its messages were decided wrongly."""
        messages = torch.randint(
            len(self._codebook), (BATCH,), generator=self._generator
        )
        received = torch.randn(
            BATCH, self._codebook.shape[1], generator=self._generator
        )
        received.mul_(self._sigma).add_(self._codebook[messages])
        logits = torch.addmm(self._bias, received, self._weight)
        return (logits.argmax(1) != messages).sum()

    def run(self, count: int) -> dict[str, float]:
        """Send at least `count` messages and say how it went."""
        batches = -(-count // BATCH)
        errors = 0
        begin = time.perf_counter()
        for _ in range(batches):
            errors += int(self.batch_errors())
        seconds = time.perf_counter() - begin
        return {"items": batches * BATCH, "seconds": seconds, "block_errors": errors}


def main(path: str, threads: str) -> None:
    """Answer the commands on standard input until it ends."""
    torch.set_num_threads(int(threads))
    link = TorchLink(path)
    print(json.dumps({"torch": torch.__version__}), flush=True)
    with torch.inference_mode():
        for line in sys.stdin:
            verb, count = line.split()
            if verb != "run":
                raise ValueError(f"command {verb!r}: expected run COUNT")
            print(json.dumps(link.run(int(count))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
