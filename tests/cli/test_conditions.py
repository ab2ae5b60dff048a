from __future__ import annotations

import pytest

from fashionkit.cli.conditions import conditions

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], {}),
        (["a=b", "c=d=e"], {"a": "b", "c": "d=e"}),
        (["a=1", "b=1.5", "c=true", "d=null"], {"a": 1, "b": 1.5, "c": True, "d": None}),
        (['a="1"', "b=", "c= x"], {"a": "1", "b": "", "c": " x"}),
        (["a=NaN", "b=Infinity", "c=[[1]]", "d={}", "e=[" * 5000], None),
        (['a=["x", 1, null]', 'b="[1]"', "c=[]"], {"a": ["x", 1, None], "b": "[1]", "c": []}),
        (["a<1", "a>=0.5", "b!=x", "c>y=z"], {"a": {"<": 1, ">=": 0.5}, "b": {"!=": "x"}, "c": {">": "y=z"}}),
        (["not=1", "and>2", '"or"=x'], {'"not"': 1, '"and"': {">": 2}, '""or""': "x"}),
        (["a=1", '{"a": 2}', '{"or": []}'], {"a": 1, "and": [{"a": 2}, {"or": []}]}),
    ],
)
def test_values_are_numbers_where_they_read_like_one(given, expected):
    literal = {key: value for key, _, value in (each.partition("=") for each in given)}
    assert conditions(given) == (literal if expected is None else expected)
