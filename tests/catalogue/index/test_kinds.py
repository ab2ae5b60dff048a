"""Every kind of index keeps the contract, and `check_index` notices one that does not."""

from __future__ import annotations

import numpy as np
import pytest
from rows_in_memory import ArrayRows, clustered

from fashionkit.catalogue.index import FlatIndex, IndexSettings, Nearest
from fashionkit.catalogue.index.approximate import ApproximateIndex
from fashionkit.catalogue.index.build import AbandonedError, build
from fashionkit.catalogue.index.check import check_index
from fashionkit.catalogue.index.layered import LayeredIndex
from fashionkit.catalogue.index.plan import FEWEST_ROWS, Plan, cells_for, plan
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light
KINDS = [
    ("hnsw", "float32"),
    ("hnsw", "float16"),
    ("hnsw", "int8"),
    ("ivf", "float32"),
    ("ivf", "float16"),
    ("ivf", "int8"),
    ("flat", "float16"),
    ("flat", "int8"),
]


def flat(keys, vectors):
    index = FlatIndex(vectors.shape[1])
    index.add(keys, vectors)
    return index


def layered(planned, recall=0.95):
    def made(keys, vectors):
        known = {int(key): vector for key, vector in zip(keys, vectors, strict=True)}
        trained = build(planned, ArrayRows(keys, vectors), recall)
        assert trained.recall >= recall
        base = ApproximateIndex(trained, lambda wanted: np.stack([known[key] for key in wanted]))
        return LayeredIndex(base, vectors.shape[1])

    return made


def test_the_exact_index_keeps_the_contract():
    check_index(flat)


@pytest.mark.parametrize(("kind", "storage"), KINDS)
def test_every_kind_keeps_the_contract(kind, storage):
    planned = plan(IndexSettings(kind, storage=storage), 1_500, 24)
    assert planned.kind == kind
    # Of the queries here, not of those it was tuned on.
    check_index(layered(planned), recall=0.9)


def test_product_quantisation_keeps_the_contract():
    # Fewer rows than one would use it for; the vectors are read where it says where to look.
    check_index(layered(Plan("ivf-pq", "IVF20,PQ6x4", 1_500, 0), recall=0.9), recall=0.85)


class Forgetful(FlatIndex):
    def nearest(self, queries, k, among=None):
        return [Nearest(each.keys[:-1], each.scores[:-1]) for each in super().nearest(queries, k, among)]


class Deaf(FlatIndex):
    def nearest(self, queries, k, among=None):
        return super().nearest(queries, k)


class Flattering(FlatIndex):
    def nearest(self, queries, k, among=None):
        return [Nearest(each.keys, each.scores + 0.01) for each in super().nearest(queries, k, among)]


class Clinging(FlatIndex):
    def remove(self, keys):
        pass


class Lazy(FlatIndex):
    def nearest(self, queries, k, among=None):
        rows = self.keys if among is None else np.intersect1d(self.keys, among)
        return super().nearest(queries, k, rows[len(rows) // 2 :] if k < len(rows) // 4 else among)


@pytest.mark.parametrize("broken", [Forgetful, Deaf, Flattering, Clinging, Lazy])
def test_what_breaks_the_contract_is_noticed(broken):
    def made(keys, vectors):
        index = broken(vectors.shape[1])
        index.add(keys, vectors)
        return index

    with pytest.raises(CatalogueError, match="the index "):
        check_index(made)
    with pytest.raises(CatalogueError, match="the index "):
        check_index(made, recall=0.9)


def test_an_index_that_cannot_reach_the_recall_is_not_built():
    keys, vectors = np.arange(1, 2_001), clustered(2_000)
    planned = Plan("ivf-pq", "IVF4,PQ1x4", 2_000, 0)
    assert build(planned, ArrayRows(keys, vectors), 1.0) is None
    assert build(planned, ArrayRows(keys, vectors), 0.01).recall >= 0.01


def test_more_recall_looks_further():
    rows = ArrayRows(np.arange(1, 3_001), clustered(3_000, 48))
    planned = plan(IndexSettings("ivf"), 3_000, 48)
    some, most = (build(planned, rows, recall) for recall in (0.5, 0.99))
    assert some.effort < most.effort
    assert 0.5 <= some.recall < most.recall
    assert most.recall >= 0.99


def test_a_build_ends_when_it_is_told_to():
    rows = ArrayRows(np.arange(1, 2_001), clustered(2_000))
    with pytest.raises(AbandonedError):
        build(plan(IndexSettings("hnsw"), 2_000, 24), rows, 0.9, lambda: True)


@pytest.mark.parametrize(
    ("given", "rows", "free", "kind"),
    [
        (IndexSettings(), 49_999, None, "flat"),
        (IndexSettings(), 50_000, None, "hnsw"),
        (IndexSettings(recall=1), 10**7, None, "flat"),
        (IndexSettings(), 10**6, 10**9, "ivf-pq"),
        (IndexSettings(), 10**6, 10**10, "hnsw"),
        (IndexSettings("ivf"), 10**6, 1, "ivf"),
        (IndexSettings("hnsw"), FEWEST_ROWS - 1, None, "flat"),
        (IndexSettings("ivf-pq"), 10_000, None, "flat"),
        (IndexSettings(exact_below=2_000), 2_000, None, "hnsw"),
    ],
)
def test_what_the_settings_become(given, rows, free, kind):
    assert plan(given, rows, 256, free).kind == kind


def test_less_storage_takes_less_memory():
    sizes = [plan(IndexSettings("hnsw", storage=each), 10**6, 256).memory for each in ("float32", "float16", "int8")]
    assert sizes == sorted(sizes, reverse=True)
    assert plan(IndexSettings("ivf-pq"), 10**6, 256).memory < sizes[-1]
    # The vectors, and little more.
    assert 1 < plan(IndexSettings("flat"), 10**6, 256).memory / (10**6 * 256 * 4) < 1.02


@pytest.mark.parametrize("rows", [1, 40, 1_000, 123_456])
def test_a_cell_has_rows_enough_to_be_trained(rows):
    assert 1 <= cells_for(rows) <= max(1, rows / 40)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "tree"}, "no kind of index 'tree'"),
        ({"kind": 3}, "type int"),
        ({"storage": "float8"}, "no storage 'float8'"),
        ({"recall": 0}, "recall is 0"),
        ({"recall": float("nan")}, "recall is nan"),
        ({"recall": True}, "recall is True"),
        ({"exact_below": -1}, "exact_below is -1"),
    ],
)
def test_unfit_settings_are_refused(given, said):
    with pytest.raises(CatalogueError, match=said):
        IndexSettings(**given)
    with pytest.raises(CatalogueError):
        IndexSettings.of(given)
