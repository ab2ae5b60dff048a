from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from fashionkit import Analyzer, OutfitScorer
from fashionkit.demo.outfits import CLOTHES, MOST_ITEMS, find_outfits, scorer
from fashionkit.demo.slots import slot_of
from fashionkit.heads.category.result import Category
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light

WARDROBE = (
    *["top"] * 8,
    *["bottom"] * 6,
    *["one-piece"] * 3,
    *["shoes"] * 5,
    *["bag"] * 4,
    *["outer layer"] * 3,
    *["accessory"] * 3,
    *[None] * 4,
)


def by_taste(seed, items=40):
    """Scores from the pairs in an outfit, which are drawn at random: the same for every order."""
    taste = np.random.default_rng(seed).uniform(0, 1, (items, items))
    taste = (taste + taste.T) / 2

    def score(outfits):
        return [float(np.mean([taste[a, b] for a in items for b in items if a != b])) for items in outfits]

    return score


@pytest.mark.parametrize("seed", range(8))
def test_outfits_use_each_slot_sensibly(seed):
    found = find_outfits(WARDROBE, by_taste(seed))
    assert 1 <= len(found) <= 6
    assert [outfit.score for outfit in found] == sorted((outfit.score for outfit in found), reverse=True)
    for outfit in found:
        assert outfit.slots == tuple(WARDROBE[item] for item in outfit.items)
        assert max(Counter(outfit.slots).values()) == 1
        assert 3 <= len(outfit.items) <= MOST_ITEMS
        assert ("one-piece" in outfit.slots) != ({"top", "bottom"} <= set(outfit.slots))
        assert {"shoes", "bag"} <= set(outfit.slots)


@pytest.mark.parametrize("seed", range(8))
def test_clothes_are_in_one_outfit_and_nothing_is_in_more_than_two(seed):
    uses = Counter(item for outfit in find_outfits(WARDROBE, by_taste(seed)) for item in outfit.items)
    for item, count in uses.items():
        assert count <= (1 if WARDROBE[item] in CLOTHES else 2)


@pytest.mark.parametrize("seed", range(8))
def test_the_clash_is_the_swap_that_scores_lowest(seed):
    score = by_taste(seed)
    for outfit in find_outfits(WARDROBE, score):
        swaps = {
            (place, other): score([(*outfit.items[:place], other, *outfit.items[place + 1 :])])[0]
            for place, slot in enumerate(outfit.slots)
            for other, its in enumerate(WARDROBE)
            if its == slot and other not in outfit.items
        }
        assert outfit.clash.score == pytest.approx(min(swaps.values()))
        assert swaps[outfit.clash.replaces, outfit.clash.item] == pytest.approx(outfit.clash.score)
        assert outfit.clash.score < outfit.score


def test_the_first_is_the_best_of_all_where_the_beam_holds_all():
    slots = ("top", "top", "bottom", "bottom", "shoes", "shoes", "bag", "bag")
    score = by_taste(0, len(slots))
    best = max(score([items])[0] for items in product((0, 1), (2, 3), (4, 5), (6, 7)))
    assert find_outfits(slots, score)[0].score == pytest.approx(best)


def test_what_is_welcome_is_added_only_where_it_helps():
    slots = ("top", "bottom", "shoes", "accessory", "outer layer")
    with_necklace = find_outfits(slots, lambda outfits: [0.9 if 3 in items else 0.6 for items in outfits])
    assert set(with_necklace[0].items) == {0, 1, 2, 3}


def test_after_the_first_only_what_goes_together_is_kept():
    slots = ("top", "bottom", "shoes") * 4
    assert len(find_outfits(slots, lambda outfits: [0.4] * len(outfits))) == 1
    assert len(find_outfits(slots, lambda outfits: [0.6] * len(outfits))) == 4


@pytest.mark.parametrize(
    "slots",
    [
        (),
        (None, None),
        ("one-piece",) * 10,
        ("top", "bottom"),
        ("top", "shoes", "bag"),
        ("shoes", "bag", "accessory", "outer layer"),
        ("one-piece", "shoes"),
    ],
)
def test_there_may_be_no_outfit(slots):
    assert find_outfits(slots, by_taste(0)) == []


def test_without_shoes_or_bags_the_rest_is_an_outfit():
    assert find_outfits(("top", "bottom", "bag"), by_taste(0))[0].items == (0, 1, 2)
    assert find_outfits(("one-piece", "bag", "shoes"), by_taste(0))[0].items == (0, 2, 1)


def test_where_nothing_can_be_swapped_nothing_clashes():
    assert find_outfits(("top", "bottom", "shoes"), by_taste(0))[0].clash is None
    assert find_outfits(("top", "bottom", "shoes", "shoes"), lambda outfits: [0.7] * len(outfits))[0].clash is None


def test_no_outfit_is_scored_twice():
    asked = Counter()

    def score(outfits):
        asked.update(frozenset(items) for items in outfits)
        return by_taste(1)(outfits)

    find_outfits(WARDROBE, score)
    assert set(asked.values()) == {1}


def test_scores_are_those_of_the_outfit_scorer(checkpoint, photos):
    analyzer = Analyzer.load(checkpoint)
    vectors = np.stack([answer.embedding.vector for answer in analyzer.analyze(photos)])
    score = scorer(analyzer.model, "outfit", vectors)
    expected = OutfitScorer(analyzer.model).score([photos[place] for place in (4, 0, 7)]).score
    assert score([(4, 0, 7)]) == pytest.approx([expected], abs=1e-5)


def category(**probabilities):
    kinds = {"pump": "footwear", "sandal": "footwear", "shirt": "tops", "bra": "underwear", "thing": None}
    labels = tuple(name.replace("_", " ") for name in probabilities)
    return Category(labels, np.array([*probabilities.values()], np.float32), tuple(kinds.get(name) for name in labels))


@pytest.mark.parametrize(
    ("answer", "slot"),
    [
        (category(shirt=0.9, pump=0.1), "top"),
        (category(shirt=0.4, pump=0.3, sandal=0.3), "shoes"),
        (category(shirt=0.4, pump=0.4, bra=0.2), None),
        (category(bra=0.9, shirt=0.1), None),
        (category(Dress=0.8, thing=0.2), "one-piece"),
        (category(ankle_boot=0.8, thing=0.2), "shoes"),
        (category(Shoes=0.8, thing=0.2), "shoes"),
        (category(thing=0.9, shirt=0.1), None),
    ],
)
def test_slots_of_kinds_and_of_labels_without_one(answer, slot):
    assert slot_of(answer, Taxonomy.load()) == slot
