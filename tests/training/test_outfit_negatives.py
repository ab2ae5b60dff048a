from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import DataError
from fashionkit.training.outfit_negatives import Substitutes

ITEMS = [f"{family}{number}" for family in "abc" for number in range(4)]
POOL_OF = {item: (item[0], "") for item in ITEMS}
outfits = st.lists(st.lists(st.sampled_from(ITEMS), min_size=1, max_size=5, unique=True), min_size=1, max_size=8)


@settings(max_examples=80, deadline=None)
@given(outfits=outfits, seed=st.integers(0, 10**6))
def test_blanks_replace_one_item_by_another_of_its_family(outfits, seed):
    substitutes, used = Substitutes(outfits, POOL_OF), {item for outfit in outfits for item in outfit}
    outfit = outfits[0]
    blanks = substitutes.blanks(outfit, 5, np.random.default_rng(seed))
    could = any(POOL_OF[other] == POOL_OF[item] for item in outfit for other in used - set(outfit))
    assert len(blanks) == (5 if could else 0)
    places = {place for blank in blanks for place in range(len(outfit)) if blank[place] != outfit[place]}
    assert len(places) == min(1, len(blanks))
    for blank in blanks:
        (place,) = places
        assert blank[place] not in outfit
        assert blank[place] in used
        assert POOL_OF[blank[place]] == POOL_OF[outfit[place]]
    assert blanks == substitutes.blanks(outfit, 5, np.random.default_rng(seed))


@settings(max_examples=80, deadline=None)
@given(outfits=outfits, seed=st.integers(0, 10**6))
def test_mixed_has_the_families_of_the_outfit_and_no_item_twice(outfits, seed):
    mixed = Substitutes(outfits, POOL_OF).mixed(outfits[0], np.random.default_rng(seed))
    assert [POOL_OF[item] for item in mixed] == [POOL_OF[item] for item in outfits[0]]
    assert len(set(mixed)) == len(mixed)


def test_items_are_drawn_as_often_as_they_are_used():
    made = [("a0", "b0")] + [("a1", "b0")] * 30 + [("a2", "b0")] * 10
    blanks = Substitutes(made, POOL_OF).blanks(("a0", "b0"), 2000, np.random.default_rng(0))
    drawn = Counter(blank[0] for blank in blanks)
    assert drawn["a1"] / drawn["a2"] == pytest.approx(3, abs=0.5)


def test_eras_stay_apart():
    pool_of = {"a0": ("a", "x"), "a1": ("a", "y"), "a2": ("a", "x")}
    assert Substitutes([("a0",), ("a1",), ("a2",)], pool_of).blanks(("a0",), 1, np.random.default_rng(0)) == (("a2",),)


def test_the_order_of_the_outfits_does_not_matter():
    made = [("a0", "b1"), ("a1", "b0"), ("a2", "b2"), ("a3", "b0")]
    first, second = (
        Substitutes(each, POOL_OF).mixed(("a0", "b0"), np.random.default_rng(1)) for each in (made, made[::-1])
    )
    assert first == second


def test_what_does_not_fit_is_refused():
    with pytest.raises(DataError, match="no outfit"):
        Substitutes([], POOL_OF)
    with pytest.raises(DataError, match="'z9' has no family and era"):
        Substitutes([("z9",)], POOL_OF)
    with pytest.raises(DataError, match="'z9' has no family and era"):
        Substitutes([("a0",)], POOL_OF).mixed(("z9",), np.random.default_rng(0))
