"""What is wrong with a set of outfits, without a look at its photos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from fashionkit.datasets.problem import Problem, named
from fashionkit.datasets.whole_set import WholeOutfits
from fashionkit.images.source import one_line


def check_outfits(whole: WholeOutfits) -> Iterator[Problem]:
    """Looks for outfits that leak, are too small, or ask for what they show."""
    places: dict[frozenset[str], list[tuple[str, str]]] = defaultdict(list)
    for split, outfit in whole.outfits:
        places[frozenset(outfit.items)].append((split, one_line(outfit.id)))
    leaks = [" = ".join(name for _, name in same[:2]) for same in places.values() if len({s for s, _ in same}) > 1]
    if leaks:
        yield Problem("error", "the same outfit in several splits", named(leaks), len(leaks), "keep one of each")
    small = [one_line(outfit.id) for _, outfit in whole.outfits if len(set(outfit.items)) < 2]  # noqa: PLR2004  # a pair
    if small:
        yield Problem("warning", "outfits of fewer than two items", named(small), len(small), "take them out")
    given_away = [one_line(asked.outfit) for _, asked in whole.questions if asked.answer in asked.context]
    if given_away:
        remedy = "take the answer out of the context"
        yield Problem("error", "questions that show their answer", named(given_away), len(given_away), remedy)
    used = {item for _, outfit in whole.outfits for item in outfit.items}
    unused = [one_line(item) for item in whole.base.items if item not in used]
    if unused and whole.outfits:
        yield Problem(
            "note", "items that no outfit holds", named(unused), len(unused), "nothing: they are never asked for"
        )
