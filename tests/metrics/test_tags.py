from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import DataError
from fashionkit.metrics import attribute_recall_at_k

pytestmark = pytest.mark.light


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_it_is_the_naive_one(seed, k):
    random = np.random.default_rng(seed)
    scores = random.permutation(20).reshape(4, 5)
    present = random.random((4, 5)) < 0.5
    present[0, 0] = True
    found = sum(present[row, at] for row in range(4) for at in np.argsort(-scores[row])[:k])
    assert attribute_recall_at_k(scores, present, k) == pytest.approx(found / present.sum())


def test_equal_scores_get_what_chance_gets():
    assert attribute_recall_at_k(np.zeros((3, 4)), np.eye(3, 4), k=1) == pytest.approx(0.25)


def test_photos_without_attributes_weigh_nothing():
    assert attribute_recall_at_k([[1, 0], [1, 0]], [[1, 0], [0, 0]], k=1) == 1.0
    with pytest.raises(DataError, match="none of 2 photos"):
        attribute_recall_at_k([[1, 0], [1, 0]], [[0, 0], [0, 0]], k=1)
