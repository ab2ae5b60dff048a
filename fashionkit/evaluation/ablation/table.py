"""What an ablation says: each figure of each variant with its interval, and how far it is from what it varies."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fashionkit.evaluation.ablation.difference import Difference, paired
from fashionkit.evaluation.ablation.trial import Trial
from fashionkit.evaluation.ablation.variants import Variant
from fashionkit.evaluation.figure import Figure

SHOWN = ("accuracy", "map", "mae", "r@1")
"""Of each question one figure stands in the table; `to_dict` has all."""

LOWER_IS_BETTER = ("mae", "ece")


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one variant.

    Attributes:
        value: The mean over the seeds.
        low: Where the interval of 95 % of one training begins; the mean over the seeds.
        high: Where it ends.
        n: Over how many photos.
        seeds: The figure with each seed.
        difference: To the variant that it is compared with; None for the base, and where that has no such figure.
    """

    value: float
    low: float
    high: float
    n: int
    seeds: tuple[float, ...]
    difference: Difference | None

    def to_dict(self) -> dict[str, Any]:
        """The cell as JSON can hold it."""
        difference = None if self.difference is None else self.difference.to_dict()
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "seeds": list(self.seeds),
            "difference": difference,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One variant under one figure.

    Attributes:
        variant: Which.
        cell: What it reaches.
        trials: Its trainings, one a seed.
    """

    variant: Variant
    cell: Cell
    trials: Sequence[Trial]

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        return self.trials[0].parameters

    @property
    def seconds(self) -> float | None:
        """How long a training took, the mean over the seeds; None where one was interrupted."""
        return _mean_seconds(self.trials)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ablation:
    """The variants that are done so far, the base first.

    Attributes:
        data: What the data sets are called.
        train: How many photos are learned from.
        val: How many photos judge.
        variants: All that are to be tried.
        trials: By the name of a variant, those that are done, one a seed.
        left_out: By name, why variants are not tried.
    """

    data: tuple[str, ...]
    train: int
    val: int
    variants: tuple[Variant, ...]
    trials: Mapping[str, Sequence[Trial]]
    left_out: Mapping[str, str]
    _cells: dict[tuple[str, str, int, int], Cell | None] = field(default_factory=dict, init=False)

    @property
    def done(self) -> tuple[Variant, ...]:
        """The variants with at least one trial."""
        return tuple(variant for variant in self.variants if self.trials.get(variant.name))

    @property
    def has_seeds(self) -> bool:
        """Whether any variant was trained several times."""
        return any(len(trials) > 1 for trials in self.trials.values())

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures that stand in the table, in order, as the first variant that has one reaches it: for controls."""
        every = {name: figure for variant in reversed(self.done) for name, figure in self._first(variant).items()}
        order = [name for variant in self.done for name in self._first(variant)]
        return {name: every[name] for name in dict.fromkeys(order) if name.rsplit("/", 1)[-1] in SHOWN}

    @property
    def notes(self) -> tuple[str, ...]:
        """How to read the table, and what is not in it."""
        return (
            *_HOW_TO_READ,
            self._seeds(),
            *self._others(),
            *(f"left out: {n}: {why}" for n, why in self.left_out.items()),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should worry whoever reads the figures, by variant."""
        said = [
            f"{variant.name}: {each}"
            for variant in self.done
            for trial in self.trials[variant.name]
            for each in trial.warnings
        ]
        return tuple(dict.fromkeys(said))

    def rows(self, figure: str) -> Iterator[Row]:
        """The variants that have a figure, in their order."""
        for variant in self.done:
            cell = self.cell(variant, figure)
            if cell is not None:
                yield Row(variant, cell, self.trials[variant.name])

    def cell(self, variant: Variant, figure: str) -> Cell | None:
        """One figure of one variant; None where it has none."""
        own, others = self.trials[variant.name], self.trials.get(variant.against, ())
        # The table is written anew after every trial, and most of it is as it was.
        key = variant.name, figure, len(own), len(others)
        if key not in self._cells:
            self._cells[key] = _cell(figure, own, others)
        return self._cells[key]

    def to_dict(self) -> dict[str, Any]:
        """The ablation as JSON can hold it, with all figures."""
        return {
            "data": list(self.data),
            "photos": {"train": self.train, "val": self.val},
            "variants": [self._variant(variant) for variant in self.done],
            "not_done": [variant.name for variant in self.variants if variant not in self.done],
            "left_out": dict(self.left_out),
            "warnings": list(self.warnings),
            "notes": list(self.notes),
        }

    def __repr__(self) -> str:
        return f"Ablation({', '.join(self.data)}: {len(self.done)} of {len(self.variants)} variants)"

    def _variant(self, variant: Variant) -> dict[str, Any]:
        trials = self.trials[variant.name]
        cells = {name: self.cell(variant, name) for name in self._first(variant)}
        return {
            "name": variant.name,
            "against": variant.against or None,
            "folder": variant.slug,
            "backbone": variant.backbone,
            "pretrained": bool(variant.weights),
            "heads": list(variant.specs),
            "parameters": trials[0].parameters,
            "steps": trials[0].steps,
            "seconds": _mean_seconds(trials),
            "seeds": [trial.seed for trial in trials],
            "figures": {name: cell.to_dict() for name, cell in cells.items() if cell is not None},
        }

    def _first(self, variant: Variant) -> Mapping[str, Figure]:
        return self.trials[variant.name][0].figures

    def _seeds(self) -> str:
        if self.has_seeds:
            return "values are means over the seeds, and intervals of differences count in how far the seeds lie apart"
        return "one seed: how far two trainings of one variant lie apart is in no interval"

    def _others(self) -> Iterator[str]:
        """Which differences are not to the base."""
        for variant in self.variants:
            if variant.against not in ("", self.variants[0].name):
                yield f"{variant.name}: its difference is to {variant.against}, because it starts at random too"


_HOW_TO_READ = (
    "every variant takes the same steps over the same photos, and is measured with its last weights",
    "a difference is marked with * where its interval of 95 % leaves 0 out; of twenty that are none, one is so by luck",
    "differences of accuracies and of r@1 have intervals, from the same photos on both sides; others have none",
    "a backbone that starts at random learns in every phase, whatever the recipe says",
)


def _cell(figure: str, trials: Sequence[Trial], others: Sequence[Trial]) -> Cell | None:
    found = [trial.figures[figure] for trial in trials if figure in trial.figures]
    if not found:
        return None
    values = tuple(each.value for each in found)
    low, high = statistics.fmean(each.low for each in found), statistics.fmean(each.high for each in found)
    return Cell(statistics.fmean(values), low, high, found[0].n, values, _difference(figure, trials, others))


def _difference(figure: str, trials: Sequence[Trial], others: Sequence[Trial]) -> Difference | None:
    if not any(figure in trial.figures for trial in others):
        return None
    ours, theirs = ([trial.outcomes[figure] for trial in each if figure in trial.outcomes] for each in (trials, others))
    if ours and theirs:
        return paired(ours, theirs)
    means = [
        statistics.fmean(trial.figures[figure].value for trial in each if figure in trial.figures)
        for each in (trials, others)
    ]
    return Difference(means[0] - means[1])


def _mean_seconds(trials: Sequence[Trial]) -> float | None:
    known = [trial.seconds for trial in trials if trial.seconds is not None]
    return statistics.fmean(known) if len(known) == len(trials) else None
