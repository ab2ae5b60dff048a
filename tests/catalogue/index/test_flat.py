from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.catalogue.entries import unit_vectors
from fashionkit.catalogue.index import FlatIndex, flat as index_module
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light

# Few different numbers and few dimensions: many equal vectors and equal scores.
small = st.lists(st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0]), min_size=2, max_size=2).filter(any)


def oracle(query, keys, rows, k):
    """The k best scores and whatever reaches the last of them, by brute force."""
    scores = [np.float32(min(1.0, max(-1.0, float(np.dot(query.astype(float), row.astype(float)))))) for row in rows]
    if not scores:
        return {}
    last = sorted(scores)[-min(k, len(scores))]
    return {int(key): score for key, score in zip(keys, scores, strict=True) if score >= last}


def as_dict(nearest):
    return dict(zip(nearest.keys.tolist(), nearest.scores, strict=True))


@settings(deadline=None)
@given(st.data())
def test_equals_brute_force_after_adding_and_removing(data):
    rows = unit_vectors(data.draw(st.lists(small, min_size=1, max_size=60)), 2)
    keys = np.arange(1, len(rows) + 1) * 3
    index = FlatIndex(2)
    half = len(rows) // 2
    index.add(keys[:half], rows[:half])
    index.add(keys[half:], rows[half:])
    gone = data.draw(st.lists(st.sampled_from([*keys.tolist(), 1, 10_000]), max_size=5))
    index.remove(np.array(gone, np.int64))
    kept = ~np.isin(keys, gone)
    queries = unit_vectors(data.draw(st.lists(small, min_size=1, max_size=4)), 2)
    k = data.draw(st.integers(1, 70))
    among = data.draw(st.none() | st.lists(st.sampled_from(keys.tolist()), max_size=20))
    allowed = kept if among is None else kept & np.isin(keys, among)
    found = index.nearest(queries, k, None if among is None else np.array(among, np.int64))
    assert len(index) == kept.sum()
    assert index.keys.tolist() == keys[kept].tolist()
    for query, nearest in zip(queries, found, strict=True):
        assert as_dict(nearest) == pytest.approx(oracle(query, keys[allowed], rows[allowed], k), abs=1e-7)


@pytest.mark.parametrize("count", [1, 40])
@pytest.mark.parametrize("limit", [2**22, 50])
def test_many_rows_in_many_dimensions(count, limit, monkeypatch):
    monkeypatch.setattr(index_module, "RESULTS_AT_A_TIME", limit)
    random = np.random.default_rng(0)
    rows = unit_vectors(random.standard_normal((3000, 96)), 96)
    rows[1000:1200] = rows[7]
    index = FlatIndex(96)
    index.add(np.arange(3000), rows)
    # Queries beside a row that is there 201 times: more ties than are fetched at first, in either of FAISS's ways.
    queries = unit_vectors(rows[7] + 0.01 * random.standard_normal((count, 96)), 96)
    for query, nearest in zip(queries, index.nearest(queries, 5), strict=True):
        assert sorted(nearest.keys.tolist()) == [7, *range(1000, 1200)]
        assert len(set(nearest.scores.tolist())) == 1
        assert as_dict(nearest) == pytest.approx(oracle(query, range(3000), rows, 5), abs=1e-7)


def test_a_score_does_not_depend_on_what_else_is_there():
    random = np.random.default_rng(1)
    rows = unit_vectors(random.standard_normal((500, 64)), 64)
    queries = unit_vectors(random.standard_normal((50, 64)), 64)
    index = FlatIndex(64)
    index.add(np.arange(500), rows)
    together = index.nearest(queries, 3)
    for query, nearest in zip(queries, together, strict=True):
        for key, score in as_dict(nearest).items():
            alone = FlatIndex(64)
            alone.add(np.array([1]), rows[key : key + 1])
            assert alone.nearest(query[None], 1)[0].scores.tolist() == [float(score)]


def test_an_empty_index_and_no_queries():
    index = FlatIndex(2)
    assert index.last_key == 0
    assert [len(nearest.keys) for nearest in index.nearest(np.eye(2, dtype=np.float32), 3)] == [0, 0]
    assert index.nearest(np.empty((0, 2), np.float32), 3) == []
    index.add(np.array([5]), np.eye(1, 2, dtype=np.float32))
    assert index.last_key == 5
    assert index.nearest(np.empty((0, 2), np.float32), 3) == []
    assert len(index.nearest(np.eye(2, dtype=np.float32), 3, np.array([4]))[0].keys) == 0


def test_importing_the_room_does_not_import_faiss():
    code = "import sys, fashionkit.catalogue; sys.exit('faiss' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["add", "remove", "reserve"]), st.integers(0, 9)), max_size=20))
def test_the_keys_that_were_given_stay_what_they_are(steps):
    index, last, held = FlatIndex(2), 0, []
    for step, count in steps:
        before = index.keys.tolist()
        held.append((index.keys, before))
        if step == "add":
            new = np.arange(last + 1, last + 1 + count)
            last += count
            index.add(new, np.ones((count, 2), np.float32))
            assert index.keys.tolist() == [*before, *new.tolist()]
        elif step == "remove":
            index.remove(np.array(before[:count], np.int64))
            assert index.keys.tolist() == before[count:]
        else:
            index.reserve(count)
            assert index.keys.tolist() == before
        assert len(index) == len(index.keys) == index._flat.ntotal
    assert all(keys.tolist() == then for keys, then in held)


def test_rows_come_into_memory_that_was_reserved():
    index = FlatIndex(64)
    index.add(np.array([1]), np.ones((1, 64), np.float32))
    index.reserve(10_000)
    place = int(index._flat.get_xb())
    for start in range(0, 10_000, 500):
        index.add(np.arange(start, start + 500) + 2, np.ones((500, 64), np.float32))
    assert int(index._flat.get_xb()) == place
    assert len(index) == 10_001


def test_memory_that_is_not_there_is_said():
    index = FlatIndex(64)
    with pytest.raises(CatalogueError, match="free memory"):
        index.reserve(2**50)
    index.add(np.array([1]), np.ones((1, 64), np.float32))
    assert index.nearest(np.ones((1, 64), np.float32) / 8, 1)[0].keys.tolist() == [1]
