"""How well what a visitor chose goes together, which item clashes, and what would go with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fashionkit.catalogue.entries import checked_ids
from fashionkit.heads.outfit.result import OutfitScore
from fashionkit.heads.outfit.spec import MAX_ITEMS, MIN_ITEMS
from fashionkit.service.offers import Offers
from fashionkit.service.problems import Problem, as_asked
from fashionkit.service.ui.stock import Stock, Tile

SUGGESTIONS = 8


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of an outfit.

    Attributes:
        items: What was chosen, in order.
        scored: None below two items.
        suggestions: What would complete it, each with the score that it then has.
    """

    items: tuple[Tile, ...]
    scored: OutfitScore | None
    suggestions: tuple[tuple[Tile, float], ...]

    @property
    def clash(self) -> int | None:
        """The place of the item without which the rest scores best, where that is better than all together."""
        if self.scored is None or self.scored.without is None or self.scored.weakest is None:
            return None
        better = self.scored.without[self.scored.weakest] > self.scored.score
        return self.scored.weakest if better else None


def judge(chosen: Sequence[str], offers: Offers, stock: Stock) -> Judgement:
    """Scores an outfit, and finds what would complete it among all items of the stock.

    Args:
        chosen: Ids of its items.
        offers: The tasks.
        stock: Where the items are.

    Raises:
        Problem: 404, the model has no outfit head, or an item is gone; 422, an id is none.
        CatalogueError, EngineError: The catalogue cannot be read, or the engine failed.
    """
    if not chosen:
        return Judgement((), None, ())
    outfits, retriever = offers.outfits, stock.retriever
    with as_asked():
        known = retriever.catalogue.known(checked_ids(chosen))
    gone = [name for name in chosen if name not in known]
    if gone:
        raise Problem(404, f"there is no item {gone[0]!r:.80} any more; begin again")
    tiles = tuple(stock.tile(name, known[name]) for name in chosen)
    scored = outfits.score(list(chosen), catalogue=retriever) if len(chosen) >= MIN_ITEMS else None
    found = (
        outfits.complete(list(chosen), retriever, SUGGESTIONS, catalogue=retriever) if len(chosen) < MAX_ITEMS else []
    )
    names = [str(each.item) for each in found]
    metadata = retriever.catalogue.known(names)
    suggestions = tuple((stock.tile(str(each.item), metadata.get(str(each.item), {})), each.score) for each in found)
    return Judgement(tiles, scored, suggestions)


def chosen_of(given: Any) -> list[str]:
    """The ids that the page sends back.

    Raises:
        Problem: 422, they are no list of different ids, or too many.

    >>> chosen_of(["shirt", "jeans"])
    ['shirt', 'jeans']
    """
    ids = [] if given is None else given
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids) or len(set(ids)) != len(ids):
        raise Problem(422, "the outfit is no list of different ids; begin again")
    if len(ids) > MAX_ITEMS:
        raise Problem(422, f"an outfit has at most {MAX_ITEMS} items; take one out first")
    return ids


def toggled(chosen: Sequence[str], name: str) -> list[str]:
    """The outfit with an item, or without it where it was in it.

    >>> toggled(["shirt"], "jeans"), toggled(["shirt", "jeans"], "shirt")
    (['shirt', 'jeans'], ['jeans'])
    """
    return [each for each in chosen if each != name] if name in chosen else [*chosen, name]
