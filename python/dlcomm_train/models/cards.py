# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Model cards: what a link is and does, read from its own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from dlcomm_train.contract import Contract
from dlcomm_train.models.pairs import DECODER_FILE, ENCODER_FILE, Pair, codebook_of
from dlcomm_train.models.statistics import Cost, cost, minimum_distance
from dlcomm_train.networks.link import FILTERS
from dlcomm_train.networks.normalisation import POWER_PER_REAL

CARD_FILE = "CARD.md"


def model_files(
    folder: Path, pair: Pair, curve: tuple[str, bytes] | None = None
) -> dict[Path, bytes]:
    """Everything that belongs into the folder of a model: both networks and the card.

    Args:
        folder: the folder.
        pair: the networks.
        curve: name and content of the training curve, for a model that was trained.

    Raises:
        ContractError: a network breaks the contract.
    """
    files = pair.files(folder) | {folder / CARD_FILE: card(pair).encode("utf-8")}
    if curve is not None:
        name, content = curve
        files[folder / name] = content
    return files


def card(pair: Pair) -> str:
    """The card of `pair` in Markdown."""
    link, _ = pair.contracts()
    codebook = codebook_of(pair.encoder).astype(np.float64)
    power = float(np.mean(np.square(codebook))) / POWER_PER_REAL
    energies = np.square(codebook).mean(axis=1) / POWER_PER_REAL
    lines = [
        f"# {link.link}",
        "",
        _summary(link),
        "",
        "| | |",
        "|---|---|",
        f"| messages | {link.messages} (k = {link.k} bits) |",
        f"| real channel uses per message | {link.n} |",
        f"| rate | {link.k / link.n:.4g} bits per real channel use |",
        f"| power norm | {_power_norm(link)} |",
        f"| mean power per complex sample | {power:.6f} |",
        f"| weakest, strongest codeword | {energies.min():.4f}, {energies.max():.4f} |",
        f"| minimum distance | {minimum_distance(codebook):.4f} |",
        "",
        "## Size",
        "",
        "| | parameters | multiply-accumulates per message | constants, bytes "
        "| file, bytes |",
        "|---|---:|---:|---:|---:|",
        _cost_row(ENCODER_FILE, cost(pair.encoder)),
        _cost_row(DECODER_FILE, cost(pair.decoder)),
        "",
        "The encoder block runs its network once, at load, and then serves a table: no "
        "multiply-accumulates per message. A file holds this recipe and the measured "
        "points as well as the constants.",
        "",
        "## Measured error rates",
        "",
        *_measured(link),
        "",
        "## Recipe",
        "",
        "```json",
        json.dumps(link.recipe, indent=2, sort_keys=True),
        "```",
    ]
    return "\n".join(lines) + "\n"


def _summary(link: Contract) -> str:
    recipe = link.recipe
    if recipe["kind"] == "baseline":
        return f"Classical baseline: {recipe['description']}."
    if recipe["kind"] == "derived":
        return f"Derived link: {recipe['description']}."
    config = recipe["config"]
    if recipe["kind"] == "two users":
        return (
            f"Learned ({link.n},{link.k}) link of one of two users who send at the same time "
            f"(the other is {recipe['other_user']}): {_form(link, config)}, trained at "
            f"{config['ebn0_db']:g} dB Eb/N0."
        )
    bits = ", quantized to int8" if "quantization" in recipe else ""
    if "compression" in recipe:
        kinds = [step["kind"].replace("_", " ") for step in recipe["compression"]]
        bits += f", compressed ({', '.join(kinds)})"
    # Recipes older than the choice of a loss have no such entry.
    bitwise = " bit by bit" if config.get("loss") == "bitwise" else ""
    return (
        f"Learned ({link.n},{link.k}) link for {_channel(config)}: {_form(link, config)}, "
        f"trained{bitwise}{_method(config)} at {config['ebn0_db']:g} dB Eb/N0{bits}."
    )


FORMS = {
    "thesis": "hidden layers of {units} (encoder) and {decoder_units} (decoder) ReLU units",
    "compact": "a free codebook and a decoder of one dense layer",
    "convolutional": "a free codebook and a decoder with a convolution of {decoder_units} "
    "filters, ReLU and one dense layer",
}

FRONT_ENDS = {
    "matched": ", with a matched filter before the decoder that uses the channel gain",
    "inverse": ", with an estimator of the inverse channel before the decoder",
    "quadratic": ", with the products of all pairs of samples before the decoder",
}


def _form(link: Contract, config: dict[str, Any]) -> str:
    usual = FILTERS if config["form"] == "convolutional" else link.messages
    decoder_units = config.get("decoder_units") or usual
    return FORMS[config["form"]].format(units=link.messages, decoder_units=decoder_units)


def _channel(config: dict[str, Any]) -> str:
    """The channel, and what stands before the decoder because of it."""
    # Recipes older than the choice of a channel have no such entries.
    text = config.get("channel", "awgn")
    if config.get("through"):
        name = f"the flowgraph `{config['through']}`"
    elif text == "awgn":
        name = "the Gaussian channel"
    elif text.startswith("rayleigh"):
        gain = "positive real" if "real_positive" in text else "complex"
        name = f"block Rayleigh fading with a {gain} gain"
    else:
        name = f"the channel `{text}`"
    return name + FRONT_ENDS.get(config.get("front_end", "plain"), "")


def _method(config: dict[str, Any]) -> str:
    return " without a channel model (policy gradient)" if config.get("policy") else ""


def _power_norm(link: Contract) -> str:
    # A baseline's recipe has no config; it states its power norm itself.
    return link.recipe.get("config", link.recipe)["power_norm"]


def _cost_row(name: str, size: Cost) -> str:
    return (
        f"| {name} | {size.parameters:,} | {size.operations:,} "
        f"| {size.weight_bytes:,} | {size.file_bytes:,} |"
    )


def _measured(link: Contract) -> list[str]:
    if not link.measured:
        return [
            "Not recorded yet. Measure with `dlcomm ber --json`, then record with "
            "`python -m dlcomm_train record`."
        ]
    lines = [
        "Counted in a flowgraph; brackets are 95 % intervals (Clopper-Pearson).",
        "",
        "| channel | Eb/N0, dB | messages | block errors | BLER | bit errors | BER "
        "| stopped by | seed |",
        "|---|---:|---:|---:|---|---:|---|---|---:|",
    ]
    lines += [_measured_row(row) for row in link.measured]
    lines += ["", "Commands:", "", "```sh", *_commands(link), "```"]
    return lines


def _measured_row(row: dict[str, Any]) -> str:
    return (
        f"| {row['channel']} | {row['ebn0_db']:g} | {row['messages']:,} "
        f"| {row['block_errors']:,} "
        f"| {row['bler']:.3e} [{row['bler_low']:.3e}, {row['bler_high']:.3e}] "
        f"| {row['bit_errors']:,} "
        f"| {row['ber']:.3e} [{row['ber_low']:.3e}, {row['ber_high']:.3e}] "
        f"| {row['stop_reason']} | {row['seed']} |"
    )


def _commands(link: Contract) -> list[str]:
    """One command per channel, stop rule and seed: it counts the points again."""
    groups: dict[tuple[str, int, int, int], list[float]] = {}
    for row in link.measured:
        key = (row["channel"], row["min_errors"], row["max_messages"], row["seed"])
        groups.setdefault(key, []).append(row["ebn0_db"])
    return [
        f"dlcomm ber --model {link.link} --channel {channel} --ebn0 {_sweep(points)} "
        f"--min-errors {min_errors} --max-messages {max_messages} --seed {seed}"
        for (channel, min_errors, max_messages, seed), points in groups.items()
    ]


def _sweep(points: list[float]) -> str:
    """Equally spaced points as start:stop:step."""
    step = (points[-1] - points[0]) / (len(points) - 1) if len(points) > 1 else 1.0
    return f"{points[0]:g}:{points[-1]:g}:{step:g}"
