from __future__ import annotations

import json
import sqlite3

import pytest
from hypothesis import example, given, strategies as st

from fashionkit.catalogue.where import condition
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
keys = st.sampled_from(["a", "A", 'q"q', "d.o", "$", "a[0]", "é", "\\", "'", "", "\n", "%"]) | texts
scalars = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 1.0, -0.0, 0.1, "1", "true", "null", "", "a' OR 1=1 --"])
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
metadata = st.dictionaries(keys, scalars | st.lists(scalars, max_size=2), max_size=4)


def passing(rows: list[dict], where) -> list[int]:
    """The places of the rows that SQLite lets through."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE items (key INTEGER PRIMARY KEY, metadata TEXT)")
    texts_of_rows = [(place, json.dumps(row, ensure_ascii=False)) for place, row in enumerate(rows)]
    connection.executemany("INSERT INTO items VALUES (?, ?)", texts_of_rows)
    compiled = condition(where)
    sql = f"SELECT key FROM items WHERE {compiled.sql} ORDER BY key"  # noqa: S608
    found = [row[0] for row in connection.execute(sql, compiled.values)]
    connection.close()
    return found


def equal(stored: object, wanted: object) -> bool:
    """The naive rule: numbers equal numbers by value; everything else equals its own kind."""
    numbers = [isinstance(each, (int, float)) and not isinstance(each, bool) for each in (stored, wanted)]
    return stored == wanted and (all(numbers) or type(stored) is type(wanted))


@pytest.mark.parametrize(
    ("row", "where", "passes"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": True}, {"a": 1}, False),
        ({"a": True}, {"a": True}, True),
        ({"a": 0}, {"a": False}, False),
        ({"a": 0}, {"a": None}, False),
        ({"a": None}, {"a": None}, True),
        ({}, {"a": None}, False),
        ({"a": "1"}, {"a": 1}, False),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": "true"}, {"a": True}, False),
        ({"a": "A"}, {"a": "a"}, False),
        ({"a": [1]}, {"a": 1}, False),
        ({"a": 1, "b": 2}, {"a": 1, "b": 2}, True),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, False),
        ({"a": {"b": 1}}, {"a.b": 1}, False),
        ({"a.b": 1}, {"a.b": 1}, True),
        ({'x"y': 1}, {'x"y': 1}, True),
        ({'x\\"y\n': "\t"}, {'x\\"y\n': "\t"}, True),
        ({"ключ": "платье 👗"}, {"ключ": "платье 👗"}, True),
        ({"a": 2**63 - 1}, {"a": 2**63 - 1}, True),
        ({"a": 2**63 - 1}, {"a": 2.0**63}, False),
        ({"a": 0.1 + 0.2}, {"a": 0.1 + 0.2}, True),
        ({"a": "x"}, {"a' OR '1'='1": "x"}, False),
        ({"a": "x"}, {"a": "x' OR '1'='1"}, False),
        ({"a": "?"}, {"a": "?"}, True),
    ],
)
def test_what_passes(row, where, passes):
    assert passing([row], where) == ([0] if passes else [])


@given(st.lists(metadata, max_size=6), st.dictionaries(keys, scalars, min_size=1, max_size=2))
@example([{"a": 1.5e300}, {"a": -0.0}], {"a": 0})
def test_equals_a_naive_filter(rows, where):
    expected = [p for p, row in enumerate(rows) if all(k in row and equal(row[k], v) for k, v in where.items())]
    assert passing(rows, where) == expected


@given(st.lists(metadata, min_size=1, max_size=6), st.data())
def test_equals_a_naive_filter_where_something_passes(rows, data):
    row = data.draw(st.sampled_from(rows))
    where = {key: value for key, value in row.items() if not isinstance(value, list)}
    if where:
        expected = [p for p, each in enumerate(rows) if all(k in each and equal(each[k], v) for k, v in where.items())]
        assert passing(rows, where) == expected


@pytest.mark.parametrize("where", [None, {}])
def test_nothing_to_filter_by(where):
    assert condition(where) is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"price": {"<": 50}}, r"'price' is given \{'<': 50\}, a dict; known form"),
        ({"tags": ["a"]}, "a list; known form"),
        ({"tags": {"a"}}, "a set; known form"),
        ("gender = 'women'", "where is of type str; known form"),
        ([("a", 1)], "where is of type list"),
        ({1: 2}, "the key 1 is of type int"),
        ({"a": float("nan")}, "is nan"),
        ({"a": 2**64}, "64 bits"),
        ({"a": object()}, "type object"),
        ({"a\0b": 1}, "NUL"),
        ({"a": "b\0"}, "NUL"),
        ({"a": "\ud800"}, "not valid Unicode"),
    ],
)
def test_what_is_refused(where, said):
    with pytest.raises(CatalogueError, match=said):
        condition(where)
