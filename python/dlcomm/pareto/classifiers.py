# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers, and how often they are right on the parts of a data set.

Candidates are held against each other on the validation part. What is shown was counted on
the test part, which no choice has seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dlcomm_python import model_file
from .subject import Counting, Counts, Files, Report, Share, Source, Words

if TYPE_CHECKING:
    from dlcomm_train.compress.link import Step
    from dlcomm_train.datasets.dataset import Dataset
    from dlcomm_train.datasets.splits import Kind, Part

    from ..benchmark.pairing import Throughput
    from ..recognition.accuracy import Accuracy

CLASSIFIER = "classifier.onnx"
VALIDATION, TEST = "validation", "test"


@dataclass(frozen=True)
class ClassifierSource(Source):
    """The classifier that is compressed, and the data set that it is trained again on.

    Attributes:
        dataset: folder of the data set.
        data_mark: of the data set.
        retraining: settings of retrainings that steps do not give.
    """

    dataset: str
    data_mark: str
    retraining: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(
        cls, name: str, dataset: Path, retraining: Mapping[str, Any] | None = None
    ) -> ClassifierSource:
        """Read a classifier.

        Args:
            name: name of a classifier, its folder or its file.
            dataset: folder of the data set.
            retraining: settings of retrainings that steps do not give.

        Raises:
            ValueError, RuntimeError: there is no such classifier or data set, or they do not
                fit; one line.
        """
        from dlcomm_train.datasets.dataset import Dataset
        from dlcomm_train.models.run_classifier import check_fits, load_classifier

        path = Path(model_file(name, "classifier"))
        _, about = load_classifier(path)
        data = Dataset.open(dataset)
        check_fits(about, data.manifest, name)
        content, data_mark = path.read_bytes(), _mark_of(data)
        mark = hashlib.sha256(hashlib.sha256(content).digest() + data_mark.encode())
        return cls(
            name, {CLASSIFIER: content}, mark.hexdigest(), str(dataset), data_mark,
            dict(retraining or {}),
        )  # fmt: skip

    def split(self) -> tuple[Kind, int]:
        """Kind and seed of the split that the classifier learned from, as it says itself."""
        import onnx

        from dlcomm_train import contract
        from dlcomm_train.compress.training.material import config_of

        model = onnx.load_model_from_string(self.files[CLASSIFIER])
        config = config_of(contract.check(model))
        return config.split, config.split_seed

    def steps(self, entries: Any) -> list[Step]:
        """The steps, with what they do not say about retraining as `retraining` has it."""
        from dlcomm_train.compress.single_file import on_data
        from dlcomm_train.compress.training.data_retraining import DataRetraining

        usual = DataRetraining(**self.retraining).model_dump(mode="json")
        return [on_data(step, self.retraining) for step in super().steps(_with(entries, usual))]

    def others(self, step: Step) -> dict[str, str]:
        """Marks of teachers, by their files."""
        from dlcomm_train.compress.training.material import SELF
        from dlcomm_train.recognition.teachers import teacher_hash

        teachers = getattr(getattr(step, "retraining", None), "teachers", ())
        return {name: teacher_hash(Path(name)) for name in teachers if name != SELF}

    def compress(self, steps: Sequence[Step], ending: str, report: Report) -> Files:
        """The classifier compressed by steps and trained again."""
        import onnx

        from dlcomm_train.compress import compress_classifier

        data = open_marked(self.dataset, self.data_mark)
        model = onnx.load_model_from_string(self.files[CLASSIFIER])
        name = f"{model.graph.name}_{ending}"
        found = compress_classifier(model, steps, data, name, report)
        return {CLASSIFIER: found.model.SerializeToString(deterministic=True)}


@dataclass(frozen=True)
class ClassifierCounting(Counting):
    """Decisions on parts of a data set; the same windows for every candidate.

    Attributes:
        dataset: folder of the data set.
        data_mark: of the data set.
        seed: of a search's choices.
        split: kind and seed of the split.
        parts: what is counted; candidates are judged by the first, shown by the last.
    """

    dataset: str
    data_mark: str
    seed: int
    split: tuple[Kind, int] = ("burst", 1)
    parts: tuple[Part, ...] = (VALIDATION, TEST)

    file = "accuracy.json"
    words = Words(
        error="wrong decisions, test part",
        short="wrong",
        ratio="wrong_ratio",
        costs={
            "file_bytes": "bytes of the model file",
            "nonzero_macs": "multiply-accumulates per window, zero weights left out",
            "bit_operations": "bit operations per window",
            "challenge": "cost by the challenge's formula",
        },
        speed="windows_per_second",
        speed_label="windows/s of the block in a flowgraph",
        speed_heading="windows/s",
        timed="classifiers",
        note="overall: right on the test part, mean over the SNR labels; peak: at the best "
        "of them. ●: on the\nvalidation part nothing else is better in one of right decisions, "
        "bytes, MACs that are not zero,\nbit operations and cost, and worse in none. front of: "
        "where only more wrong decisions buy less.",
        logarithmic=False,
    )

    @property
    def title(self) -> str:
        """What the windows are."""
        return f"chosen on the validation part, counted on the test part of {self.dataset}"

    def quick(self, errors: int) -> ClassifierCounting:
        """The validation part alone: a search must not see the test part."""
        return replace(self, parts=(VALIDATION,))

    def known(self, path: Path, name: str) -> Counts | None:
        """The counts on all parts, if they are there."""
        found = _read(path)
        if any(part not in found for part in self.parts):
            return None
        return counts_of([found[part] for part in self.parts])

    def keep(self, path: Path, found: Sequence[Accuracy]) -> None:
        """Add what was counted on the parts."""
        from ..recognition.accuracy_files import write_json

        known = _read(path) | {one.part: one for one in found}
        write_json(path, list(known.values()))

    def count(self, folder: Path, name: str, report: Report) -> list[Accuracy]:
        """Count as `dlcomm accuracy` does; reports the part, windows done, and all."""
        from ..recognition.measure import measure

        open_marked(self.dataset, self.data_mark)
        kind, seed = self.split
        found = [
            measure(
                folder, self.dataset, part, seed,
                lambda done, total, part=part: report(part, done, total), kind,
            )
            for part in self.parts
        ]  # fmt: skip
        return [replace(one, model=name) for one in found]

    def advance(self, values: Sequence[Any]) -> tuple[float, str]:
        """How many of the part's windows are decided."""
        part, done, total = values
        return done / total, f"{done:,} of {total:,} windows, {part} part"

    def side(self, folder: Path, name: str) -> Throughput:
        """Times the classifier block, behind a source of noise."""
        from gnuradio import gr

        from ..benchmark.classifiers import attach_classifier
        from ..benchmark.pairing import Throughput
        from ..benchmark.timed_graphs import timed

        return Throughput(name, timed(attach_classifier(str(folder)), gr.sizeof_char))


def open_marked(folder: str, mark: str) -> Dataset:
    """A data set, which must be the one of this mark.

    Raises:
        ValueError: it is another, or cannot be opened; one line.
    """
    from dlcomm_train.datasets.dataset import Dataset

    data = Dataset.open(Path(folder))
    if _mark_of(data) != mark:
        raise ValueError(f"{folder}: is another data set here, expected that of the command")
    return data


def counts_of(found: Sequence[Accuracy]) -> Counts:
    """What decisions on parts say of a candidate; judged by the first, shown by the last."""
    first, last = found[0], found[-1]
    overall, peak = last.confusion.overall(), last.confusion.peak()
    columns: dict[str, Any] = {"set": last.profile, "split": last.split, "seed": last.seed}
    for one in found:
        best = one.confusion.peak()
        rates = one.row() | {"peak_windows": best.windows, "peak_right": best.right}
        columns |= {
            f"{one.part}_{name}": value for name, value in rates.items() if name != "set"
        }
    return Counts(
        judged=_wrong(first),
        shown=_wrong(last),
        columns=columns,
        cells={
            "validation": f"{first.confusion.overall().value:.2%}",
            "overall": f"{overall.value:.2%}",
            "95 % interval": f"[{overall.low:.2%}, {overall.high:.2%}]",
            "peak": f"{peak.value:.2%}",
        },
        text=f"{last.part} {overall.value:.2%} ({overall.right:,} of {overall.windows:,})",
    )


def _with(entries: Any, usual: Mapping[str, Any]) -> Any:
    """Steps as JSON values whose retrainings have the usual settings beside those given."""
    if not isinstance(entries, list):
        return entries
    return [
        entry | {"retraining": {**usual, **entry["retraining"]}}
        if isinstance(entry, dict) and isinstance(entry.get("retraining"), dict)
        else entry
        for entry in entries
    ]


def _wrong(found: Accuracy) -> Share:
    overall = found.confusion.overall()
    low, high = 1.0 - overall.high, 1.0 - overall.low
    return Share(1.0 - overall.value, low, high, overall.windows - overall.right)


def _mark_of(data: Dataset) -> str:
    """What tells a data set from others: the check sums of its arrays, as it has them."""
    text = json.dumps(data.manifest.sha256, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> dict[Part, Accuracy]:
    from ..recognition.accuracy_files import read_json

    return {one.part: one for one in read_json(path)} if path.exists() else {}
