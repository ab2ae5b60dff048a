"""Several sets of outfits as one: their items under names of their own, and what is asked about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from fashionkit.datasets import Judged, OutfitSet, Question
from fashionkit.errors import DataError
from fashionkit.heads.outfit.spec import MAX_ITEMS, MIN_ITEMS
from fashionkit.images import Source

Items = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OutfitExamples:
    """Outfits to learn from.

    Attributes:
        outfits: The items of each, by name.
        pool_of: The family and era of each item that is named. Those of two sets have nothing in common: photos of
            two shops are told apart by other things than by what goes together.
        photos: By the name of an item; none are needed where vectors are there already.
    """

    outfits: tuple[Items, ...]
    pool_of: Mapping[str, tuple[str, str]]
    photos: Mapping[str, Source] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.outfits)

    def usable(self, known: Callable[[str], bool]) -> OutfitExamples:
        """Those outfits whose items are all known, and which are of a size that a head reads."""
        return replace(self, outfits=tuple(outfit for outfit in self.outfits if usable(outfit, known)))


@dataclass(frozen=True, slots=True, eq=False)
class OutfitQuestions:
    """What outfits are judged by.

    Attributes:
        blanks: For each question the outfits to choose from, the right one first.
        judged: Outfits, and whether somebody put them together.
        photos: By the name of an item.
    """

    blanks: tuple[tuple[Items, ...], ...]
    judged: tuple[tuple[Items, bool], ...]
    photos: Mapping[str, Source]


def gather_outfits(data: Sequence[OutfitSet]) -> OutfitExamples:
    """The outfits of all sets.

    Raises:
        DataError: There is none, or an item has no family and era.
    """
    outfits = [_named(place, outfit.items) for place, each in enumerate(data) for outfit in each.outfits]
    if not outfits:
        raise DataError("there is no outfit in the data to learn from; check the folder and the split")
    return OutfitExamples(tuple(outfits), _pools(data), _photos(data, {item for outfit in outfits for item in outfit}))


def gather_questions(data: Sequence[OutfitSet]) -> OutfitQuestions:
    """The questions of all sets; there may be none."""
    blanks = tuple(_choices(place, question) for place, each in enumerate(data) for question in each.questions)
    judged = tuple(_judged(place, one) for place, each in enumerate(data) for one in each.judged)
    named = {item for choices in blanks for outfit in choices for item in outfit}
    named |= {item for items, _ in judged for item in items}
    return OutfitQuestions(blanks, judged, _photos(data, named))


def usable(outfit: Items, known: Callable[[str], bool]) -> bool:
    """Whether a head can read an outfit: it has 2 to 16 items, and all are known."""
    return MIN_ITEMS <= len(outfit) <= MAX_ITEMS and all(map(known, outfit))


def _name(place: int, item: str) -> str:
    return f"{item} (set {place + 1})"


def _named(place: int, items: Sequence[str]) -> Items:
    return tuple(_name(place, item) for item in items)


def _choices(place: int, question: Question) -> tuple[Items, ...]:
    return tuple(_named(place, (*question.context, one)) for one in (question.answer, *question.wrong))


def _judged(place: int, one: Judged) -> tuple[Items, bool]:
    return _named(place, one.items), one.compatible


def _pools(data: Sequence[OutfitSet]) -> dict[str, tuple[str, str]]:
    return {
        _name(place, item): (_name(place, family), era)
        for place, each in enumerate(data)
        for item, (family, era) in each.pool_of.items()
    }


def _photos(data: Sequence[OutfitSet], used: set[str]) -> dict[str, Source]:
    """In the order of the sets and of their items, so that batches are always the same."""
    return {name: photo for name, photo in _all_photos(data) if name in used}


def _all_photos(data: Sequence[OutfitSet]) -> Iterator[tuple[str, Source]]:
    for place, each in enumerate(data):
        for item, photo in each.items.items():
            yield _name(place, item), photo.photo
