# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A link's two model files, and what can be computed by running them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from dlcomm_train import contract
from dlcomm_train.channels.models import ChannelModel
from dlcomm_train.channels.text import AWGN, channel_model
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.files import write_together

ENCODER_FILE = "encoder.onnx"
DECODER_FILE = "decoder.onnx"


def session(model: onnx.ModelProto, threads: int = 1) -> onnxruntime.InferenceSession:
    """An ONNX Runtime session of `model` on so many CPU threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Its threads sleep while others work.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Errors are raised; what else the runtime has to say is about its own optimizations.
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def codebook_of(encoder: onnx.ModelProto) -> np.ndarray:
    """The symbols [M, n] float32 of every message, by running the encoder."""
    messages = np.arange(contract.check(encoder).messages, dtype=np.int64)
    return session(encoder).run(["symbols"], {"message": messages})[0]


@dataclass(frozen=True)
class Pair:
    """An encoder and the decoder that belongs to it."""

    encoder: onnx.ModelProto
    decoder: onnx.ModelProto

    def contracts(self) -> tuple[Contract, Contract]:
        """The checked contracts of encoder and decoder.

        Raises:
            ContractError: one breaks the contract, or they are of different links.
        """
        sender = contract.check(self.encoder, "encoder")
        receiver = contract.check(self.decoder, "decoder")
        for found, role in ((sender, "encoder"), (receiver, "decoder")):
            if found.role != role:
                raise ContractError(
                    f"{role}: dlcomm.role is {found.role!r}, expected {role!r}"
                )
        for key in ("link", "n", "k"):
            ours, theirs = getattr(sender, key), getattr(receiver, key)
            if ours != theirs:
                raise ContractError(
                    f"decoder: dlcomm.{key} is {theirs!r}, "
                    f"expected {ours!r} as in the encoder"
                )
        return sender, receiver

    def save(self, folder: str | os.PathLike[str]) -> None:
        """Write both files into `folder`, or none of them.

        Raises:
            ContractError: a model breaks the contract.
            OSError: a file cannot be written.
        """
        write_together(self.files(folder))

    def files(self, folder: str | os.PathLike[str]) -> dict[Path, bytes]:
        """Path and content of both files in `folder`.

        Raises:
            ContractError: a model breaks the contract.
        """
        self.contracts()
        models = {ENCODER_FILE: self.encoder, DECODER_FILE: self.decoder}
        return {
            Path(folder) / name: contract.content(model, Path(folder) / name)
            for name, model in models.items()
        }

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> Pair:
        """Read both files of `folder`.

        Raises:
            ContractError: a file is missing, breaks the contract, or the two are of
                different links.
        """
        encoder, _ = contract.load(Path(folder) / ENCODER_FILE)
        decoder, _ = contract.load(Path(folder) / DECODER_FILE)
        pair = cls(encoder, decoder)
        pair.contracts()
        return pair

    def count_block_errors(
        self,
        ebn0_db: float,
        seed: int,
        min_errors: int,
        max_messages: int,
        batch: int = 1 << 15,
        channel: str = AWGN,
    ) -> tuple[int, int]:
        """Send random messages over a channel model and count the wrong ones.

        Runs whole batches until `min_errors` or `max_messages` is reached.

        Args:
            ebn0_db: Eb/N0 in dB.
            seed: of messages and noise.
            min_errors: wrong messages that are enough.
            max_messages: messages that are enough.
            batch: messages at a time.
            channel: as :func:`~dlcomm_train.channels.text.channel_model` has it.

        Returns:
            Wrong messages, sent messages.

        Raises:
            ValueError: there is no such channel for this link.
        """
        chain = Chain(self)
        generator = torch.Generator().manual_seed(seed)
        model = chain.channel(channel, ebn0_db)
        errors = sent = 0
        while errors < min_errors and sent < max_messages:
            errors += int(chain.wrong(model, batch, generator).sum())
            sent += batch
        return errors, sent


class Chain:
    """A pair ready to run: encoder as a table, decoder in ONNX Runtime."""

    def __init__(self, pair: Pair) -> None:
        """Load both models.

        Raises:
            ContractError: the pair breaks the contract.
        """
        self._link, _ = pair.contracts()
        self._codebook = torch.from_numpy(codebook_of(pair.encoder))
        self._receiver = session(pair.decoder)
        self._csi = any(entry.name == "csi" for entry in self._receiver.get_inputs())

    def channel(self, text: str, ebn0_db: float) -> ChannelModel:
        """The channel model that `text` names, with the gain told where the decoder asks.

        Raises:
            ValueError: there is no such channel for this link.
        """
        return channel_model(text, self._link.n, self._link.k, ebn0_db, self._csi)

    def send(
        self, channel: ChannelModel, count: int, generator: torch.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Random messages [count] int64 and the decoder's logits [count, M] for them.

        Chains of one (n, k) that are given equal generators meet the same messages and the
        same noise.
        """
        messages = torch.randint(self._link.messages, (count,), generator=generator)
        received = channel(self._codebook[messages], generator)
        feed = {"symbols": received.symbols.numpy()}
        if self._csi:
            feed["csi"] = received.csi.numpy()
        return messages.numpy(), self._receiver.run(["logits"], feed)[0]

    def wrong(
        self, channel: ChannelModel, count: int, generator: torch.Generator
    ) -> np.ndarray:
        """Which of `count` random messages are decided wrongly, [count] bool."""
        messages, logits = self.send(channel, count, generator)
        return logits.argmax(axis=1) != messages
