from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import accuracy, macro_f1, precision_recall_f1, top_k_accuracy

pytestmark = pytest.mark.light
pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30)
# Few distinct values, so that ties are the rule; negative ones too.
tied_scores = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 1.0])


@st.composite
def scored_rows(draw):
    n_classes = draw(st.integers(1, 5))
    rows = draw(st.lists(st.lists(tied_scores, min_size=n_classes, max_size=n_classes), min_size=1, max_size=6))
    expected = draw(st.lists(st.integers(0, n_classes - 1), min_size=len(rows), max_size=len(rows)))
    return rows, expected, draw(st.integers(1, n_classes + 1))


def naive_class(pairs, c):
    hits = sum(p == e == c for p, e in pairs)
    given, support = sum(p == c for p, _ in pairs), sum(e == c for _, e in pairs)
    precision, recall = hits / given if given else 0.0, hits / support if support else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return precision, recall, f1, support


@given(pairs)
def test_figures_are_the_naive_ones(pairs):
    predicted, expected = zip(*pairs, strict=True)
    result = precision_recall_f1(predicted, expected, n_classes=6)
    rows = [naive_class(pairs, c) for c in range(6)]
    arrays = np.stack([result.precision, result.recall, result.f1, result.support], axis=1)
    np.testing.assert_allclose(arrays, rows)
    counted = [rows[c] for c in sorted(set(predicted) | set(expected))]
    means = np.mean(counted, axis=0)
    np.testing.assert_allclose([result.macro_precision, result.macro_recall, result.macro_f1], means[:3])
    assert result.occurs.tolist() == [c in predicted or c in expected for c in range(6)]
    assert macro_f1(predicted, expected) == pytest.approx(result.macro_f1)
    share = sum(p == e for p, e in pairs) / len(pairs)
    assert accuracy(predicted, expected) == pytest.approx(share)
    assert result.micro_f1 == pytest.approx(share)


@settings(max_examples=40, deadline=None)
@given(pairs)
def test_figures_are_those_of_scikit_learn(pairs):
    sklearn = pytest.importorskip("sklearn.metrics")
    predicted, expected = zip(*pairs, strict=True)
    ours = precision_recall_f1(predicted, expected, n_classes=6)
    each = sklearn.precision_recall_fscore_support(expected, predicted, labels=range(6), zero_division=0)
    for field, reference in zip((ours.precision, ours.recall, ours.f1, ours.support), each, strict=True):
        np.testing.assert_allclose(field, reference)
    macro = sklearn.precision_recall_fscore_support(expected, predicted, average="macro", zero_division=0)
    np.testing.assert_allclose([ours.macro_precision, ours.macro_recall, ours.macro_f1], macro[:3])
    assert ours.micro_f1 == pytest.approx(sklearn.f1_score(expected, predicted, average="micro"))
    assert macro_f1(predicted, expected) == pytest.approx(sklearn.f1_score(expected, predicted, average="macro"))
    assert accuracy(predicted, expected) == pytest.approx(sklearn.accuracy_score(expected, predicted))


def test_macro_f1_with_one_huge_index_asks_for_no_huge_array():
    assert macro_f1([0, 2**40], [0, 2**40]) == 1.0


@pytest.mark.parametrize(("predicted", "expected", "value"), [([1, 1], [1, 1], 1.0), ([1, 1], [0, 0], 0.0)])
def test_a_single_class(predicted, expected, value):
    assert macro_f1(predicted, expected) == value
    assert precision_recall_f1(predicted, expected, n_classes=2).macro_f1 == value


def test_results_are_plain_floats():
    result = precision_recall_f1([0], [0], n_classes=1)
    values = (result.macro_precision, result.macro_recall, result.macro_f1, result.micro_f1)
    values += (accuracy([0], [0]), macro_f1([0], [0]), top_k_accuracy([[1.0]], [0], k=1))
    assert {type(value) for value in values} == {float}


@given(scored_rows())
def test_top_k_is_the_mean_over_all_orders_of_ties(case):
    rows, expected, k = case
    shares = []
    for row, answer in zip(rows, expected, strict=True):
        above, tied = sum(s > row[answer] for s in row), sum(s == row[answer] for s in row)
        # The answer stands with one chance each at the places above, ..., above + tied - 1.
        shares.append(sum(place < k for place in range(above, above + tied)) / tied)
    assert top_k_accuracy(rows, expected, k) == pytest.approx(np.mean(shares))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 6), st.integers(1, 2))
def test_top_k_without_ties_is_that_of_scikit_learn(seed, n_classes, k):
    sklearn = pytest.importorskip("sklearn.metrics")
    random = np.random.default_rng(seed)
    scores, expected = random.normal(size=(9, n_classes)) - 5, random.integers(n_classes, size=9)
    reference = sklearn.top_k_accuracy_score(expected, scores, k=k, labels=range(n_classes))
    assert top_k_accuracy(scores, expected, k) == pytest.approx(reference)


@given(scored_rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_classes_does_not_matter(case, random):
    rows, expected, k = case
    order = list(range(len(rows[0])))
    random.shuffle(order)
    moved = [[row[c] for c in order] for row in rows]
    assert top_k_accuracy(moved, [order.index(e) for e in expected], k) == top_k_accuracy(rows, expected, k)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: accuracy([], []), DataError, "predicted have shape .* empty"),
        (lambda: accuracy([0], [0, 1]), DataError, r"predicted have shape \(1,\), expected \(2,\)"),
        (lambda: accuracy([0], [-1]), DataError, "expected hold -1"),
        (lambda: accuracy([0.5], [0]), DataError, "predicted have dtype float64"),
        (lambda: macro_f1([], []), DataError, "empty"),
        (lambda: macro_f1([0, 1], [0]), DataError, r"\(2,\), expected \(1,\)"),
        (lambda: precision_recall_f1([], [], 2), DataError, "empty"),
        (lambda: precision_recall_f1([2], [0], 2), DataError, "predicted hold 2, but there are 2 classes"),
        (lambda: precision_recall_f1([0], [2], 2), DataError, "expected hold 2"),
        (lambda: precision_recall_f1([0], [0], 0), ConfigError, "n_classes is 0"),
        (lambda: precision_recall_f1([0, 0], [0], 2), DataError, r"\(2,\), expected \(1,\)"),
        (lambda: top_k_accuracy([[]], [0], 1), DataError, "empty"),
        (lambda: top_k_accuracy([[0.0, float("nan")]], [0], 1), DataError, "scores hold NaN"),
        (lambda: top_k_accuracy([[0.0, 1.0]], [2], 1), DataError, "expected hold 2, but there are 2 classes"),
        (lambda: top_k_accuracy([[0.0, 1.0]], [0, 1], 1), DataError, r"\(1, 2\), expected \(2,\)"),
        (lambda: top_k_accuracy([0.0, 1.0], [0], 1), DataError, "rows x columns"),
        (lambda: top_k_accuracy([[0.0, 1.0]], [0], 0), ConfigError, "k is 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, message):
    with pytest.raises(error, match=message):
        call()
