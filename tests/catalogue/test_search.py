"""Filters, groups and diversity of a search, against sorting everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fashionkit.catalogue import Catalogue, grouped as grouped_module
from fashionkit.catalogue.diverse import LEAST_POOL, diverse
from fashionkit.catalogue.ranking import Ranking
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light

# Few directions and few products: many ties, and many photos of one product.
numbers = st.sampled_from([-1.0, 0.0, 1.0, 2.0])
vector = st.lists(numbers, min_size=3, max_size=3).filter(any)
product = st.sampled_from(["a", "b", "1", 1, 1.0, True, None, [1], [1.0], ["a", None], []])
known = st.fixed_dictionaries({"size": st.integers(0, 3)}, optional={"product": product, "not": product})
rows = st.lists(st.tuples(vector, known), min_size=1, max_size=40)


def ranked(catalogue: Catalogue, query, passes=lambda known: True) -> list:
    """Everything that passes, best first, by asking for all of it."""
    return [hit for hit in catalogue.search([query], 1000)[0] if passes(hit.metadata)]


def first_of_groups(hits: list, name: str) -> list:
    """The naive rule: of equal values the first; numbers are equal by value, True and 1 are not."""
    kept, seen = [], []
    for hit in hits:
        value = hit.metadata.get(name)
        marked = [(isinstance(each, bool), each) for each in (value if isinstance(value, list) else [value])]
        group = (isinstance(value, list), marked)
        if value is None or group not in seen:
            kept.append(hit)
            seen.append(group)
    return kept


def worth(hit, vector, chosen, diversity) -> float:
    """What a hit is worth after others were chosen."""
    likeness = max((float(np.dot(vector.astype(float), other)) for other in chosen), default=0)
    return (1 - diversity) * hit.score - diversity * likeness


@pytest.fixture
def products(catalogue):
    """Ten photos of each of four products, nearest first, and one photo of none."""
    angles = np.linspace(0, 1.5, 41)
    vectors = np.stack([np.cos(angles), np.sin(angles), np.zeros(41)], axis=1)
    metadata = [{"product": place // 10, "sale": place % 2 == 0} for place in range(40)]
    catalogue.add([f"{place:02}" for place in range(41)], vectors, [*metadata, {}])
    return catalogue


def ids(hits) -> list[str]:
    return [hit.id for hit in hits]


@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
@given(rows, st.lists(vector, min_size=1, max_size=3), st.integers(1, 12), st.integers(0, 3))
def test_groups_equal_the_first_of_each_of_all_rows(tmp_path_factory, items, queries, k, least):
    with Catalogue.open(tmp_path_factory.mktemp("groups"), dimension=3, fingerprint="f", create=True) as catalogue:
        catalogue.add([f"{place:02}" for place in range(len(items))], *map(list, zip(*items, strict=True)))
        for name in ("product", "not", "nothing"):
            expected = [first_of_groups(ranked(catalogue, query), name)[:k] for query in queries]
            assert catalogue.search(queries, k, group_by=name) == expected
        # Excluded and filtered items neither come nor stand for their group.
        passing = ranked(catalogue, queries[0], lambda known: known["size"] >= least)
        expected = first_of_groups([hit for hit in passing if hit.id not in ("00", "01")], "product")[:k]
        where = {"size": {">=": least}}
        assert catalogue.search(queries[:1], k, where, group_by="product", without=["00", "01", "none"])[0] == expected


def test_a_product_does_not_fill_the_page(products):
    assert ids(products.search([[1.0, 0, 0]], 3, group_by="product")[0]) == ["00", "10", "20"]
    assert ids(products.search([[1.0, 0, 0]], 9, group_by="product")[0]) == ["00", "10", "20", "30", "40"]
    assert ids(products.search([[0, 1.0, 0]], 9, {"sale": False}, group_by="product")[0]) == ["39", "29", "19", "09"]
    assert products.search([[1.0, 0, 0]], 9, {"sale": "no"}, group_by="product") == [[]]


def test_no_more_rounds_than_groups_are_needed(products, monkeypatch):
    monkeypatch.setattr(grouped_module, "ROWS_PER_GROUP", 1)
    monkeypatch.setattr(grouped_module, "GROWTH", 1)
    rounds = []
    original = Ranking.best
    monkeypatch.setattr(Ranking, "best", lambda *given: rounds.append(given) or original(*given))
    assert ids(products.search([[1.0, 0, 0]], 4, group_by="product")[0]) == ["00", "10", "20", "30"]
    assert len(rounds) == 4


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(rows, vector, st.integers(1, 12), st.sampled_from([0, 0.0, 0.3, 0.5, 0.9]))
def test_each_diverse_hit_is_worth_most_after_those_before_it(tmp_path_factory, items, query, k, diversity):
    with Catalogue.open(tmp_path_factory.mktemp("diverse"), dimension=3, fingerprint="f", create=True) as catalogue:
        catalogue.add([f"{place:02}" for place in range(len(items))], *map(list, zip(*items, strict=True)))
        pool = ranked(catalogue, query)
        found = catalogue.search([query], k, diversity=diversity)[0]
        vectors = dict(zip(ids(pool), catalogue.vectors(ids(pool)), strict=True))
        assert len({*ids(found)}) == len(found) == min(k, len(pool))
        chosen = []
        for hit in found:
            left = [other for other in pool if other.id not in ids(found[: len(chosen)])]
            best = max(worth(other, vectors[other.id], chosen, diversity) for other in left)
            # Of those that differ by a rounding, either may be taken.
            assert hit in left
            assert worth(hit, vectors[hit.id], chosen, diversity) == pytest.approx(best, abs=1e-6)
            chosen.append(vectors[hit.id])
        if not diversity:
            assert found == pool[:k]


def test_diverse_hits_keep_their_scores_and_come_from_the_best(products):
    plain = products.search([[1.0, 0, 0]], 41)[0]
    spread = products.search([[1.0, 0, 0]], 4, diversity=0.7)[0]
    assert spread[0] == plain[0]
    assert all(hit in plain for hit in spread)
    assert ids(spread)[1] == "40"
    # One hit a product, and these apart.
    both = products.search([[1.0, 0, 0]], 3, group_by="product", diversity=0.7)[0]
    assert ids(both) == ["00", "40", "20"]
    many = np.random.default_rng(0).standard_normal((200, 3))
    products.add([f"x{place}" for place in range(200)], many)
    pool = ids(products.search([[1.0, 0, 0]], LEAST_POOL)[0])
    assert set(ids(products.search([[1.0, 0, 0]], 9, diversity=0.99)[0])) <= set(pool)


def test_diversity_breaks_ties_by_rank():
    vectors = np.tile(np.array([[0.6, 0.8]], np.float32), (37, 1))
    assert diverse(np.full(37, 0.5, np.float32), vectors, 5, 0.5) == [0, 1, 2, 3, 4]
    assert diverse(np.empty(0, np.float32), np.empty((0, 2), np.float32), 5, 0.5) == []


def test_ids_that_are_left_out(filled):
    assert ids(filled.search([[1.0, 0, 0]], 2, without=["a"])[0]) == ["d", "b"]
    assert ids(filled.search([[1.0, 0, 0]], 9, {"year": 2021}, without=["a", "d", "unknown"])[0]) == ["b"]
    assert filled.search([[1.0, 0, 0]], 9, without=["a", "b", "c", "d"]) == [[]]


def test_ties_with_what_is_left_out(catalogue):
    names = [f"{place:03}" for place in range(100)]
    catalogue.add(names, np.ones((100, 3)))
    assert ids(catalogue.search([[1.0, 1, 1]], 3, without=names[:50])[0]) == names[50:53]


@pytest.mark.parametrize("how", [{"group_by": "year"}, {"diversity": 0.5}, {"group_by": "year", "diversity": 0.5}])
def test_an_empty_catalogue_and_no_queries(catalogue, how):
    assert catalogue.search(np.eye(3), 5, **how) == [[], [], []]
    catalogue.add(["a"], [[1.0, 0, 0]])
    assert catalogue.search([], 5, **how) == []
    assert catalogue.search(np.eye(3), 5, {"year": 1}, **how) == [[], [], []]
    assert [ids(hits) for hits in catalogue.search(np.eye(3), 10**30, **how)] == [["a"], ["a"], ["a"]]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"diversity": 1}, "diversity is 1; give a number of at least 0 and below 1"),
        ({"diversity": -0.1}, "diversity is -0.1"),
        ({"diversity": float("nan")}, "diversity is nan"),
        ({"diversity": "0.5"}, "diversity is '0.5'"),
        ({"diversity": True}, "diversity is True"),
        ({"diversity": None}, "diversity is None"),
        ({"group_by": 3}, "group_by: the key 3 is of type int"),
        ({"group_by": "a\0"}, "NUL"),
        ({"without": "a"}, "ids is one str"),
        ({"without": [3]}, "the id 3 is of type int"),
    ],
)
def test_what_is_refused(filled, how, said):
    with pytest.raises(CatalogueError, match=said):
        filled.search([[1.0, 0, 0]], 1, **how)
