from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import (
    hit_rate_at_k,
    hits_of,
    mean_average_precision_at_r,
    mean_reciprocal_rank,
    ranked_recall_at_k,
    recall_at_k,
)

pytestmark = pytest.mark.light


@st.composite
def searches(draw):
    """Full rankings of a small catalogue, with what is relevant to each query."""
    catalogue = [f"id-{i}" for i in range(draw(st.integers(1, 6)))]
    n_queries = draw(st.integers(1, 4))
    ranked = [draw(st.permutations(catalogue)) for _ in range(n_queries)]
    relevant = [draw(st.sets(st.sampled_from(catalogue), min_size=1)) for _ in range(n_queries)]
    return catalogue, ranked, relevant, draw(st.integers(1, len(catalogue)))


@given(searches())
def test_figures_are_the_naive_ones(case):
    _, ranked, relevant, k = case
    found = [[i for i in row[:k] if i in wanted] for row, wanted in zip(ranked, relevant, strict=True)]
    hits = hits_of(ranked, relevant)
    assert hit_rate_at_k(hits, k) == pytest.approx(np.mean([bool(row) for row in found]))
    recalls = [len(row) / len(wanted) for row, wanted in zip(found, relevant, strict=True)]
    assert ranked_recall_at_k(hits, [len(wanted) for wanted in relevant], k) == pytest.approx(np.mean(recalls))


@given(searches())
def test_recall_of_lists_is_the_recall_of_scores(case):
    catalogue, ranked, relevant, k = case
    scores = [[-row.index(i) for i in catalogue] for row in ranked]
    flags = [[i in wanted for i in catalogue] for wanted in relevant]
    of_lists = ranked_recall_at_k(hits_of(ranked, relevant), [len(wanted) for wanted in relevant], k)
    assert of_lists == pytest.approx(recall_at_k(scores, flags, k))


def test_lists_of_different_length_are_filled_up():
    hits = hits_of([[1, 2, 3], [], [4]], [[3], [1], {4: "a dict is a collection too"}])
    assert hits.dtype == np.bool_
    assert hits.tolist() == [[False, False, True], [False, False, False], [True, False, False]]


def test_ids_may_be_unicode_and_are_compared_as_they_are():
    assert hits_of([["着物", "é", "e\u0301"]], [{"é", "着物"}]).tolist() == [[True, True, False]]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: hits_of([], []), DataError, "0 ranked lists hold no id"),
        (lambda: hits_of([[]], [[1]]), DataError, "1 ranked lists hold no id"),
        (lambda: hits_of([[1]], []), DataError, "1 ranked lists, but 0 lists"),
        (lambda: hits_of([[1], [2, 2]], [[1], [2]]), DataError, "query 1 names an id twice"),
        (lambda: hit_rate_at_k([[0, 1]], 3), DataError, "list 2 ranks, k is 3; search deeper"),
        (lambda: hit_rate_at_k([[0, 1]], 0), ConfigError, "k is 0"),
        (lambda: hit_rate_at_k([], 1), DataError, "rows x columns"),
        (lambda: hit_rate_at_k([[0, 2]], 1), DataError, "hits hold 2"),
        (lambda: hit_rate_at_k([[0, float("nan")]], 1), DataError, "hits hold nan"),
        (lambda: ranked_recall_at_k([[1, 0]], [1, 1], 1), DataError, r"n_relevant have shape \(2,\)"),
        (lambda: ranked_recall_at_k([[1, 0]], [1.0], 1), DataError, "dtype float64"),
        (lambda: ranked_recall_at_k([[0, 0]], [0], 1), DataError, "query 0 has 0 hits of 0 relevant"),
        (lambda: ranked_recall_at_k([[1, 1]], [1], 2), DataError, "query 0 has 2 hits of 1 relevant"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()


@given(searches())
def test_reciprocal_ranks_are_the_naive_ones(case):
    _, ranked, relevant, _ = case
    firsts = [
        next(1 / rank for rank, i in enumerate(row, 1) if i in wanted)
        for row, wanted in zip(ranked, relevant, strict=True)
    ]
    assert mean_reciprocal_rank(hits_of(ranked, relevant)) == pytest.approx(np.mean(firsts))


@given(searches())
def test_average_precision_at_r_is_the_naive_one(case):
    _, ranked, relevant, _ = case
    naive = []
    for row, wanted in zip(ranked, relevant, strict=True):
        r = len(wanted)
        found = [item in wanted for item in row[:r]]
        naive.append(sum(sum(found[: at + 1]) / (at + 1) for at, hit in enumerate(found) if hit) / r)
    hits = hits_of(ranked, relevant)
    assert mean_average_precision_at_r(hits, [len(wanted) for wanted in relevant]) == pytest.approx(np.mean(naive))


def test_lists_that_end_before_the_last_relevant_item_are_refused():
    with pytest.raises(DataError, match="search deeper"):
        mean_average_precision_at_r([[1, 0]], n_relevant=[3])
    with pytest.raises(DataError, match="hits of"):
        mean_average_precision_at_r([[1, 1]], n_relevant=[1])
