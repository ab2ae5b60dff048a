"""One figure: a value with its interval, over how many rows, and what it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.metrics import bootstrap_interval, wilson_interval

Rows = NDArray[np.int64]
Statistic = Callable[[Rows], float]
"""The figure on some of the rows, by their numbers; a row may come several times."""

RESAMPLES = 300


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    Attributes:
        value: The figure.
        low: Where its interval of 95 % begins; the value itself where there are too few rows for an interval.
        high: Where it ends.
        n: Over how many rows.
        controls: What is reached without the model, by name: "chance", "prior" (always the commonest), "family_only",
            "popularity", "co_occurrence", "cosine", "train_median", "probe" (a linear probe for this question alone
            on frozen features), "clean" (the same photos, unharmed).

    >>> Figure(0.8123, 0.78, 0.84, 734, {"chance": 0.0588})
    Figure(0.812, 0.780–0.840, n=734, chance=0.059)
    """

    value: float
    low: float
    high: float
    n: int
    controls: Mapping[str, float] = field(default_factory=dict)

    def against(self, **controls: float | None) -> Figure:
        """The same figure beside more controls; those that are None are left out."""
        more = {name: value for name, value in controls.items() if value is not None}
        return replace(self, controls={**self.controls, **more})

    @property
    def beside(self) -> dict[str, float]:
        """The controls by their names as people write them.

        >>> Figure(0.5, 0.4, 0.6, 10, {"co_occurrence": 0.4, "family_only": 0.3}).beside
        {'co-occurrence': 0.4, 'family only': 0.3}
        """
        return {name.replace("co_", "co-").replace("_", " "): value for name, value in self.controls.items()}

    def to_dict(self) -> dict[str, Any]:
        """The figure as JSON can hold it."""
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "n": self.n,
            "controls": dict(self.controls),
        }

    def __repr__(self) -> str:
        controls = "".join(f", {name}={value:.3f}" for name, value in self.controls.items())
        return f"Figure({self.value:.3f}, {self.low:.3f}–{self.high:.3f}, n={self.n}{controls})"


def counted(right: NDArray[np.bool_]) -> Figure:
    """The share of rows that are right, with its Wilson interval.

    >>> counted(np.array([True, True, True, False]))
    Figure(0.750, 0.301–0.954, n=4)
    """
    hits, n = int(right.sum()), len(right)
    low, high = wilson_interval(hits, n)
    return Figure(hits / n, low, high, n)


def resampled(statistic: Statistic, n: int) -> Figure:
    """A figure whose interval comes from drawing the rows anew.

    >>> values = np.arange(10.0)
    >>> resampled(lambda rows: values[rows].mean(), 10).value
    4.5
    """
    value = float(statistic(np.arange(n)))
    try:
        low, high = bootstrap_interval(statistic, n, resamples=RESAMPLES)
    except DataError:  # one row, or a statistic that few draws allow
        low = high = value
    # Of what grows with noise, as the calibration error does, draws may all lie to one side.
    return Figure(value, min(low, value), max(high, value), n)
