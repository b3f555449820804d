#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Train a receiver for a transmitter as it is, through a GNU Radio flowgraph.

Only the decoder learns: one hidden layer of 2^k units, as in the learned links of this
project. With the shipped 16-QAM this tells what of a learned link's gain comes from its
receiver and what from its constellation:

    .venv/bin/python examples/channels/train_receiver.py --out qam16_receiver
    .venv/bin/dlcomm ber --model qam16_receiver \\
        --channel flowgraph:examples/channels/amplifier_chain.grc --ebn0 12
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import onnx
import torch

from dlcomm_train import contract
from dlcomm_train.channels.flowgraph import FlowgraphChannel
from dlcomm_train.contract import Contract
from dlcomm_train.models.export import decoder_model
from dlcomm_train.models.pairs import codebook_of
from dlcomm_train.networks.link import Decoder, front_end
from dlcomm_train.training.losses import loss_of
from gnuradio import dlcomm

HERE = Path(__file__).resolve().parent
BATCH_SETS = 256


def train_receiver(
    encoder: onnx.ModelProto, flowgraph: str, ebn0_db: float, steps: int, seed: int
) -> onnx.ModelProto:
    """A decoder for `encoder`, trained through a flowgraph.

    Args:
        encoder: the transmitter's model; it stays as it is.
        flowgraph: ``FILE.grc`` or ``FILE.py:CLASS``.
        ebn0_db: Eb/N0 in dB.
        steps: batches to train on.
        seed: of the weights and of the flowgraph.

    Raises:
        ValueError, RuntimeError: the flowgraph cannot be used.
    """
    link = contract.check(encoder)
    codebook = torch.from_numpy(codebook_of(encoder))
    messages = torch.arange(link.messages).repeat(BATCH_SETS)
    generator = torch.Generator().manual_seed(seed)
    plain = front_end("plain", link.n, 1, False, generator)
    decoder = Decoder(link.n, link.k, "thesis", generator, plain)
    optimiser = torch.optim.Adam(decoder.parameters())
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=0.01, total_steps=steps)
    with FlowgraphChannel(flowgraph, {}, link.n, link.k, ebn0_db, seed) as channel:
        for step in range(1, steps + 1):
            received = channel(codebook[messages], generator)
            loss = loss_of("symbolwise", decoder(received), messages)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            cycle.step()
            if step % 500 == 0 or step == steps:
                print(f"step {step} of {steps}: loss {loss.item():.4f}", file=sys.stderr)
    recipe = {
        "kind": "trained receiver",
        "flowgraph": Path(flowgraph).name,
        "ebn0_db": ebn0_db,
        "steps": steps,
        "seed": seed,
    }
    return decoder_model(decoder, Contract("decoder", link.link, link.n, link.k, recipe=recipe))


def main() -> int:
    """Read the command line, train, write ``encoder.onnx`` and ``decoder.onnx``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="qam16", help="transmitter (default: %(default)s)")
    parser.add_argument("--through", default=str(HERE / "amplifier_chain.grc"),
                        help="the flowgraph (default: the amplifier chain)")
    parser.add_argument("--ebn0", type=float, default=12.0, help="dB (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=4000, help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder for the two models")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # small networks; the flowgraph needs the other processors
    try:
        source = Path(dlcomm.model_file(arguments.model, "encoder"))
        encoder, _ = contract.load(source)
        decoder = train_receiver(
            encoder, arguments.through, arguments.ebn0, arguments.steps, arguments.seed
        )
        contract.save(decoder, arguments.out / "decoder.onnx")
        shutil.copyfile(source, arguments.out / "encoder.onnx")
    except (OSError, RuntimeError, ValueError) as error:
        print(f"{parser.prog}: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"{parser.prog}: interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
