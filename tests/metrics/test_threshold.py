from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import DataError
from fashionkit.metrics import best_f1_threshold

pytestmark = pytest.mark.light
reference = pytest.importorskip("sklearn.metrics", reason="the reference is scikit-learn's")
rows = st.lists(
    st.tuples(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.25, 0.5, 1.0])), st.booleans()),
    min_size=1,
    max_size=25,
).filter(lambda given: any(there for _, there in given))


@settings(max_examples=40, deadline=None)
@given(rows)
def test_no_threshold_has_a_better_f1_and_none_above_an_equal_one(given_rows):
    sure, there = map(np.array, zip(*given_rows, strict=True))
    threshold = best_f1_threshold(sure, there)
    reached = {each: reference.f1_score(there, sure >= each) for each in sure}
    best = max(reached.values())
    assert reference.f1_score(there, sure >= threshold) == pytest.approx(best)
    assert (sure >= threshold).sum() == min((sure >= each).sum() for each, f1 in reached.items() if f1 > best - 1e-12)


def test_it_lies_halfway_to_the_next_below():
    assert best_f1_threshold([0.2, 0.8, 0.6], [0, 1, 1]) == pytest.approx(0.4)
    assert best_f1_threshold([0.5, 0.5], [1, 1]) == 0.25
    assert best_f1_threshold([0.0, 0.0], [1, 0]) == 0.0


@pytest.mark.parametrize(
    ("sure", "there", "said"),
    [
        ([0.5], [0], "none of 1 is present"),
        ([1.5], [1], "from 0 to 1"),
        ([], [], "empty"),
        ([0.5, 0.5], [1], "one for one"),
        ([np.nan], [1], "NaN"),
    ],
)
def test_what_has_no_threshold_is_refused(sure, there, said):
    with pytest.raises(DataError, match=said):
        best_f1_threshold(sure, there)
