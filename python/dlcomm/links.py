# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Links: an encoder and the decoder that belongs to it.

The two halves of a link are two files. Everything here reads what those files say
about themselves (the model contract) and makes sure that the halves fit together,
before a flowgraph is built on them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from gnuradio import gr

from .dlcomm_python import (
    model_file,
    model_path,
    neural_decoder_cb,
    neural_encoder_bc,
    read_contract,
)

_ROLES = ("encoder", "decoder", "classifier")


@dataclass(frozen=True)
class Link:
    """An encoder and a decoder that agree on their link (n, k).

    Attributes:
        name: name of the link, written in both files.
        encoder: path of the encoder's file.
        decoder: path of the decoder's file.
        n: real channel uses per message.
        k: bits per message, 1 to 8.
        uses_csi: True when the decoder wants the channel gain as a second input.
    """

    name: str
    encoder: str
    decoder: str
    n: int
    k: int
    uses_csi: bool

    @property
    def messages(self) -> int:
        """Number of different messages, M = 2^k."""
        return 1 << self.k

    @property
    def bits_per_sample(self) -> float:
        """Information bits per complex sample, 2k/n."""
        return 2.0 * self.k / self.n

    @property
    def messages_per_frame(self) -> int:
        """Messages that fill a whole number of complex samples: 1, or 2 with odd n."""
        return 1 + self.n % 2

    @property
    def samples_per_frame(self) -> int:
        """Complex samples of one frame: n/2 with even n, n (two messages) with odd n."""
        return self.n * self.messages_per_frame // 2


def models(role: str = "") -> list[str]:
    """Names of the models found in the folders of `model_path`, sorted.

    A model is a folder with at least one of ``encoder.onnx``, ``decoder.onnx`` and
    ``classifier.onnx`` in it. Folders that do not exist or cannot be read have none.

    Args:
        role: ``"encoder"``, ``"decoder"`` or ``"classifier"`` for models with such a file
            alone; empty for all.

    Raises:
        ValueError: there is no such role.
    """
    if role and role not in _ROLES:
        raise ValueError(f"role: found {role!r}, expected one of {', '.join(_ROLES)}")
    wanted = [f"{name}.onnx" for name in ((role,) if role else _ROLES)]
    names: set[str] = set()
    for folder in model_path():
        try:
            entries = os.listdir(folder)
        except OSError:
            continue
        for name in entries:
            files = (os.path.join(folder, name, file) for file in wanted)
            if any(os.path.isfile(file) for file in files):
                names.add(name)
    return sorted(names)


def link(model: str | os.PathLike[str] | tuple[str, str]) -> Link:
    """Read both halves of a link and check that they belong together.

    Args:
        model: name of a shipped model, a folder with ``encoder.onnx`` and
            ``decoder.onnx``, or a pair (encoder path, decoder path).

    Raises:
        ValueError: the halves disagree in link name, n or k, or `model` is one file.
        RuntimeError: a file is missing or breaks the model contract.
    """
    if isinstance(model, (str, os.PathLike)):
        name = os.fspath(model)
        if name.endswith(".onnx"):
            raise ValueError(
                f"model {name!r}: found one .onnx file, expected a model name, a folder "
                "with encoder.onnx and decoder.onnx, or a pair ENCODER,DECODER"
            )
        halves = (name, name)
    elif isinstance(model, (tuple, list)) and len(model) == 2:
        halves = (os.fspath(model[0]), os.fspath(model[1]))
    else:
        raise ValueError(
            f"model: found {model!r}, expected a name, a folder or a pair of paths"
        )
    encoder = read_contract(model_file(halves[0], "encoder"))
    decoder = read_contract(model_file(halves[1], "decoder"))
    for found, role in ((encoder, "encoder"), (decoder, "decoder")):
        if found["role"] != role:
            raise ValueError(
                f"{found['file']}: dlcomm.role: found {found['role']!r}, expected {role!r}"
            )
    _check_agreement(encoder, decoder)
    return Link(
        name=str(encoder["link"]),
        encoder=str(encoder["file"]),
        decoder=str(decoder["file"]),
        n=int(encoder["n"]),
        k=int(encoder["k"]),
        uses_csi=bool(decoder["uses_csi"]),
    )


def replacement_link(old: Link, model: str | os.PathLike[str] | tuple[str, str]) -> Link:
    """A link that can take the place of another one in a running flowgraph.

    Both halves are loaded as their blocks would load them, so that a flowgraph does not
    end up with one half of each link because the other half turned out to be bad.

    Args:
        old: the link in use.
        model: as for `link`.

    Raises:
        ValueError: the links differ in n, k or the use of channel gains, or as `link`.
        RuntimeError: a file cannot be loaded by its block.
    """
    new = link(model)
    for key in ("n", "k", "uses_csi"):
        if getattr(new, key) != getattr(old, key):
            raise ValueError(
                f"model {new.name!r}: {key} is {getattr(new, key)}, expected "
                f"{getattr(old, key)} as of the model it replaces"
            )
    neural_encoder_bc(new.encoder)
    neural_decoder_cb(new.decoder)
    return new


def link_from_text(text: str) -> Link:
    """The link that a person wrote as a name, a folder or ``ENCODER,DECODER``.

    The pair form is taken only when both parts end in ``.onnx``, so that a folder with
    a comma in its name stays usable.

    Raises:
        ValueError, RuntimeError: as `link`.
    """
    encoder, comma, decoder = text.partition(",")
    if comma and encoder.endswith(".onnx") and decoder.endswith(".onnx"):
        return link((encoder, decoder))
    return link(text)


def try_set_model(block: Any, model: str) -> bool:
    """Change a block's model; on failure log one line and keep the old model.

    For callbacks of graphical programs, where an exception would end the program.

    Args:
        block: any block of this module with ``set_model``.
        model: what the block's ``set_model`` accepts.

    Returns:
        True when the new model is in use.
    """
    try:
        block.set_model(model)
    except (RuntimeError, ValueError) as error:
        gr.logger(block.alias()).error(" ".join(str(error).split()))
        return False
    return True


def _check_agreement(encoder: dict[str, Any], decoder: dict[str, Any]) -> None:
    """Raise ValueError where the two contracts describe different links."""
    for key in ("link", "n", "k"):
        if encoder[key] != decoder[key]:
            raise ValueError(
                f"{decoder['file']}: dlcomm.{key}: found {decoder[key]!r}, expected "
                f"{encoder[key]!r} as in {encoder['file']}"
            )
