#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Write the compressed decoders of the example compressed_link.

All of them are receivers for the transmitter of the shipped ae_8_8: only the decoder is
compressed, and where it is trained again the codebook stays as it is. So one encoder and
one noisy stream serve them all. Each file holds its recipe, seeds included.

Run:  .venv/bin/python examples/models/make_compressed_decoders.py           # all, 10 minutes
      .venv/bin/python examples/models/make_compressed_decoders.py q4 tiny   # some

With other releases of torch the trained weights may come out a little different.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import Progress

from dlcomm_train import contract
from dlcomm_train.compress import (
    CompressError,
    Distill,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    Retraining,
    compress,
)
from dlcomm_train.compress.link import Step
from dlcomm_train.contract import ContractError
from dlcomm_train.files import write_atomic
from dlcomm_train.models.pairs import Pair, codebook_of
from gnuradio import dlcomm

LINK = "ae_8_8"


def receiver_only(steps: int, learning_rate: float = 0.005) -> Retraining:
    """Training of the decoder alone, in the middle of the flowgraph's range of Eb/N0."""
    return Retraining(
        steps=0, receiver_steps=steps, receiver_learning_rate=learning_rate, ebn0_db=5.0
    )


# Without a hidden layer the best weights are codewords times 2/N0: large, a long way to go.
_TINY = Distill(
    units=None, temperature=2.0, retraining=receiver_only(3000, learning_rate=0.2)
)

DECODERS: dict[str, tuple[Step, ...]] = {
    # 8 bits per weight, simply rounded.
    "q8": (Quantize(bits=8, side="decoder"),),
    # Few bits per weight, trained as rounded.
    "q4": (QuantizeAware(bits=4, side="decoder", retraining=receiver_only(1500)),),
    "q2": (QuantizeAware(bits=2, side="decoder", retraining=receiver_only(3000)),),
    # One weight in ten left.
    "p90": (
        Prune(
            rate=0.9, saliency="fisher", side="decoder", gradual=8,
            retraining=receiver_only(1500, learning_rate=0.02),
        ),
    ),
    # A quarter of the hidden units left: smaller matrices.
    "units64": (PruneUnits(rate=0.75, side="decoder", retraining=receiver_only(2000)),),
    # No hidden layer at all, taught by the full decoder.
    "tiny": (_TINY,),
    "tiny_q4": (
        _TINY,
        QuantizeAware(bits=4, side="decoder", retraining=receiver_only(2000, 0.05)),
    ),
}
"""Steps of compression by the decoder's name."""


def compressed_decoder(name: str, pair: Pair, progress: Progress) -> bytes:
    """Content of the file of one decoder.

    Args:
        name: one of `DECODERS`.
        pair: the full models.
        progress: shows how far it is.

    Raises:
        CompressError: a step cannot be done to this pair, or changed its transmitter.
    """
    task = progress.add_task(name, total=1.0)
    done = compress(
        pair,
        DECODERS[name],
        progress=lambda _what, share: progress.update(task, completed=share),
    )
    progress.update(task, completed=1.0)
    if not np.array_equal(codebook_of(done.encoder), codebook_of(pair.encoder)):
        raise CompressError(f"{name}: the encoder sends other symbols than that of {LINK}")
    return contract.content(done.decoder, name)


def main() -> int:
    """Write the files that the command line asks for; exit status."""
    parser = argparse.ArgumentParser(
        description=f"Write compressed decoders of {LINK}, for compressed_link."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(DECODERS)} [default: all]"
    )
    parser.add_argument(
        "--out", type=Path, default=Path(__file__).parent,
        help="folder of the files [default=%(default)s]",
    )
    options = parser.parse_args()
    unknown = set(options.names) - set(DECODERS)
    if unknown:
        parser.error(
            f"unknown decoder: {', '.join(sorted(unknown))}, expected one of "
            + ", ".join(DECODERS)
        )
    torch.set_num_threads(1)  # the sums of several threads differ from run to run
    try:
        pair = Pair.load(Path(dlcomm.model_file(LINK, "encoder")).parent)
        with Progress(console=Console(stderr=True)) as progress:
            for name in options.names or DECODERS:
                path = options.out / f"{LINK}_decoder_{name}.onnx"
                write_atomic(path, compressed_decoder(name, pair, progress))
    except (CompressError, ContractError, OSError, RuntimeError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
