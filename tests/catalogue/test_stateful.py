"""Any sequence of operations on a catalogue does what the same would do to a dictionary."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.catalogue import IDS_AT_A_TIME
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light

# Few names and few directions: the same ids come again, and many scores tie.
NAMES = ["a", "b", "B", "é", "衣", "a b", "'; --", "z" * 50]
names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
directions = st.lists(st.sampled_from([-1.0, 0.0, 1.0, 2.0]), min_size=3, max_size=3).filter(any)
facts = st.fixed_dictionaries(
    {},
    optional={
        "colour": st.sampled_from(["red", "blue", None]),
        "price": st.integers(-3, 3) | st.sampled_from([0.5, 2.5]),
        "tags": st.lists(st.sampled_from(["a", "b"]), max_size=2),
    },
)


def unit(vector):
    return np.array(vector) / np.linalg.norm(vector)


def cosine(one, other):
    return float(np.clip(np.float32(np.dot(one.astype("f4").astype(float), other.astype("f4").astype(float))), -1, 1))


class Shop(RuleBasedStateMachine):
    """The catalogue, and what it should hold: by id, a direction and metadata."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.catalogue = Catalogue.open(self.folder, dimension=3, fingerprint="f", create=True)
        self.there = {}

    def teardown(self):
        self.catalogue.close()
        shutil.rmtree(self.folder)

    @rule(ids=names, data=st.data())
    def add(self, ids, data):
        vectors = data.draw(st.lists(directions, min_size=len(ids), max_size=len(ids)))
        known = data.draw(st.none() | st.lists(facts, min_size=len(ids), max_size=len(ids)))
        self.catalogue.add(ids, vectors, known)
        for name, vector, fact in zip(ids, vectors, known or [{}] * len(ids), strict=True):
            self.there[name] = unit(vector), fact

    @rule(ids=names, wrong=st.sampled_from(["nan", "zero", "short", "twice", "unfit"]))
    def add_what_is_unfit(self, ids, wrong):
        vectors = np.ones((len(ids), 3))
        if wrong in ("nan", "zero"):
            vectors[-1] = np.nan if wrong == "nan" else 0
        known = [{}] * len(ids) if wrong != "unfit" else [*[{}] * (len(ids) - 1), {"x": object()}]
        given = [*ids, ids[0]] if wrong == "twice" else ids
        with pytest.raises(CatalogueError):
            self.catalogue.add(
                given, vectors[:, :2] if wrong == "short" else np.resize(vectors, (len(given), 3)), known
            )

    @rule(ids=st.lists(st.sampled_from(NAMES), max_size=4))
    def remove(self, ids):
        assert self.catalogue.remove(ids) == len(self.there.keys() & {*ids})
        for name in ids:
            self.there.pop(name, None)

    @rule(query=directions, k=st.integers(1, 12), data=st.data())
    def search(self, query, k, data):
        asked, holds = data.draw(st.sampled_from(WANTED))
        without = data.draw(st.lists(st.sampled_from(NAMES), max_size=2))
        hits = self.catalogue.search([query], k, asked, without=without)[0]
        left = {name: cosine(unit(query), vector) for name, (vector, fact) in self.there.items() if holds(fact)}
        ranked = sorted((each for each in left if each not in without), key=lambda each: (-left[each], each))
        assert [(hit.id, hit.metadata) for hit in hits] == [(each, self.there[each][1]) for each in ranked[:k]]
        assert [hit.score for hit in hits] == pytest.approx([left[each] for each in ranked[:k]], abs=1e-6)

    @rule(query=directions, k=st.integers(1, 5))
    def search_by_groups(self, query, k):
        hits = self.catalogue.search([query], k, group_by="colour")[0]
        best = {}
        for name, (vector, fact) in self.there.items():
            group = name if fact.get("colour") is None else ("colour", fact["colour"])
            best[group] = min(best.get(group, (2.0, "")), (-cosine(unit(query), vector), name))
        assert [hit.id for hit in hits] == [name for _, name in sorted(best.values())][:k]

    @precondition(lambda self: self.there)
    @rule(data=st.data())
    def ask_for_one(self, data):
        name = data.draw(st.sampled_from(sorted(self.there)))
        vector, fact = self.there[name]
        np.testing.assert_allclose(self.catalogue.vectors([name]), vector[None], atol=1e-6)
        assert self.catalogue.metadata([name]) == [fact]

    @rule()
    def find_duplicates(self):
        groups = self.catalogue.duplicates(0.999)
        seen = {}
        for name, (vector, _) in self.there.items():
            seen.setdefault(tuple(np.round(vector, 4)), []).append(name)
        assert groups == sorted(sorted(each) for each in seen.values() if len(each) > 1)

    @rule()
    def build_the_index(self):
        assert self.catalogue.build_index().rows == len(self.there)

    @rule()
    def compact(self):
        self.catalogue.compact()

    @rule()
    def open_again(self):
        self.catalogue.close()
        self.catalogue = Catalogue.open(self.folder)

    @rule(ids=names)
    def another_writes_too(self, ids):
        with Catalogue.open(self.folder) as other:
            other.remove(ids[:1])
            other.add(ids[1:], np.ones((len(ids) - 1, 3)))
        self.there.pop(ids[0], None)
        self.there.update({name: (unit([1, 1, 1]), {}) for name in ids[1:]})

    @invariant()
    def holds_what_it_should(self):
        assert len(self.catalogue) == len(self.there)
        assert list(self.catalogue.ids()) == sorted(self.there)
        assert self.catalogue.known(NAMES) == {name: fact for name, (_, fact) in self.there.items()}

    @rule()
    def is_whole(self):
        assert self.catalogue.verify().sound


def number(fact, key):
    value = fact.get(key)
    return value if isinstance(value, int | float) else None


WANTED = [
    (None, lambda _: True),
    ({"colour": "red"}, lambda fact: fact.get("colour") == "red"),
    ({"colour": ["red", "blue"]}, lambda fact: fact.get("colour") in ("red", "blue")),
    ({"price": {">=": 0}}, lambda fact: number(fact, "price") is not None and number(fact, "price") >= 0),
    (
        {"or": [{"price": {"<": 0}}, {"colour": "blue"}]},
        lambda fact: (number(fact, "price") is not None and number(fact, "price") < 0) or fact.get("colour") == "blue",
    ),
    ({"not": {"colour": "red"}}, lambda fact: fact.get("colour") != "red"),
    ({"tags": {"has": "a"}}, lambda fact: "a" in fact.get("tags", [])),
]

TestShop = Shop.TestCase
TestShop.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_names_fit_on_one_page():
    assert len(NAMES) < IDS_AT_A_TIME
