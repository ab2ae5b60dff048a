from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import DataError
from fashionkit.evaluation.ablation.difference import Difference, paired


def outcomes(values):
    return {f"{place}.jpg": float(value) for place, value in enumerate(values)}


def test_it_is_the_difference_of_the_means_within_its_interval():
    random = np.random.default_rng(3)
    ours, theirs = random.random(200) < 0.8, random.random(200) < 0.6
    found = paired([outcomes(ours)], [outcomes(theirs)])
    assert found.value == pytest.approx(ours.mean() - theirs.mean())
    assert found.low < found.value < found.high
    assert found.stands_out
    # The normal interval of a mean of differences, of which the bootstrap is a finer picture.
    half = 1.96 * np.std(ours.astype(float) - theirs) / np.sqrt(200)
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half), abs=0.02)


def test_what_is_hard_for_both_does_not_widen_it():
    base = np.random.default_rng(0).random(400) < 0.5
    better = base.copy()
    better[np.flatnonzero(~base)[:12]] = True
    found = paired([outcomes(better)], [outcomes(base)])
    assert found.value == pytest.approx(0.03)
    assert found.stands_out  # two separate intervals of ±0.05 would lie over each other
    assert found.high - found.low < 0.04


@settings(max_examples=15, deadline=None)
@given(
    values=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=30),
    shift=st.floats(-0.5, 0.5),
)
def test_its_contract(values, shift):
    ours, theirs = (outcomes(column) for column in zip(*values, strict=True))
    found, turned = paired([ours], [theirs]), paired([theirs], [ours])
    assert turned.value == pytest.approx(-found.value)
    assert found.low - 1e-9 <= found.high
    same = paired([{photo: value + shift for photo, value in ours.items()}], [ours])
    assert (same.low, same.high) == pytest.approx((shift, shift))


def test_seeds_that_lie_apart_widen_it():
    flat = outcomes([0.5] * 100)
    lucky, unlucky = outcomes([0.7] * 100), outcomes([0.4] * 100)
    found = paired([lucky, unlucky], [flat])
    assert found.value == pytest.approx(0.05)
    assert (found.low, found.high) == pytest.approx((-0.1, 0.2))
    assert not found.stands_out


def test_one_photo_has_no_interval():
    assert paired([outcomes([1])], [outcomes([0])]) == Difference(1.0)
    assert not Difference(1.0).stands_out


def test_other_photos_are_refused():
    with pytest.raises(DataError, match="different photos"):
        paired([outcomes([1, 0])], [outcomes([1, 0, 1])])
