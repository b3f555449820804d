# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Accuracy budgets: the strongest setting whose block error rate is still low enough.

A step that is given ``max_bler_increase`` instead of its strength looks for the strongest
setting with a block error rate of at most 1 + ``max_bler_increase`` times that of the link
before the step.

Settings are tried by bisection, which takes it that a stronger setting does more harm: true
of bits, rates and ranks but for noise and the luck of a retraining. What is found has been
measured itself, and so has been the miss of the next stronger one.

The rule of decision: both links send the same messages through the same noise, and their
wrong messages are compared when one of them or both have got 1,000, 2,000, 4,000, ...,
64,000 wrong. A setting is within the budget as soon as the paired score statistic
(:mod:`dlcomm_train.compress.budgets.paired`) says so, and beyond it as soon as it says that;
what stays undecided to the end counts as beyond. The significance of one look is 5 % divided by
the number of looks and by that of the settings that a search can try. So the probability
that a search ends with a setting whose true increase is larger than the budget is 5 % at
most. A setting close below the budget can be missed, an identical one cannot where the
budget is at least 0.0002.

The noise comes from seeds of its own: not those of training, validation or any reported
error rate.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator
from scipy.stats import norm

from dlcomm_train.compress.budgets.paired import Comparison, Counts
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link, Progress, Step
from dlcomm_train.models.pairs import Pair
from dlcomm_train.training.stage import DivergedError

SEED = 7_000_003
"""Seed of the messages and the noise that budgets are decided on; one more a batch."""
LOOKS = tuple(1000 << number for number in range(7))
"""Wrong messages, of one link or both, at which a decision is tried."""
MOST_MESSAGES = 20_000_000
"""Messages at which the last decision is tried, whatever is wrong by then."""
ERROR_RATE = 0.05
"""Largest probability that a search ends with a setting beyond the budget."""
RATES = (*(round(0.05 * number, 2) for number in range(1, 19)), 0.92, 0.94, 0.95, 0.96, 0.97,
         0.98)  # fmt: skip
"""Rates that a budget is tried with, weakest first."""

_MEASURING = 0.2
"""Share of a setting's time that its measurement is thought to take, for the progress."""

Verdict = Literal["within", "beyond", "undecided"]


def _absent(value: Any) -> bool:
    return value is None


class Adjustable(Step):
    """A step with a setting of strength that can be looked for under an accuracy budget."""

    strength: ClassVar[tuple[str, ...]]
    """Fields of which one says how strong the step is; a budget looks for the first."""

    max_bler_increase: float | None = Field(
        default=None, gt=0.0, exclude_if=_absent
    )
    """Accuracy budget: look for the strongest setting whose block error rate is at most
    1 + this times that of the link before the step. Instead of the strength."""
    budget_ebn0_db: float | None = Field(
        default=None, ge=-20.0, le=40.0, exclude_if=_absent
    )
    """Eb/N0 in dB at which the budget holds; None: that of the link's recipe."""

    @model_validator(mode="after")
    def _check_strength(self) -> Adjustable:
        names = (*self.strength, "max_bler_increase")
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"found {' and '.join(given) or 'none'}, expected one of {', '.join(names)}"
            )
        if self.budget_ebn0_db is not None and self.max_bler_increase is None:
            raise ValueError("found budget_ebn0_db, expected it with max_bler_increase only")
        return self

    @abstractmethod
    def settings(self, link: Link) -> Sequence[Any]:
        """Values of the first field of `strength` to look among, weakest first."""

    @abstractmethod
    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The compressed link at the strength that is given; raises as `apply`."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The compressed link, at the strength that is given or found.

        Raises:
            CompressError: as the base class, or no setting meets the budget.
        """
        if self.max_bler_increase is None:
            return self.apply_given(link, progress)
        return _strongest(self, link, progress)


@dataclass(frozen=True)
class Trial:
    """A setting that was tried.

    Attributes:
        setting: value of the strength.
        verdict: whether it is within the budget.
        counts: wrong messages; None where the setting could not be had at all.
        trouble: why not.
    """

    setting: Any
    verdict: Verdict
    counts: Counts | None = None
    trouble: str = ""

    def note(self) -> dict[str, Any]:
        """What the recipe tells of it."""
        note = {"setting": self.setting, "verdict": self.verdict}
        if self.counts is None:
            return note | {"trouble": self.trouble}
        return note | {
            "messages": self.counts.sent,
            "errors_before": self.counts.before,
            "errors": self.counts.after,
            "errors_of_both": self.counts.both,
        }


def decide(counts: Counts, ratio: float, significance: float) -> Verdict:
    """Whether the second link's rate is below or above `ratio` times the first's.

    Args:
        counts: wrong messages of both.
        ratio: the limit.
        significance: probability of ``within`` where the true ratio is `ratio`, and of
            ``beyond``.
    """
    limit = float(norm.isf(significance))
    deviation = counts.deviation(ratio)
    if abs(deviation) < limit:
        return "undecided"
    return "within" if deviation < 0.0 else "beyond"


def judge(
    comparison: Comparison,
    pair: Pair,
    ratio: float,
    significance: float,
    progress: Callable[[float], None],
) -> tuple[Verdict, Counts]:
    """Run a pair beside the first one of `comparison` until it is clear, or to the end.

    Args:
        comparison: the link before.
        pair: the link after.
        ratio: limit of the ratio of their error rates.
        significance: of all looks together.
        progress: called with the share that is done, if it takes all looks.

    Raises:
        CompressError: too few messages are wrong to tell anything.
    """
    stream, counts = comparison.counts(pair), Counts()
    verdict: Verdict = "undecided"
    for look in LOOKS:
        while counts.either < look and counts.sent < MOST_MESSAGES:
            counts = next(stream)
            progress(max(counts.either / LOOKS[-1], counts.sent / MOST_MESSAGES))
        if counts.either < LOOKS[0]:
            raise CompressError(
                f"budget: {counts.either} of {counts.sent:,} messages are wrong, expected "
                f"{LOOKS[0]:,} at least: budget_ebn0_db is too high"
            )
        verdict = decide(counts, ratio, significance / len(LOOKS))
        if verdict != "undecided" or counts.sent >= MOST_MESSAGES:
            break
    return verdict, counts


def _strongest(step: Adjustable, link: Link, progress: Progress) -> Link:
    """The link with the strongest setting of `step` that meets its budget."""
    name, kind = step.strength[0], str(step.kind)
    channel, ebn0_db = link.channel(kind, step.budget_ebn0_db, "budget_ebn0_db")
    settings = step.settings(link)
    most_trials = len(settings).bit_length()
    significance = ERROR_RATE / most_trials
    ratio = 1.0 + step.max_bler_increase
    comparison = Comparison(link.to_pair(link.contracts[0].link, {}), channel, SEED)
    trials: list[Trial] = []
    kept = link
    weak, strong = -1, len(settings)
    while strong - weak > 1:
        middle = (weak + strong) // 2
        setting, done = settings[middle], len(trials)

        def report(share: float, setting: Any = setting, done: int = done) -> None:
            progress(f"{kind} {name}={setting}", (done + min(share, 1.0)) / most_trials)

        trial, found = _try(step, link, setting, report, (comparison, ratio, significance))
        trials.append(trial)
        if trial.verdict == "within":
            weak, kept = middle, found
        else:
            strong = middle
    if weak < 0:
        raise CompressError(f"{kind}: {_nearest_miss(step, trials, ebn0_db)}")
    budget = {
        "max_bler_increase": step.max_bler_increase,
        "ebn0_db": ebn0_db,
        "seed": SEED,
        "error_rate": ERROR_RATE,
        "field": name,
        "tried": [trial.note() for trial in trials],
    }
    return replace(kept, notes=(*kept.notes[:-1], kept.notes[-1] | {"budget": budget}))


def _try(
    step: Adjustable,
    link: Link,
    setting: Any,
    progress: Callable[[float], None],
    rule: tuple[Comparison, float, float],
) -> tuple[Trial, Link]:
    """Try a setting; one that cannot be had counts as beyond the budget."""
    made = 1.0 - _MEASURING
    given = step.model_copy(
        update={step.strength[0]: setting, "max_bler_increase": None, "budget_ebn0_db": None}
    )
    progress(0.0)
    try:
        found = given.apply_given(link, lambda _, share: progress(made * share))
        pair = found.to_pair(link.contracts[0].link, {})
    except (CompressError, DivergedError) as error:
        return Trial(setting, "beyond", trouble=str(error)), link
    comparison, ratio, significance = rule

    def report(share: float) -> None:
        progress(made + _MEASURING * share)

    verdict, counts = judge(comparison, pair, ratio, significance, report)
    return Trial(setting, verdict, counts), found


def _nearest_miss(step: Adjustable, trials: list[Trial], ebn0_db: float) -> str:
    """What was found where no setting meets the budget."""
    measured = [trial for trial in trials if trial.counts is not None]
    if not measured:
        return trials[-1].trouble
    nearest = min(measured, key=lambda trial: trial.counts.ratio)
    counts = nearest.counts
    shown = "" if nearest.verdict == "beyond" else ", which is not clearly within"
    return (
        f"no setting of {step.strength[0]} has a block error rate of at most "
        f"{1.0 + step.max_bler_increase:g} times that before; the nearest miss is "
        f"{step.strength[0]} {nearest.setting} with {counts.ratio:.4g} times "
        f"({counts.after:,} wrong against {counts.before:,} of {counts.sent:,} at "
        f"{ebn0_db:g} dB){shown}"
    )
