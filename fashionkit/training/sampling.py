"""In which order photos are drawn: endless rows of cycles, each a pure function of the seed and its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.errors import ConfigError, DataError
from fashionkit.training.seeds import generator

FEWEST_PHOTOS = 2
"""Fewer photos of an identity make no pair."""


class Order(Protocol):
    """An endless row of photos, given out cycle by cycle.

    Attributes:
        length: How many places a cycle has, at least 1; the same for every cycle.
        run: How many neighbours belong together: K photos of one identity, else 1. It divides `length`.
    """

    length: int
    run: int

    def cycle(self, number: int) -> NDArray[np.int64]:
        """The photos of a cycle, by their numbers from 0: `length` int64."""


class Shuffled:
    """Every photo once a cycle.

    Args:
        photos: How many there are, at least 1.
        seed: At least 0.

    Raises:
        ConfigError: There is no photo.

    >>> order = Shuffled(4, seed=0)
    >>> sorted(order.cycle(0).tolist()), order.cycle(0).tolist() == order.cycle(1).tolist()
    ([0, 1, 2, 3], False)
    """

    run = 1

    def __init__(self, photos: int, seed: int) -> None:
        self.length = positive_int(photos, "photos, how many there are")
        self.seed = seed

    def cycle(self, number: int) -> NDArray[np.int64]:
        """The photos of a cycle: `length` int64, a permutation."""
        return generator(self.seed, "shuffle", number).permutation(self.length)


class Balanced:
    """Rare classes more often than they are: class c has a share in proportion to its count to the `power`.

    A class gives all its photos, shuffled, before it gives one again. Photos of no known class keep the share that
    they have.

    Args:
        classes: N whole numbers, the class of each photo; negative is unknown.
        seed: At least 0.
        power: From 0 (all classes alike) to 1 (as they are). The square root, 0.5, is a common middle.

    Raises:
        DataError: `classes` is no row of at least one whole number.
        ConfigError: `power` is out of range.

    >>> order = Balanced([0, 0, 0, 0, 0, 0, 0, 1], seed=0)
    >>> sorted(order.cycle(0).tolist()).count(7)
    4
    """

    run = 1

    def __init__(self, classes: Sequence[int] | NDArray[np.int64], seed: int, power: float = 0.0) -> None:
        if not 0 <= power <= 1:
            raise ConfigError(f"power is {power}; give a number from 0 (all classes alike) to 1 (as they are)")
        numbers = _whole_numbers(classes, "classes")
        self.seed = seed
        self._members = [np.flatnonzero(numbers == each) for each in np.unique(numbers[numbers >= 0])]
        sizes = np.array([len(members) for members in self._members], dtype=float)
        shares = sizes**power / (sizes**power).sum() * sizes.sum()
        self._counts = [max(1, round(share)) for share in shares]
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            self._members.append(unknown)
            self._counts.append(len(unknown))
        self.length = sum(self._counts)

    def cycle(self, number: int) -> NDArray[np.int64]:
        """The photos of a cycle: `length` int64; of a class as many as its share."""
        drawn = [
            members[self._row(place, len(members), number * count, count)]
            for place, (members, count) in enumerate(zip(self._members, self._counts, strict=True))
        ]
        return generator(self.seed, "balance", number).permutation(np.concatenate(drawn))

    def _row(self, place: int, size: int, start: int, count: int) -> NDArray[np.int64]:
        """`count` places from `start` on in an endless row of permutations of one class."""
        first, last = start // size, (start + count - 1) // size
        shuffled = [generator(self.seed, "class", place, each).permutation(size) for each in range(first, last + 1)]
        return np.concatenate(shuffled)[start - first * size :][:count]


class Pairs:
    """P identities with K photos each, batch after batch: the P×K sampler of metric learning (Hermans et al. 2017).

    A cycle gives every identity that has at least two photos once, but for fewer than P that are left over, others in
    each cycle. No batch of P·K places holds an identity twice. An identity of fewer than K photos gives some again.

    Args:
        identities: N whole numbers, what each photo shows; negative is unknown.
        products: P, how many identities a batch holds, at least 2.
        photos: K, how many photos of each, at least 2.
        seed: At least 0.

    Raises:
        DataError: `identities` is no row of at least one whole number, or fewer than P have two photos.
        ConfigError: P or K is below 2.

    >>> order = Pairs([5, 5, 6, 6, 6, 7, -1], products=2, photos=2, seed=0)
    >>> order.length, sorted({int(place) for place in order.cycle(0)} - {2, 3, 4})
    (4, [0, 1])
    """

    def __init__(self, identities: Sequence[int] | NDArray[np.int64], products: int, photos: int, seed: int) -> None:
        for name, value in (("products", products), ("photos", photos)):
            if positive_int(value, f"{name} of a batch") < FEWEST_PHOTOS:
                raise ConfigError(f"{name} of a batch is {value}; give at least 2: one alone has nothing to compare")
        numbers = _whole_numbers(identities, "identities")
        known = np.flatnonzero(numbers >= 0)
        _, self._identity, counts = np.unique(numbers[known], return_inverse=True, return_counts=True)
        self._photos = known
        self._counts = counts
        self._several = np.flatnonzero(counts >= FEWEST_PHOTOS)
        if len(self._several) < products:
            raise DataError(
                f"{len(self._several)} identities have two photos or more, which is fewer than the {products} products "
                "of a batch; give fewer products, or more photos"
            )
        self.seed = seed
        self.run = photos
        self.length = len(self._several) // products * products * photos

    def cycle(self, number: int) -> NDArray[np.int64]:
        """The photos of a cycle: `length` int64, in runs of K photos of one identity."""
        draw = generator(self.seed, "pairs", number)
        # Sorted by identity, and within one by chance.
        mixed = self._photos[np.lexsort((draw.random(len(self._photos)), self._identity))]
        first = np.cumsum(self._counts) - self._counts
        chosen = draw.permutation(self._several)[: self.length // self.run]
        places = first[chosen, None] + np.arange(self.run) % self._counts[chosen, None]
        return mixed[places].ravel()


def _whole_numbers(values: Sequence[int] | NDArray[np.int64], what: str) -> NDArray[np.int64]:
    numbers = np.asarray(values)
    if numbers.ndim != 1 or len(numbers) == 0 or not np.issubdtype(numbers.dtype, np.signedinteger):
        raise DataError(
            f"{what} have shape {numbers.shape} and dtype {numbers.dtype}; give one whole number for each photo, "
            "negative where it is not known"
        )
    return numbers.astype(np.int64)
