from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import nearest, similarity, standing

pytestmark = pytest.mark.light


@st.composite
def searches(draw):
    """Few distinct vectors, so that ties are the rule."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    gallery = random.integers(-1, 2, (draw(st.integers(1, 20)), 3)).astype(np.float32)
    queries = random.integers(-1, 2, (draw(st.integers(1, 8)), 3)).astype(np.float32)
    own = random.integers(-1, len(gallery), len(queries))
    ids, gallery_ids = random.integers(0, 3, len(queries)), random.integers(0, 3, len(gallery))
    return queries, gallery, own, ids, gallery_ids, draw(st.integers(1, 25))


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(similarity, "QUERIES", 3)
    monkeypatch.setattr(similarity, "GALLERY", 4)


def naive_order(query, gallery, own):
    scores = gallery @ query
    return [place for place in np.argsort(-scores, kind="stable").tolist() if place != own], scores


@settings(deadline=None)
@given(searches())
def test_neighbours_are_those_of_a_full_sort(case):
    queries, gallery, own, _, _, k = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(similarity, "QUERIES", 3)
        patch.setattr(similarity, "GALLERY", 4)
        found = nearest(queries, gallery, k, own)
    for row, query in enumerate(queries):
        order, scores = naive_order(query, gallery, own[row])
        wanted = (order + [-1] * k)[:k]
        assert found.places[row].tolist() == wanted
        assert found.similarities[row].tolist() == [scores[at] if at >= 0 else -np.inf for at in wanted]


@settings(deadline=None)
@given(searches())
def test_standing_is_that_of_a_full_sort(case):
    queries, gallery, own, ids, gallery_ids, k = case
    for row, query in enumerate(queries):
        order, scores = naive_order(query, gallery, own[row])
        relevant = [scores[at] for at in order if gallery_ids[at] == ids[row]]
        one = (queries[row : row + 1], gallery, ids[row : row + 1], gallery_ids, own[row : row + 1])
        if not relevant:
            with pytest.raises(DataError, match="nothing relevant"):
                standing(*one)
            continue
        others = [scores[at] for at in order if gallery_ids[at] != ids[row]]
        ahead, tied = sum(s > max(relevant) for s in others), sum(s == max(relevant) for s in others)
        found = standing(*one)
        assert (found.ahead.tolist(), found.tied.tolist()) == ([ahead], [tied])
        assert found.hit_rate_at_k(k) == pytest.approx(min(1, max(0, (k - ahead) / (tied + 1))))


def test_vectors_that_are_all_one_find_nothing(small_blocks):
    vectors, ids = np.ones((100, 4), np.float32), np.arange(100) // 2
    found = standing(vectors, vectors, ids, ids, own=np.arange(100))
    assert found.hit_rate_at_k(1) == pytest.approx(1 / 99, rel=0.02)
    assert found.reciprocal_ranks.max() == pytest.approx(1 / 50)


def test_memory_is_bounded():
    random = np.random.default_rng(0)
    gallery = random.standard_normal((100_000, 256), dtype=np.float32)
    tracemalloc.start()
    try:
        nearest(gallery[:64], gallery, 100)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A block of 64 queries; with the 1,024 of a full block 16 times as much, and still below 1 GB with the vectors.
    assert most < 30e6
    assert most * 16 + 2 * gallery.nbytes < 1e9


@pytest.mark.parametrize(
    ("queries", "gallery"),
    [
        (np.ones((0, 2)), np.ones((1, 2))),
        (np.ones((1, 2)), np.ones((1, 3))),
        (np.full((1, 2), np.nan), np.ones((1, 2))),
    ],
)
def test_what_does_not_fit_is_refused(queries, gallery):
    with pytest.raises(DataError):
        nearest(queries.astype(np.float32), gallery.astype(np.float32), 1)


def test_k_is_counted():
    with pytest.raises(ConfigError, match="k is 0"):
        nearest(np.ones((1, 2), np.float32), np.ones((1, 2), np.float32), 0)
