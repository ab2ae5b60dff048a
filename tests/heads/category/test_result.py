from __future__ import annotations

import numpy as np
import pytest

from fashionkit.errors import ConfigError
from fashionkit.heads.category.result import Category, Guess
from fashionkit.heads.category.spec import CategorySpec

pytestmark = pytest.mark.light


def category(*probabilities):
    labels = tuple("abcdefgh"[: len(probabilities)])
    return Category(labels, np.array(probabilities, np.float32), (None, "tops", *[None] * (len(labels) - 2)))


def test_the_best_is_the_most_probable():
    result = category(0.25, 0.5, 0.25)
    assert result.best == Guess("b", 0.5, "tops")
    assert (result.label, result.probability, result.kind) == ("b", 0.5, "tops")


def test_among_equals_the_first_comes_first():
    assert category(0.25, 0.25, 0.25, 0.25).label == "a"
    assert [guess.label for guess in category(0.125, 0.375, 0.125, 0.375).top(4)] == ["b", "d", "a", "c"]


@pytest.mark.parametrize(("k", "expected"), [(1, "b"), (2, "bc"), (3, "bca"), (99, "bca")])
def test_top_gives_k_or_all(k, expected):
    guesses = category(0.125, 0.5, 0.375).top(k)
    assert "".join(guess.label for guess in guesses) == expected
    assert [guess.probability for guess in guesses] == sorted((guess.probability for guess in guesses), reverse=True)


@pytest.mark.parametrize("k", [0, -1, 1.5, "2", True, None])
def test_top_of_no_number_is_refused(k):
    with pytest.raises(ConfigError, match="above 0"):
        category(0.5, 0.5).top(k)


def test_five_are_written_down():
    plain = category(*[0.125] * 8).to_dict()
    assert plain["label"] == "a"
    assert [guess["label"] for guess in plain["top"]] == list("abcde")


def test_equality_is_of_labels_kinds_and_probabilities():
    assert category(0.5, 0.5) == category(0.5, 0.5)
    assert hash(category(0.5, 0.5)) == hash(category(0.5, 0.5))
    assert category(0.5, 0.5) != category(0.25, 0.75)
    assert category(0.5, 0.5) != Category(("a", "c"), np.array([0.5, 0.5], np.float32), (None, "tops"))
    assert category(0.5, 0.5) != Category(("a", "b"), np.array([0.5, 0.5], np.float32), (None, None))
    assert category(0.5, 0.5) != "a"


def test_what_the_spec_reads_is_read_only():
    (result,) = CategorySpec(labels=("a", "b")).read(np.zeros((1, 2), np.float32), {})
    with pytest.raises(ValueError, match="read-only"):
        result.probabilities[0] = 1
