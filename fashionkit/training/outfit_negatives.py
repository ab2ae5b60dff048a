"""What an outfit is told from while it is learned: itself with other items of the same family and era."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from fashionkit.errors import DataError


class Substitutes:
    """Which items may stand in for which, each drawn as often as outfits use it.

    An item of another family, such as a bag for a shoe, is told by its kind alone, and one that is never used by its
    rarity; what is left to learn is what goes together.

    Args:
        outfits: The items of each outfit that is learned from.
        pool_of: The family and era of each item, as `OutfitSet` has it.

    Raises:
        DataError: An item has no pool, or there is no outfit.

    >>> pool_of = {"jeans": ("trousers", ""), "chinos": ("trousers", ""), "boots": ("shoes", "")}
    >>> substitutes = Substitutes([("jeans", "boots"), ("chinos", "boots")], pool_of)
    >>> substitutes.blanks(("jeans", "boots"), 2, np.random.default_rng(0))
    (('chinos', 'boots'), ('chinos', 'boots'))
    >>> substitutes.mixed(("jeans", "boots"), np.random.default_rng(0))
    ('chinos', 'boots')
    """

    def __init__(self, outfits: Iterable[Sequence[str]], pool_of: Mapping[str, tuple[str, str]]) -> None:
        self._uses = Counter(item for outfit in outfits for item in outfit)
        if not self._uses:
            raise DataError("there is no outfit to learn from")
        self._pool_of = pool_of
        self._pools: dict[tuple[str, str], list[str]] = defaultdict(list)
        # In order of their ids, so that draws do not depend on the order of the outfits.
        for item, times in sorted(self._uses.items()):
            self._pools[self._pool(item)] += [item] * times

    def blanks(self, outfit: Sequence[str], count: int, draw: np.random.Generator) -> tuple[tuple[str, ...], ...]:
        """An outfit with one of its items, the same in all, replaced by others: the wrong answers to a blank.

        Args:
            outfit: Items.
            count: How many answers; some are equal where the pool is small.
            draw: Where chance comes from.

        Returns:
            `count` outfits, or none where no item has a substitute.

        Raises:
            DataError: An item has no pool.
        """
        items = tuple(outfit)
        places = [place for place, item in enumerate(items) if self._has_others(item, items)]
        if not places:
            return ()
        place = int(draw.choice(places))
        others = [self._other(items[place], items, draw) for _ in range(count)]
        return tuple((*items[:place], other, *items[place + 1 :]) for other in others)

    def mixed(self, outfit: Sequence[str], draw: np.random.Generator) -> tuple[str, ...]:
        """Every item replaced by another; those that have no substitute stay.

        Args:
            outfit: Items.
            draw: Where chance comes from.

        Returns:
            As many items, none of which was drawn twice.

        Raises:
            DataError: An item has no pool.
        """
        drawn: list[str] = []
        for item in outfit:
            there = (*outfit, *drawn)
            drawn.append(self._other(item, there, draw) if self._has_others(item, there) else item)
        return tuple(drawn)

    def _has_others(self, item: str, there: Sequence[str]) -> bool:
        pool = self._pool(item)
        own = {other for other in there if self._pool_of.get(other) == pool}
        return sum(self._uses[other] for other in own) < len(self._pools[pool])

    def _other(self, item: str, there: Sequence[str], draw: np.random.Generator) -> str:
        """Drawn until it is another: pools are large, and looking through one for every draw takes minutes."""
        pool = self._pools[self._pool(item)]
        while (other := pool[int(draw.integers(len(pool)))]) in there:
            pass
        return other

    def _pool(self, item: str) -> tuple[str, str]:
        if item not in self._pool_of:
            raise DataError(f"the item {item!r} has no family and era; give those of every item of an outfit")
        return self._pool_of[item]
