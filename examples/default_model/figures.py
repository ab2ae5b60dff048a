"""One figure on val, with its interval and what it is compared with."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from probes import PROBES

from fashionkit.metrics import accuracy, bootstrap_interval, macro_f1, wilson_interval

RESAMPLES = 300
# Of fewer rows nothing can be said; only where a part of the photos is tried.
FEWEST_ROWS = 2


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        what: Set and question.
        measure: Its name.
        n: Over how many rows.
        value: The figure.
        low: Where its interval of 95 % begins.
        high: Where it ends.
        control: What is right without looking at the photo, in words and number.
    """

    what: str
    measure: str
    n: int
    value: float
    low: float
    high: float
    control: str = ""

    @property
    def probe(self) -> float | None:
        """What a linear probe for this question alone reaches on the same features, where that was published."""
        return PROBES.get((self.what, self.measure))

    @property
    def standard_error(self) -> float:
        """From the interval."""
        return (self.high - self.low) / (2 * 1.96)

    def to_row(self) -> dict[str, str]:
        """A row of the card."""
        number = "{:.2f}" if self.measure == "mean absolute error" else "{:.3f}"
        return {
            "figure on val": f"{self.what}, {self.measure}",
            "n": f"{self.n:,}",
            "value": number.format(self.value),
            "95 % interval": f"{number.format(self.low)}–{number.format(self.high)}",
            "linear probe": "" if self.probe is None else number.format(self.probe),
            "control": self.control,
        }


def classification(what: str, given: Sequence[str], wanted: Sequence[str], control: str) -> list[Figure]:
    """Accuracy and macro-F1 of answers."""
    names = sorted({*given, *wanted})
    answers, truth = (np.array([names.index(label) for label in labels]) for labels in (given, wanted))
    right, n = int((answers == truth).sum()), len(truth)
    return [
        Figure(what, "accuracy", n, accuracy(answers, truth), *wilson_interval(right, n), control),
        resampled(what, "macro-F1", n, lambda rows: macro_f1(answers[rows], truth[rows])),
    ]


def resampled(
    what: str, measure: str, n: int, statistic: Callable[[NDArray[np.int64]], float], control: str = ""
) -> Figure:
    """A figure whose interval comes from drawing the rows anew."""
    if n < FEWEST_ROWS:
        return Figure(what, measure, n, math.nan, math.nan, math.nan, control)
    low, high = bootstrap_interval(statistic, n, resamples=RESAMPLES)
    return Figure(what, measure, n, statistic(np.arange(n)), low, high, control)
