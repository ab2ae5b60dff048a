"""Scores depend on two vectors alone: not on where they lie, nor on what else is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.catalogue.index.scored import scored, scored_together

pytestmark = pytest.mark.light


@given(st.integers(1, 70), st.integers(1, 40), st.integers(0, 2**16))
def test_the_same_vector_has_the_same_score_everywhere(dimension, count, seed):
    draw = np.random.default_rng(seed)
    query, vector = (each / np.linalg.norm(each) for each in draw.standard_normal((2, dimension)).astype(np.float32))
    rows = np.tile(vector, (count, 1))
    expected = np.float32(np.clip(float(np.dot(query.astype(np.longdouble), vector.astype(np.longdouble))), -1, 1))
    alone = scored(query, np.arange(1), rows[:1], 1).scores[0]
    assert abs(alone - expected) <= np.spacing(np.abs(expected))
    among = scored(query, np.arange(count), rows, count).scores
    both = scored_together(np.stack([query, -query]), np.tile(np.arange(count), (2, 1)), np.stack([rows, rows]), count)
    assert {*among.tolist(), *both[0].scores.tolist(), *(-both[1].scores).tolist()} == {float(alone)}
