from __future__ import annotations

import json
import math
import operator
import sqlite3

import pytest
from hypothesis import example, given, settings, strategies as st

from fashionkit.catalogue.where import MAX_DEPTH, MAX_TESTS, MAX_VALUES, condition, quoted
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
words = st.sampled_from(["and", "or", "not", '"not"'])
metadata = st.dictionaries(keys | words, scalars | st.lists(scalars, max_size=2), max_size=4)


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


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(stored: object, wanted: object) -> bool:
    """The naive rule: numbers equal numbers by value; everything else equals its own kind."""
    return stored == wanted and ((is_number(stored) and is_number(wanted)) or type(stored) is type(wanted))


def equals_any(stored: object, wanted: object) -> bool:
    return any(equal(stored, each) for each in (wanted if isinstance(wanted, list) else [wanted]))


def compares(stored: object, sign: str, wanted: object) -> bool:
    if sign == "!=":
        return not equals_any(stored, wanted)
    if sign == "has":
        return isinstance(stored, list) and any(equals_any(each, wanted) for each in stored)
    if not (is_number(stored) and is_number(wanted)) and not (isinstance(stored, str) and isinstance(wanted, str)):
        return False
    return {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[sign](stored, wanted)


def passes_naively(row: dict, where: dict) -> bool:
    """The whole grammar, read without SQL."""
    for key, value in where.items():
        if key == "and":
            passed = all(passes_naively(row, each) for each in value)
        elif key == "or":
            passed = any(passes_naively(row, each) for each in value)
        elif key == "not":
            passed = not passes_naively(row, value)
        else:
            name = {'"and"': "and", '"or"': "or", '"not"': "not", '""not""': '"not"'}.get(key, key)
            if isinstance(value, dict):
                passed = name in row and all(compares(row[name], sign, each) for sign, each in value.items())
            else:
                passed = name in row and equals_any(row[name], value)
        if not passed:
            return False
    return True


some = scalars | st.lists(scalars, max_size=3)
ordered = scalars.filter(lambda value: value is not None and not isinstance(value, bool))
comparisons = st.dictionaries(st.sampled_from(["<", "<=", ">", ">="]), ordered, max_size=2).flatmap(
    lambda ranges: st.dictionaries(st.sampled_from(["!=", "has"]), some, min_size=not ranges, max_size=2).map(
        lambda others: {**ranges, **others}
    )
)
named = keys.map(quoted) | st.sampled_from(['"and"', '"or"', '"not"', '""not""'])
fields = st.dictionaries(named, some | comparisons, max_size=2)
filters = st.recursive(
    fields,
    lambda inner: (
        st.fixed_dictionaries({}, optional={word: st.lists(inner, max_size=3) for word in ("and", "or")})
        | st.fixed_dictionaries({"not": inner})
        | st.tuples(fields, inner).map(lambda both: {**both[0], **both[1]})
    ),
    max_leaves=5,
)


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
        ({"a": "x"}, {"a": ["x", 1, None]}, True),
        ({"a": 1.0}, {"a": ["x", 1, None]}, True),
        ({"a": None}, {"a": ("x", 1, None)}, True),
        ({"a": True}, {"a": ["x", 1, None]}, False),
        ({"a": "x"}, {"a": []}, False),
        ({}, {"a": [None]}, False),
        ({"a": 10}, {"a": {">=": 10, "<": 50}}, True),
        ({"a": 50.0}, {"a": {">=": 10, "<": 50}}, False),
        ({"a": "50"}, {"a": {">=": 10}}, False),
        ({"a": True}, {"a": {">": 0}}, False),
        ({"a": None}, {"a": {"<": 1}}, False),
        ({"a": [5]}, {"a": {"<": 9}}, False),
        ({}, {"a": {"<": 1}}, False),
        ({"a": 2**63 - 1}, {"a": {"<": 2.0**63}}, True),
        ({"a": 2**53 + 1}, {"a": {">": 2.0**53}}, True),
        ({"a": "2026-11-21"}, {"a": {">=": "2026-11", "<": "2026-12"}}, True),
        ({"a": "Z"}, {"a": {"<": "a"}}, True),
        ({"a": "\uffff"}, {"a": {"<": "\U0001f457"}}, True),
        ({"a": "x"}, {"a": {"!=": "y"}}, True),
        ({"a": "x"}, {"a": {"!=": ["y", "x"]}}, False),
        ({"a": 1}, {"a": {"!=": True}}, True),
        ({"a": ["x"]}, {"a": {"!=": "x"}}, True),
        ({}, {"a": {"!=": "x"}}, False),
        ({"a": ["x", 2.0]}, {"a": {"has": 2}}, True),
        ({"a": ["x", 2]}, {"a": {"has": ["y", "x"]}}, True),
        ({"a": [True, None]}, {"a": {"has": 1}}, False),
        ({"a": "x"}, {"a": {"has": "x"}}, False),
        ({"a": '["x"]'}, {"a": {"has": "x"}}, False),
        ({"a": 1, "b": 2}, {"or": [{"a": 2}, {"b": 2}]}, True),
        ({"a": 1, "b": 2}, {"a": 2, "or": [{"a": 1}, {"b": 2}]}, False),
        ({"a": 1, "b": 2}, {"and": [{"a": 1}, {"b": 3}]}, False),
        ({"a": 1}, {"or": []}, False),
        ({"a": 1}, {"and": [], "a": 1}, True),
        ({"a": 1}, {"not": {"a": 1, "b": 2}}, True),
        ({}, {"not": {"a": 1}}, True),
        ({}, {"not": {}}, False),
        ({"not": 5}, {'"not"': 5}, True),
        ({"and": 5}, {'"and"': {">": 4}}, True),
        ({'"or"': 5}, {'"or"': 5}, False),
        ({'"or"': 5}, {'""or""': 5}, True),
        ({'"a"': 5}, {'"a"': 5}, True),
        ({"AND": 5, "<": 6}, {"AND": 5, "<": 6}, True),
    ],
)
def test_what_passes(row, where, passes):
    assert passing([row], where) == ([0] if passes else [])


@settings(max_examples=300)
@given(st.lists(metadata, max_size=6), filters.filter(bool))
@example([{"a": 1.5e300}, {"a": -0.0}], {"a": 0})
@example([{"a": -0.0}, {"a": 5e-324}], {"a": {">": 0}})
def test_equals_a_naive_filter(rows, where):
    assert passing(rows, where) == [place for place, row in enumerate(rows) if passes_naively(row, where)]


@given(st.lists(metadata, min_size=1, max_size=6), st.data())
def test_equals_a_naive_filter_where_something_passes(rows, data):
    row = data.draw(st.sampled_from(rows))
    shapes = st.sampled_from(["equal", "list", "range", "has"])
    where: dict = {}
    for key, value in row.items():
        shape = data.draw(shapes)
        if isinstance(value, list):
            where[quoted(key)] = {"has": value} if value else {"!=": []}
        elif shape == "range" and value is not None and not isinstance(value, bool):
            where[quoted(key)] = {"<=": value, ">=": value}
        else:
            where[quoted(key)] = [value, "other"] if shape == "list" else value
    if where:
        found = passing(rows, where)
        assert rows.index(row) in found
        assert found == [place for place, each in enumerate(rows) if passes_naively(each, where)]


def test_a_row_of_neighbouring_numbers_is_split_where_python_splits_it():
    numbers = [0.1]
    for _ in range(200):
        numbers.append(math.nextafter(numbers[-1], 1))
    rows = [{"a": number} for number in numbers]
    assert passing(rows, {"a": {"<": numbers[100]}}) == list(range(100))
    assert passing(rows, {"a": numbers[100]}) == [100]


def nested(depth: int) -> dict:
    return {"a": 1} if depth == 1 else {"not": nested(depth - 1)}


@pytest.mark.parametrize(
    ("largest", "larger", "said"),
    [
        (nested(MAX_DEPTH), nested(MAX_DEPTH + 1), "stand in each other; write it flatter"),
        ({str(n): 1 for n in range(MAX_TESTS)}, {str(n): 1 for n in range(MAX_TESTS + 1)}, "more than 200 tests"),
        ({"or": [{"a": 1}] * (MAX_TESTS // 2)}, {"or": [{"a": 1}] * MAX_TESTS}, "more than 200 tests"),
        ({"a": list(range(MAX_VALUES))}, {"a": list(range(MAX_VALUES - 1)), "b": [1, 2]}, "more than 100,000 values"),
    ],
)
def test_the_largest_filter_runs_and_a_larger_one_is_refused(largest, larger, said):
    passing([{"a": 1}], largest)
    with pytest.raises(CatalogueError, match=said):
        condition(larger)


def test_a_filter_within_itself_is_refused():
    where: dict = {}
    where["and"] = [where]
    with pytest.raises(CatalogueError, match="in each other"):
        condition(where)


@pytest.mark.parametrize("where", [None, {}])
def test_nothing_to_filter_by(where):
    assert condition(where) is None


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"price": {"=<": 50}}, r"'price': '=<' is no comparison; known: <, <=, >, >=, !=, has"),
        ({"price": {1: 50}}, "1 is no comparison"),
        ({"price": {}}, "no comparison; known"),
        ({"price": {"<": None}}, "'<' is given None; it compares numbers and texts"),
        ({"price": {"<": True}}, "'<' is given True; it compares numbers and texts"),
        ({"price": {">": [1, 2]}}, "type list"),
        ({"price": {">": float("inf")}}, "is inf"),
        ({"price": {"!=": {"<": 5}}}, "a dict; known form"),
        ({"price": {">": 2**63}}, "64 bits"),
        ({"tags": {"a"}}, "a set; known form"),
        ({"tags": ["a", ["b"]]}, "type list"),
        ({"tags": ["a", float("nan")]}, "is nan"),
        ({"or": {"a": 1}}, r"'or' is given \{'a': 1\}, a dict; it takes a list of filters, .*'\"or\"'"),
        ({"and": "x"}, "a str; it takes a list of filters"),
        ({"not": [{"a": 1}]}, "a list; it takes one filter"),
        ({"not": 5}, r"stands in double quotes: \{'\"not\"': …\}"),
        ({"or": [1]}, "where is of type int"),
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
