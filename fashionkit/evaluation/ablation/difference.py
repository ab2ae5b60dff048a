"""By how much one variant is better than another: compared photo by photo, with an interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.metrics import bootstrap_interval

Outcomes: TypeAlias = Mapping[str, float]
"""By photo, how well it was answered, 0 to 1."""

RESAMPLES = 1000


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two figures.

    Attributes:
        value: Of the variant, less that of what it is compared with.
        low: Where its interval of 95 % begins; None where photos cannot be compared one by one.
        high: Where it ends.

    >>> Difference(0.02, 0.004, 0.036).stands_out, Difference(0.02, -0.01, 0.05).stands_out
    (True, False)
    """

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def stands_out(self) -> bool:
        """Whether its interval leaves 0 out."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    def to_dict(self) -> dict[str, Any]:
        """The difference as JSON can hold it."""
        return {**asdict(self), "stands_out": self.stands_out}


def paired(variant: Sequence[Outcomes], other: Sequence[Outcomes]) -> Difference:
    """The difference of two means over the same photos, with a bootstrap interval.

    Photos are drawn with replacement, and each draw asks both sides about the same ones: what is hard for both does not
    widen the interval, as it would if each had its own (Efron & Tibshirani 1993, chapter 8). Where there are several
    seeds, those of each side are drawn too, so that the interval knows of the luck of a training.

    Args:
        variant: One mapping for each seed.
        other: The same of what it is compared with.

    Raises:
        DataError: Not all of them are of the same photos.

    >>> better = {"a.jpg": 1, "b.jpg": 1, "c.jpg": 0, "d.jpg": 1}
    >>> paired([better], [better])
    Difference(value=0.0, low=0.0, high=0.0)
    """
    ours, theirs = _matrix(variant, variant[0]), _matrix(other, variant[0])
    value = float(ours.mean() - theirs.mean())
    random = np.random.default_rng(0)

    def of_draw(photos: NDArray[np.int64]) -> float:
        return float((_some_seeds(ours, random) - _some_seeds(theirs, random))[photos].mean())

    try:
        low, high = bootstrap_interval(of_draw, ours.shape[1], resamples=RESAMPLES)
    except DataError:  # one photo has no interval
        return Difference(value)
    return Difference(value, low, high)


def _some_seeds(outcomes: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """By photo, the mean over seeds that are drawn with replacement."""
    mean: NDArray[np.float64] = outcomes[random.integers(len(outcomes), size=len(outcomes))].mean(axis=0)
    return mean


def _matrix(outcomes: Sequence[Outcomes], like: Outcomes) -> NDArray[np.float64]:
    """One row a seed, one column a photo, in the order of `like`."""
    if any(each.keys() != like.keys() for each in outcomes):
        raise DataError("two variants were measured on different photos; begin anew in another folder")
    return np.array([[each[photo] for photo in like] for each in outcomes], np.float64)
