"""The best outfits that the photos hold, and for each what would clash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from fashionkit.demo.slots import Slot
from fashionkit.heads import Floats
from fashionkit.runtime import Model

Items: TypeAlias = tuple[int, ...]
"""An outfit in the making: places of photos, in the order in which they were added."""

Score: TypeAlias = Callable[[Sequence[Items]], Sequence[float]]
"""How well each of several outfits goes together, in [0, 1]."""

MOST_OUTFITS = 6
FEWEST_ITEMS = 3
MOST_ITEMS = 5
# The best beginnings that are followed up: the outfits hardly get better with more, and time grows with them.
BEAM = 24
# An outfit above it is more like those that stylists made than like a random one.
GOES_TOGETHER = 0.5

EXPECTED: tuple[Slot, ...] = ("shoes", "bag")
"""What it gets wherever there is one."""
WELCOME: tuple[Slot, ...] = ("outer layer", "accessory")
"""What it gets where that makes it better."""
CLOTHES: tuple[Slot, ...] = ("top", "bottom", "one-piece")
"""What is in one outfit only. Everything else may be in two."""


@dataclass(frozen=True, slots=True)
class Clash:
    """The item that would harm an outfit most.

    Attributes:
        replaces: The place within the outfit of the item that it would take the place of.
        item: The photo.
        score: Of the outfit with it.
    """

    replaces: int
    item: int
    score: float


@dataclass(frozen=True, slots=True)
class Outfit:
    """An outfit of photos.

    Attributes:
        items: Places of the photos, clothes first.
        slots: What each is in the outfit.
        score: How well they go together, in [0, 1].
        clash: What would harm it most, or None where nothing would.
    """

    items: Items
    slots: tuple[Slot, ...]
    score: float
    clash: Clash | None


def find_outfits(slots: Sequence[Slot | None], score: Score, most: int = MOST_OUTFITS) -> list[Outfit]:
    """Outfits of 3 to 5 items, best first: a top and a bottom or a one-piece, with shoes and a bag where there are any.

    Found one after the other by beam search, each among the items that those before it left over. After the first, only
    those that go together are kept.

    Args:
        slots: What each photo is in an outfit, or None.
        score: Scores outfits.
        most: How many to find.
    """
    score = _remembering(score)
    found: list[Outfit] = []
    uses: Counter[int] = Counter()
    while len(found) < most:
        items = _best(_left(slots, uses), score)
        if not items or (found and score([items])[0] < GOES_TOGETHER):
            break
        found.append(_judged(items, slots, score))
        uses.update(items)
    return sorted(found, key=lambda outfit: -outfit.score)


def _left(slots: Sequence[Slot | None], uses: Mapping[int, int]) -> list[Slot | None]:
    """What may still be used: what is in no outfit yet, and where a slot has no such item, the others once more."""
    fresh = {slot for item, slot in enumerate(slots) if not uses[item]}
    most = {slot: 1 if slot in fresh or slot in CLOTHES else 2 for slot in slots}
    return [slot if slot and uses[item] < most[slot] else None for item, slot in enumerate(slots)]


def _best(slots: Sequence[Slot | None], score: Score) -> Items | None:
    pairs = [(top, bottom) for top in _of("top", slots) for bottom in _of("bottom", slots)]
    beam: list[Items] = [*_top(pairs, score), *((item,) for item in _of("one-piece", slots))]
    for slot in EXPECTED:
        beam = _top(_grown(beam, _of(slot, slots)), score) or beam
    beam = [items for items in beam if len(items) > 1]
    for slot in WELCOME:
        beam = _top([*beam, *_grown(beam, _of(slot, slots))], score)
    return next((items for items in beam if len(items) >= FEWEST_ITEMS), None)


def _of(slot: Slot, slots: Sequence[Slot | None]) -> list[int]:
    return [item for item, its in enumerate(slots) if its == slot]


def _grown(beam: Sequence[Items], candidates: Sequence[int]) -> list[Items]:
    return [(*items, candidate) for items in beam if len(items) < MOST_ITEMS for candidate in candidates]


def _top(outfits: Sequence[Items], score: Score) -> list[Items]:
    ranked = sorted(zip(outfits, score(outfits), strict=True), key=lambda pair: -pair[1])
    return [items for items, _ in ranked[:BEAM]]


def _judged(items: Items, slots: Sequence[Slot | None], score: Score) -> Outfit:
    own = tuple(slot for slot in (slots[item] for item in items) if slot is not None)
    reached = score([items])[0]
    swaps = [(place, other) for place, slot in enumerate(own) for other in _of(slot, slots) if other not in items]
    scores = score([(*items[:place], other, *items[place + 1 :]) for place, other in swaps])
    worst = min(range(len(swaps)), key=scores.__getitem__, default=None)
    if worst is None or scores[worst] >= reached:
        return Outfit(items, own, reached, None)
    return Outfit(items, own, reached, Clash(*swaps[worst], scores[worst]))


def _remembering(score: Score) -> Score:
    """The same scores, with no outfit scored twice: every search comes by the same ones again."""
    known: dict[frozenset[int], float] = {}

    def remembered(outfits: Sequence[Items]) -> list[float]:
        new = {frozenset(items): items for items in outfits if frozenset(items) not in known}
        known.update(zip(new, score(list(new.values())) if new else (), strict=True))
        return [known[frozenset(items)] for items in outfits]

    return remembered


def scorer(model: Model, head: str, vectors: Floats) -> Score:
    """Scores outfits by an outfit head, given the vectors of all photos, n×D, of the embedding head that it reads."""
    return lambda outfits: [answer.score for answer in model.read_sets(head, [vectors[list(i)] for i in outfits])]
