from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fashionkit.models.difference import describe_difference

pytestmark = pytest.mark.light

SHAPES = st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.integers(0, 3), max_size=2).map(tuple))


@pytest.mark.parametrize(
    ("expected", "found", "said"),
    [
        ({}, {}, ""),
        ({"a": (1,)}, {}, "1 missing (a)"),
        ({}, {"a": ()}, "1 left over (a)"),
        ({"a": ()}, {"a": (2, 3)}, "1 of another shape (a: 2×3 instead of a single number)"),
        (dict.fromkeys("abcde", (1,)), {}, "5 missing (a, b, c, and 2 more)"),
    ],
)
def test_a_difference_is_said_on_a_line(expected, found, said):
    assert describe_difference(expected, found) == said


@given(SHAPES, SHAPES)
def test_nothing_is_said_of_equals_and_something_of_all_others(expected, found):
    assert (describe_difference(expected, found) == "") == (expected == found)
    assert describe_difference(expected, expected) == ""
