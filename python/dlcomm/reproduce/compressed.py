# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressed models that items make of shipped ones, to be measured like any other.

A model is made once in a folder of results: its folder is called after everything that
decides what it is, so that other items, and later runs, find it there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..links import link_from_text
from ..measurement.files import write_atomic
from ..measurement.model_marks import mark_of
from .context import Context

if TYPE_CHECKING:
    from dlcomm_train.compress import Retraining
    from dlcomm_train.compress.link import Step
    from dlcomm_train.training.config import LinkConfig

FOLDER = "compressed"
_COUNTS = "counts.json"
_STEPS = ("steps", "receiver_steps")
"""What the training of a link has steps of."""
_SHORTER = 40
"""How many times shorter trainings of a smoke run are."""
_FEWEST_STEPS = 20
_CODE = ("channels", "compress", "models", "networks", "training")
"""Packages of the toolchain whose code decides what a model becomes."""
_MARK_LETTERS = 10


@dataclass(frozen=True)
class CompressedLink:
    """A pair of files, and what was counted on it.

    Attributes:
        model: the folder, to be measured like a model's name.
        file_bytes: bytes of both files, their recipe included.
        constant_bytes: bytes of all tensors in them.
        parameters: weights that have not been pruned, and biases.
        operations: multiply-accumulates per message, pruned weights counted like others.
        layers: an object per layer, as the toolchain's ``storage_summary`` has it.
        notes: what the steps noted, an object each.
    """

    model: str
    file_bytes: int
    constant_bytes: int
    parameters: int
    operations: int
    layers: tuple[dict[str, Any], ...]
    notes: tuple[dict[str, Any], ...]


def training(
    context: Context, steps: int, receiver_steps: int = 0, batch: int = 2048, **settings: Any
) -> Retraining:
    """How to train a compressed model again; in a smoke run, not for long.

    Args:
        context: its seed is that of the training.
        steps: steps that train both networks.
        receiver_steps: further steps that train the receiver alone.
        batch: messages per step.
        settings: others of ``dlcomm_train.compress.Retraining``.
    """
    from dlcomm_train.compress import Retraining

    context.trained = True
    return Retraining(
        steps=shortened(context, steps),
        receiver_steps=shortened(context, receiver_steps),
        batch=batch,
        seeds=(context.seed,),
        **settings,
    )


def shortened(context: Context, steps: int) -> int:
    """So many training steps, or few in a smoke run."""
    if not context.quick or not steps:
        return steps
    return max(_FEWEST_STEPS, steps // _SHORTER)


def compressed_link(
    context: Context, source: str, name: str, steps: Sequence[Step]
) -> CompressedLink:
    """Compress a link, or find it compressed already.

    Args:
        context: of the item.
        source: name or folder of a float model.
        name: link name of the result.
        steps: what is done to it.

    Raises:
        ValueError, RuntimeError: one line, when a step cannot be done.
        OSError: the folder or the disk does not take the files.
    """
    from dlcomm_train.compress.pipeline import compress_and_count
    from dlcomm_train.models.pairs import Pair
    from dlcomm_train.training.train import one_thread

    link = link_from_text(source)
    settings = [step.model_dump(mode="json") for step in steps]
    target = made_folder(context, name, {"source": mark_of(link), "steps": settings})
    if not (target / _COUNTS).is_file():
        with context.making(name) as progress, one_thread():
            pair = Pair.load(Path(link.encoder).parent)
            made = compress_and_count(pair, steps, name, progress)
            made.pair.save(target)
            counts = asdict(made.after) | {"layers": made.layers}
            _write_counts(target, counts)
    return _found(target)


def full_link(model: str) -> CompressedLink:
    """The same counts of a float model that is not compressed.

    Args:
        model: its name or folder.

    Raises:
        ValueError, RuntimeError: one line, when it cannot be opened.
    """
    from dlcomm_train.compress.link import Link
    from dlcomm_train.compress.report import size_of, storage_summary
    from dlcomm_train.models.pairs import Pair

    pair = Pair.load(Path(link_from_text(model).encoder).parent)
    link = Link.read(pair)
    return CompressedLink(
        model=model,
        **asdict(size_of(pair, link)),
        layers=tuple(storage_summary(link)),
        notes=(),
    )


def trained_link(context: Context, config: LinkConfig) -> str:
    """Train a link that is not shipped, or find it trained already.

    Args:
        context: of the item.
        config: its recipe; in a smoke run, fewer steps are taken.

    Returns:
        The model, to be measured or compressed.

    Raises:
        RuntimeError: one line, when the training diverges.
        OSError: the folder or the disk does not take the files.
    """
    from dlcomm_train.shipping.ship import trained_pair
    from dlcomm_train.training.train import train

    context.trained = True
    steps = {key: shortened(context, getattr(config, key)) for key in _STEPS}
    config = config.model_copy(update=steps)
    target = made_folder(context, config.name, config.model_dump(mode="json"))
    if not (target / "encoder.onnx").is_file():
        total = sum(steps.values())
        with context.making(config.name) as progress:
            trained = train(config, lambda report: progress("train", report.step / total))
            trained_pair(trained).save(target)
    return str(target)


def made_folder(
    context: Context, name: str, recipe: dict[str, Any], code: Sequence[str] = _CODE
) -> Path:
    """Folder of a model whose `recipe`, code and libraries are these.

    Args:
        context: of the item.
        name: of the model.
        recipe: what it is made by.
        code: packages of the toolchain that decide what it becomes.
    """
    import dlcomm_train
    from dlcomm_train.provenance import versions

    package = Path(str(dlcomm_train.__file__)).parent
    digest = hashlib.sha256(json.dumps(recipe | versions("torch", "onnx")).encode())
    for path in sorted(file for part in code for file in (package / part).rglob("*.py")):
        digest.update(path.read_bytes())
    return context.folder / FOLDER / f"{name}-{digest.hexdigest()[:_MARK_LETTERS]}"


def _write_counts(target: Path, counts: dict[str, Any]) -> None:
    """Write what was counted; a folder with this file is whole."""
    text = json.dumps(counts, indent=1) + "\n"
    write_atomic(target / _COUNTS, lambda file: file.write(text.encode()))


def _found(target: Path) -> CompressedLink:
    """What is in a folder."""
    from dlcomm_train.models.pairs import Pair

    counts = json.loads((target / _COUNTS).read_bytes())
    files = sum(file.stat().st_size for file in target.glob("*.onnx"))
    recipe = Pair.load(target).contracts()[0].recipe
    return CompressedLink(
        model=str(target),
        file_bytes=files,
        constant_bytes=counts["constant_bytes"],
        parameters=counts["parameters"],
        operations=counts["operations"],
        layers=tuple(counts["layers"]),
        notes=tuple(recipe["compression"]),
    )
