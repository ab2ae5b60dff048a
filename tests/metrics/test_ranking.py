from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import (
    average_precision,
    mean_average_precision,
    ndcg_exponential_at_k,
    ndcg_linear_at_k,
    recall_at_k,
    roc_auc,
)

pytestmark = pytest.mark.light
NAN = float("nan")
# Few distinct values, so that ties are the rule; negative ones too.
tied_scores = st.sampled_from([-3.0, -2.0, -1.0, -0.5, 0.0, 2.0])
flagged = st.lists(st.tuples(tied_scores, st.booleans()), min_size=1, max_size=20)
with_positive = flagged.filter(lambda rows: any(flag for _, flag in rows))
with_both = with_positive.filter(lambda rows: not all(flag for _, flag in rows))
# Short enough for all orders of the items to be tried.
graded = st.lists(st.tuples(tied_scores, st.integers(0, 3)), min_size=1, max_size=5).filter(
    lambda rows: any(grade for _, grade in rows)
)


def naive_average_precision(scores, relevant):
    """Every relevant item counts with the precision among all that score at least as high."""
    precisions = []
    for score, flag in zip(scores, relevant, strict=True):
        if flag:
            at_least = [f for s, f in zip(scores, relevant, strict=True) if s >= score]
            precisions.append(sum(at_least) / len(at_least))
    return sum(precisions) / len(precisions)


def mean_over_orders(rows, value):
    """What a ranking is worth on average, over all orders that are sorted by score."""
    orders = [o for o in itertools.permutations(rows) if all(a[0] >= b[0] for a, b in itertools.pairwise(o))]
    return sum(value([grade for _, grade in order]) for order in orders) / len(orders)


def dcg(gains, k):
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains[:k]))


@given(with_positive)
def test_average_precision_is_the_naive_one(rows):
    scores, relevant = zip(*rows, strict=True)
    assert average_precision(scores, relevant) == pytest.approx(naive_average_precision(scores, relevant))


@settings(max_examples=40, deadline=None)
@given(with_positive)
def test_average_precision_is_that_of_scikit_learn(rows):
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, relevant = zip(*rows, strict=True)
    reference = sklearn.average_precision_score(relevant, scores)
    assert average_precision(scores, relevant) == pytest.approx(reference)


@given(st.integers(0, 10**6), st.integers(1, 8), st.integers(1, 4))
def test_mean_average_precision_is_the_mean_over_known_rows_and_columns_with_positives(seed, n_rows, n_columns):
    random = np.random.default_rng(seed)
    scores = random.integers(-3, 3, size=(n_rows, n_columns))
    relevant = random.choice([0.0, 1.0, NAN], size=(n_rows, n_columns))
    relevant[0, 0] = 1
    columns = []
    for column, flags in zip(scores.T, relevant.T, strict=True):
        known = [(s, f) for s, f in zip(column, flags, strict=True) if not math.isnan(f)]
        if any(f for _, f in known):
            columns.append(naive_average_precision(*zip(*known, strict=True)))
    assert mean_average_precision(scores, relevant) == pytest.approx(np.mean(columns))


@given(with_both)
def test_roc_auc_is_the_share_of_pairs_won(rows):
    positives, negatives = ([score for score, flag in rows if flag is wanted] for wanted in (True, False))
    wins = [(p > n) + (p == n) / 2 for p in positives for n in negatives]
    scores, flags = zip(*rows, strict=True)
    assert roc_auc(scores, flags) == pytest.approx(np.mean(wins))


@settings(max_examples=40, deadline=None)
@given(with_both)
def test_roc_auc_is_that_of_scikit_learn(rows):
    sklearn = pytest.importorskip("sklearn.metrics")
    scores, flags = zip(*rows, strict=True)
    assert roc_auc(scores, flags) == pytest.approx(sklearn.roc_auc_score(flags, scores))


@given(graded, st.integers(1, 6))
def test_recall_is_the_mean_over_all_orders_of_ties(rows, k):
    def recall(grades):
        return sum(g > 0 for g in grades[:k]) / sum(g > 0 for g in grades)

    scores, grades = zip(*rows, strict=True)
    value = recall_at_k([scores], [[g > 0 for g in grades]], k)
    assert value == pytest.approx(mean_over_orders(rows, recall))


@pytest.mark.parametrize(
    ("metric", "gain"), [(ndcg_linear_at_k, lambda g: g), (ndcg_exponential_at_k, lambda g: 2**g - 1)]
)
@given(rows=graded, k=st.integers(1, 6))
def test_ndcg_is_the_mean_over_all_orders_of_ties(metric, gain, rows, k):
    best = dcg(sorted((gain(g) for _, g in rows), reverse=True), k)
    scores, grades = zip(*rows, strict=True)
    reference = mean_over_orders(rows, lambda order: dcg([gain(g) for g in order], k) / best)
    assert metric([scores], [grades], k) == pytest.approx(reference)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 8), st.integers(1, 9))
def test_ndcg_is_that_of_scikit_learn(seed, n_items, k):
    sklearn = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    scores, grades = random.integers(-3, 3, size=(4, n_items)), random.integers(0, 4, size=(4, n_items))
    grades[:, 0] = 1
    assert ndcg_linear_at_k(scores, grades, k) == pytest.approx(sklearn.ndcg_score(grades, scores, k=k))
    exponential = sklearn.ndcg_score(2**grades - 1, scores, k=k)
    assert ndcg_exponential_at_k(scores, grades, k) == pytest.approx(exponential)


def test_both_gains_agree_on_yes_and_no():
    scores, grades = [[-1.0, -2.0, -2.0, -3.0]], [[0, 1, 0, 1]]
    assert ndcg_linear_at_k(scores, grades, 3) == pytest.approx(ndcg_exponential_at_k(scores, grades, 3))


def test_the_mean_over_queries():
    scores, relevant = [[2.0, 1.0], [2.0, 1.0]], [[1, 0], [0, 1]]
    assert recall_at_k(scores, relevant, 1) == 0.5
    assert ndcg_linear_at_k(scores, relevant, 1) == 0.5


@given(with_both)
def test_only_the_order_of_the_scores_is_read(rows):
    scores, flags = zip(*rows, strict=True)
    for metric in (average_precision, roc_auc):
        assert metric([s / 10 - 100 for s in scores], flags) == metric(scores, flags)
        assert metric([math.exp(s) for s in scores], flags) == metric(scores, flags)
    assert recall_at_k([[s - 100 for s in scores]], [flags], 3) == recall_at_k([scores], [flags], 3)


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (lambda: average_precision([0.0, 0.0, 0.0, 0.0], [1, 0, 0, 0]), 0.25),
        (lambda: average_precision([1.0], [1]), 1.0),
        (lambda: average_precision([float("-inf"), -1.0], [0, 1]), 1.0),
        (lambda: mean_average_precision([[-1.0, -1.0]], [[1, NAN]]), 1.0),
        (lambda: roc_auc([0.0, 0.0, 0.0], [1, 0, 0]), 0.5),
        (lambda: roc_auc([-1.0, -2.0], [1, 0]), 1.0),
        (lambda: roc_auc([float("inf"), float("-inf")], [0, 1]), 0.0),
        (lambda: recall_at_k([[-5.0, -6.0]], [[1, 0]], 1), 1.0),
        (lambda: recall_at_k([[0.0] * 4], [[1, 0, 0, 0]], 1), 0.25),
        (lambda: recall_at_k([[0.0] * 4], [[1, 0, 0, 0]], 9), 1.0),
        (lambda: ndcg_linear_at_k([[1.0]], [[1e308]], 1), 1.0),
        (lambda: ndcg_exponential_at_k([[1.0, 0.0]], [[1000, 1000]], 2), 1.0),
    ],
)
def test_corner_cases(call, value):
    result = call()
    assert type(result) is float
    assert result == pytest.approx(value)


@pytest.mark.parametrize("metric", [average_precision, roc_auc])
@pytest.mark.parametrize(
    ("scores", "relevant", "message"),
    [
        ([], [], "empty"),
        ([0.0, NAN], [0, 1], "scores hold NaN in 1 of 2"),
        ([0.0, 1.0], [1], r"scores have shape \(2,\), (relevant|positive) \(1,\)"),
        ([0.0, 1.0], [0, 2], "hold 2"),
        ([0.0, 1.0], [0, NAN], "hold nan"),
        ([0.0, 1.0], [0, 0], "at least one"),
        ([[0.0]], [[1]], "one number per row"),
    ],
)
def test_what_does_not_fit_one_list_is_refused(metric, scores, relevant, message):
    with pytest.raises(DataError, match=message):
        metric(scores, relevant)


def test_roc_auc_of_positives_only_is_refused():
    with pytest.raises(DataError, match="2 positives and 0 negatives"):
        roc_auc([0.0, 1.0], [1, 1])


AT_K = [recall_at_k, ndcg_linear_at_k, ndcg_exponential_at_k]


@pytest.mark.parametrize("metric", [*AT_K, mean_average_precision])
@pytest.mark.parametrize(
    ("scores", "relevant", "message"),
    [
        (np.zeros((0, 2)), np.zeros((0, 2)), "empty"),
        ([[0.0, NAN]], [[0, 1]], "scores hold NaN"),
        ([[0.0, 1.0]], [[1]], r"scores have shape \(1, 2\), (relevant|relevance) \(1, 1\)"),
        ([[0.0, 1.0]], [[0, -1]], "-1"),
        ([[0.0, 1.0]], [[0, float("inf")]], "inf"),
        ([[0.0, 1.0]], [[0, 0]], "relevant"),
        ([0.0], [1], "rows x columns"),
    ],
)
def test_what_does_not_fit_a_table_is_refused(metric, scores, relevant, message):
    arguments = [scores, relevant, 1] if metric in AT_K else [scores, relevant]
    with pytest.raises(DataError, match=message):
        metric(*arguments)


@pytest.mark.parametrize("metric", AT_K)
def test_a_query_with_nothing_relevant_is_named(metric):
    with pytest.raises(DataError, match="1 of 2 queries have nothing relevant, the first is row 1"):
        metric([[0.0, 1.0], [0.0, 1.0]], [[0, 1], [0, 0]], 1)


@pytest.mark.parametrize("metric", AT_K)
def test_k_out_of_range_is_refused(metric):
    with pytest.raises(ConfigError, match="k is 0"):
        metric([[0.0]], [[1]], 0)


def test_all_unknown_is_refused():
    with pytest.raises(DataError, match="unknown"):
        mean_average_precision([[0.0]], [[NAN]])


def test_an_exponential_gain_that_overflows_is_refused():
    with pytest.raises(DataError, match="relevance reaches 1001, whose 2\\^relevance overflows"):
        ndcg_exponential_at_k([[0.0]], [[1001]], 1)
