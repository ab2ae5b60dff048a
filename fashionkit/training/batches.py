"""Which photos stand in which batch: a pure function of the step, so that a run goes on anywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.errors import ConfigError, DataError, did_you_mean
from fashionkit.training.sampling import Order, Pairs, Shuffled

PERIOD = 1000
"""After so many batches the pattern of how many photos each set gives repeats: shares are met to a photo in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Where some photos of every batch come from.

    Attributes:
        order: In which order they are drawn.
        offset: The number of its first photo among all photos.
        share: Of what `fixed` parts leave of a batch, in proportion to the shares of the other parts; above 0.
        fixed: How many photos it gives to every batch, whatever its share; 0 for as its share says.
    """

    order: Order
    offset: int = 0
    share: float = 1.0
    fixed: int = 0


class Batches:
    """Batches of one size from several parts, each met to its share over the batches, none forgotten for long.

    Args:
        parts: At least one. One whose photos come in runs needs `fixed`, a multiple of its run.
        size: Photos in a batch, over all processes.

    Raises:
        ConfigError: There is no part, a share or size is out of range, or the fixed parts do not fit into a batch.

    >>> batches = Batches([Part(Shuffled(6, seed=0)), Part(Shuffled(3, seed=0), offset=6, share=0.5)], size=6)
    >>> sorted(batches.batch(0).tolist())
    [0, 1, 3, 5, 7, 8]
    >>> [len(batches.batch(0, rank=rank, world=4)) for rank in range(4)]
    [2, 2, 1, 1]
    """

    def __init__(self, parts: Sequence[Part], size: int) -> None:
        self.parts = tuple(parts)
        self.size = positive_int(size, "size, how many photos a batch holds")
        _check(self.parts, self.size)
        self._quotas = _quotas(self.parts, self.size)
        self._before = np.cumsum(self._quotas, axis=0) - self._quotas
        self._cycles: dict[tuple[int, int], NDArray[np.int64]] = {}

    def batch(self, step: int, *, rank: int = 0, world: int = 1) -> NDArray[np.int64]:
        """The photos of a batch, or those of it that one of several processes takes.

        All ranks together give the whole batch, each photo to one of them, and what comes in runs stays together.

        Args:
            step: At least 0, without end.
            rank: Which process, from 0.
            world: How many there are.

        Returns:
            int64 numbers among all photos: a part's offset and its place in the part.

        Raises:
            ConfigError: The step is negative, or the rank is not below the world.
        """
        if step < 0 or not 0 <= rank < world:
            raise ConfigError(f"there is no step {step} for process {rank} of {world}; all count from 0")
        period, within = divmod(step, len(self._quotas))
        mine, single = [], [np.empty(0, np.int64)]
        for place, part in enumerate(self.parts):
            start = period * int(self._quotas[:, place].sum()) + int(self._before[within, place])
            photos = part.offset + self._row(place, start, int(self._quotas[within, place]))
            if part.order.run > 1:
                mine.append(photos.reshape(-1, part.order.run)[rank::world].ravel())
            else:
                single.append(photos)
        return np.concatenate([*mine, np.concatenate(single)[rank::world]])

    def _row(self, place: int, start: int, count: int) -> NDArray[np.int64]:
        """`count` photos from `start` on in a part's endless row of cycles."""
        length = self.parts[place].order.length
        first, end = start // length, math.ceil((start + count) / length)
        cycles = [self._cycle(place, number) for number in range(first, end)]
        return np.concatenate([np.empty(0, np.int64), *cycles])[start - first * length :][:count]

    def _cycle(self, place: int, number: int) -> NDArray[np.int64]:
        # A cycle serves many batches; two are kept, since a batch may lie across the end of one.
        kept = self._cycles.get((place, number))
        if kept is not None:
            return kept
        made = self.parts[place].order.cycle(number)
        recent = {key: cycle for key, cycle in self._cycles.items() if key[0] != place or key[1] == number - 1}
        self._cycles = {**recent, (place, number): made}
        return made


def mixed_batches(
    sizes: Mapping[str, int],
    size: int,
    seed: int,
    *,
    power: float = 1.0,
    weights: Mapping[str, float] | None = None,
    identities: NDArray[np.int64] | None = None,
    products: int = 0,
    photos: int = 2,
) -> Batches:
    """Batches from several data sets that stand one after the other.

    Args:
        sizes: How many photos each set has, by name, in order.
        size: Photos in a batch.
        seed: At least 0.
        power: A set has a share in proportion to its size to this power: 1 as they are, 0 all alike.
        weights: In place of that, by name; sets that are not named weigh as much as `power` makes them.
        identities: What each of all photos shows, negative where it is not known; needed with `products`.
        products: P: every batch holds P identities with K photos each, from whatever set, beside the rest.
        photos: K.

    Raises:
        ConfigError: A number is out of range, or a weight names no set.
        DataError: A set is empty, or too few identities have two photos.

    >>> batches = mixed_batches({"shop": 90, "street": 10}, size=10, seed=0)
    >>> sum(int((batches.batch(step) >= 90).sum()) for step in range(10))
    10
    >>> batches = mixed_batches({"shop": 90, "street": 10}, size=10, seed=0, power=0.0)
    >>> int((batches.batch(0) >= 90).sum())
    5
    """
    portions = shares(sizes, power=power, weights=weights)
    offsets = np.cumsum([0, *sizes.values()]).tolist()
    parts = [
        # A seed of its own for each set: two of one size would else be drawn in step.
        Part(Shuffled(count, seed + place), offset=offsets[place], share=portions[name])
        for place, (name, count) in enumerate(sizes.items())
    ]
    if products:
        if identities is None or len(identities) != offsets[-1]:
            raise DataError(f"products of a batch need what each of the {offsets[-1]} photos shows, as whole numbers")
        parts.insert(0, Part(Pairs(identities, products, photos, seed), fixed=products * photos))
    return Batches(parts, size)


def shares(
    sizes: Mapping[str, int], *, power: float = 1.0, weights: Mapping[str, float] | None = None
) -> dict[str, float]:
    """What share of all photos that are drawn each data set has; they sum to 1.

    Args:
        sizes: How many photos each set has, by name.
        power: In proportion to the size to this power: 1 as they are, 0 all alike.
        weights: In place of that, by name, above 0; sets that are not named weigh as much as `power` makes them,
            where their mean is 1.

    Raises:
        ConfigError: A number is out of range, or a weight names no set.
        DataError: There is no set, or one is empty.

    >>> shares({"shop": 900, "street": 100}, power=0.5)
    {'shop': 0.75, 'street': 0.25}
    >>> shares({"shop": 900, "street": 100}, power=0.0, weights={"street": 3})
    {'shop': 0.25, 'street': 0.75}
    """
    given = dict(weights or {})
    if not sizes or min(sizes.values()) < 1:
        raise DataError(f"the data sets hold {dict(sizes)} photos; give at least one set, and none that is empty")
    if not 0 <= power <= 1:
        raise ConfigError(f"power is {power}; give a number from 0 (all sets alike) to 1 (as large as they are)")
    for name, weight in given.items():
        if name not in sizes:
            raise ConfigError(f"a weight names the set {name!r}; {did_you_mean(name, sizes)}")
        if not (math.isfinite(weight) and weight > 0):
            raise ConfigError(f"the set {name!r} weighs {weight}; give a finite number above 0")
    natural = {name: count**power for name, count in sizes.items()}
    mean = sum(natural.values()) / len(natural)
    weighing = {name: given.get(name, natural[name] / mean) for name in sizes}
    total = sum(weighing.values())
    return {name: weight / total for name, weight in weighing.items()}


def _check(parts: Sequence[Part], size: int) -> None:
    if not parts:
        raise ConfigError("there is nothing to draw photos from; give at least one part")
    for part in parts:
        if part.fixed < 0 or part.fixed % part.order.run or (part.order.run > 1 and part.fixed == 0):
            raise ConfigError(
                f"a part gives {part.fixed} photos to a batch, and its photos come in runs of {part.order.run}; "
                "give a multiple of that"
            )
        if not (math.isfinite(part.share) and part.share > 0):
            raise ConfigError(f"a part has a share of {part.share}; give a finite number above 0")
    fixed = sum(part.fixed for part in parts)
    if fixed > size:
        raise ConfigError(
            f"{fixed} photos of every batch are fixed, and it holds {size}; give fewer, or larger batches"
        )
    if fixed < size and all(part.fixed for part in parts):
        raise ConfigError(f"{fixed} photos of every batch are fixed, and it holds {size}; give a part for the rest")


def _quotas(parts: Sequence[Part], size: int) -> NDArray[np.int64]:
    """How many photos each part gives to each batch of a period: PERIOD×parts, each row summing to `size`.

    Each batch gives every part what it is owed in whole photos, and the rest to those that are owed most.
    """
    fixed = np.array([part.fixed for part in parts])
    share = np.array([0.0 if part.fixed else part.share for part in parts])
    free = size - int(fixed.sum())
    rate = share / share.sum() * free if free else share * 0
    quotas = np.empty((PERIOD, len(parts)), np.int64)
    owed = np.zeros(len(parts))
    for row in quotas:
        owed += rate
        row[:] = np.maximum(np.floor(owed + 1e-9), 0)
        # More than was owed may have been given before, so that the whole photos of others do not fit.
        while row.sum() > free:
            row[np.where(row > 0, owed - row, np.inf).argmin()] -= 1
        for _ in range(free - int(row.sum())):
            row[np.where(rate > 0, owed - row, -np.inf).argmax()] += 1
        owed -= row
    quotas += fixed
    return quotas
