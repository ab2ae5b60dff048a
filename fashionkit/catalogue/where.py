"""A filter over metadata, as parameterised SQL: every key and value is bound, none becomes part of the text.

A filter is what JSON can hold: `{key: value, …}`, all of which must hold. A value is

- a scalar, which the stored value must equal: `{"gender": "women"}`;
- a list of scalars, one of which it must equal: `{"gender": ["women", "girls"]}`;
- comparisons, all of which must hold: `{"price": {">=": 10, "<": 50}}`; `<`, `<=`, `>`, `>=` take a number or a text,
  `!=` (equals none of these) and `has` (a stored list has one of these) take a scalar or a list of them.

`{"and": [filter, …]}`, `{"or": [filter, …]}` and `{"not": filter}` combine filters and may stand beside keys. A
metadata key that is called so stands in double quotes: `{'"not"': 5}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from fashionkit.catalogue.entries import checked_key, plain_scalar
from fashionkit.errors import CatalogueError

Scalar: TypeAlias = str | int | float | bool | None

# SQLite takes expressions that are 1,000 deep, and each `AND` of a chain counts; older ones bind 999 values.
MAX_DEPTH = 16
MAX_TESTS = 200
MAX_VALUES = 100_000

# Reading the fields with json_each leaves no JSON path to quote: keys with dots, quotes or brackets are plain values.
_FIELD = "EXISTS (SELECT 1 FROM json_each(items.metadata) AS field WHERE field.key = ? AND {})"
# CASE, because SQLite may look into the text of a field before it looks at its type, and refuses what is no JSON.
_PART = "EXISTS (SELECT 1 FROM json_each(CASE field.type WHEN 'array' THEN field.value ELSE '[]' END) AS part WHERE {})"
# SQLite's own reading of a decimal can differ from Python's in the last bit: both sides are read by the same reader.
_AMONG = {
    "text": "{0}.type = 'text' AND {0}.atom IN (SELECT value FROM json_each(?))",
    "number": "{0}.type IN ('integer', 'real') AND {0}.atom IN (SELECT value FROM json_each(?))",
    "word": "{0}.type IN (SELECT value FROM json_each(?))",
}
_NUMBER = "field.type IN ('integer', 'real') AND field.atom {} json_extract(?, '$')"
_TEXT = "field.type = 'text' AND field.atom {} ?"
_RANGES = ("<", "<=", ">", ">=")
_COMPARISONS = (*_RANGES, "!=", "has")
_WORD = re.compile(r'("*)(and|or|not)\1')
_FORMS = (
    "known form: {key: value}, a value being str, int, float, bool or None, a list of those (any of them), or "
    'comparisons such as {"<": 50}'
)


@dataclass(frozen=True)
class Condition:
    """What has to hold of a row of the table `items`.

    Attributes:
        sql: An expression with `?` for every value; one operand, so that it may stand beside `AND` and `NOT`.
        values: What to bind, in order.

    >>> Condition("(items.key = ?)", (3,)).values
    (3,)
    """

    sql: str
    values: tuple[str | int, ...]


def condition(where: Mapping[str, Any] | None) -> Condition | None:
    """Compiles a filter; the module says what one looks like.

    Numbers compare by value (`1` equals `1.0`) and texts by code points; `True` and `False` equal only themselves,
    `None` only a stored `None`, text only the same text. A stored list equals nothing and has no order; `has` looks
    into it. An item without the key passes no test of it, not even `!=`; `not` lets through all that does not pass.
    An empty list of values or of filters is any of nothing, which never holds, or all of nothing, which always does.

    Returns:
        `None` where there is nothing to filter by (`None` or an empty mapping).

    Raises:
        CatalogueError: Not a mapping, a key that is no `str`, a value of another form, or more than `MAX_TESTS` tests,
            `MAX_VALUES` values or `MAX_DEPTH` filters in each other.

    >>> condition({"year": [2020, 2021]}).values
    ('year', '[2020, 2021]')
    >>> condition({"or": [{"year": {"<": 2000}}, {"not": {"used": True}}]}).values
    ('year', '2000', 'used', '["true"]')
    >>> condition({"price": {"=<": 50}})
    Traceback (most recent call last):
    fashionkit.errors.CatalogueError: where: 'price': '=<' is no comparison; known: <, <=, >, >=, !=, has
    >>> condition({}) is None
    True
    """
    if where is None:
        return None
    compiled = _Reader().filter(where, depth=1)
    return compiled if where else None


def quoted(key: str) -> str:
    """The key as a filter writes it: a word of filters stands in double quotes, any other key is itself.

    >>> quoted("price"), quoted("not")
    ('price', '"not"')
    """
    return f'"{key}"' if _WORD.fullmatch(key) else key


def equals_any(key: str, values: Sequence[Scalar]) -> Condition:
    """The condition that the value of a metadata key equals one of these.

    >>> equals_any("year", [2020]).values
    ('year', '[2020]')
    """
    return _of_field(key, _among("field", values))


class _Reader:
    """Reads one filter, and counts, so that none is larger than what SQLite takes."""

    def __init__(self) -> None:
        self._tests = 0
        self._values = 0

    def filter(self, where: object, depth: int) -> Condition:
        """All that a mapping asks for."""
        if not isinstance(where, Mapping):
            raise CatalogueError(f"where is of type {type(where).__name__}; {_FORMS}")
        if depth > MAX_DEPTH:
            raise CatalogueError(f"where: more than {MAX_DEPTH} filters stand in each other; write it flatter")
        return _joined("AND", [self._entry(checked_key(key, "where"), value, depth) for key, value in where.items()])

    def _entry(self, key: str, value: object, depth: int) -> Condition:
        word = _WORD.fullmatch(key)
        if word is not None and not word[1]:
            return self._combined(key, value, depth)
        self._tests += max(1, len(value)) if isinstance(value, Mapping) else 1
        if self._tests > MAX_TESTS:
            raise CatalogueError(f"where: there are more than {MAX_TESTS} tests; give values of one key as one list")
        return self._field(key if word is None else key[1:-1], value)

    def _combined(self, word: str, value: object, depth: int) -> Condition:
        takes = "one filter" if word == "not" else "a list of filters"
        if not isinstance(value, Mapping if word == "not" else (list, tuple)):
            raise CatalogueError(
                f"where: {word!r} is given {value!r:.80}, a {type(value).__name__}; it takes {takes}, and a metadata "
                f"key of that name stands in double quotes: {{'{quoted(word)}': …}}"
            )
        if isinstance(value, Mapping):
            inner = self.filter(value, depth + 1)
            return Condition(f"(NOT {inner.sql})", inner.values)
        filters: list[Condition] = []
        for each in value:
            filters.append(self.filter(each, depth + 1))
            self._tests += 1
            if self._tests > MAX_TESTS:
                raise CatalogueError(f"where: there are more than {MAX_TESTS} tests and filters; write fewer")
        return _joined(word.upper(), filters)

    def _field(self, key: str, value: object) -> Condition:
        if not isinstance(value, Mapping):
            return _of_field(key, _among("field", self._scalars(key, value)))
        if not value:
            raise CatalogueError(f"where: {key!r:.80} is given {{}}, no comparison; known: {', '.join(_COMPARISONS)}")
        tests = [self._comparison(key, sign, wanted) for sign, wanted in value.items()]
        return _of_field(key, _joined("AND", tests))

    def _comparison(self, key: str, sign: object, value: object) -> Condition:
        if sign not in _COMPARISONS:
            known = ", ".join(_COMPARISONS)
            raise CatalogueError(f"where: {key!r:.80}: {sign!r:.80} is no comparison; known: {known}")
        if sign == "has":
            part = _among("part", self._scalars(key, value))
            return Condition(_PART.format(part.sql), part.values)
        if sign == "!=":
            equal = _among("field", self._scalars(key, value))
            return Condition(f"(NOT {equal.sql})", equal.values)
        wanted = plain_scalar(value, f"where: {key!r:.80}: {sign!r}")
        if wanted is None or isinstance(wanted, bool):
            raise CatalogueError(f"where: {key!r:.80}: {sign!r} is given {wanted}; it compares numbers and texts")
        if isinstance(wanted, str):
            return Condition(f"({_TEXT.format(sign)})", (wanted,))
        return Condition(f"({_NUMBER.format(sign)})", (json.dumps(wanted),))

    def _scalars(self, key: str, value: object) -> list[Scalar]:
        if isinstance(value, (Mapping, set, frozenset)):
            raise CatalogueError(f"where: {key!r:.80} is given {value!r:.80}, a {type(value).__name__}; {_FORMS}")
        given = value if isinstance(value, (list, tuple)) else [value]
        self._values += len(given)
        if self._values > MAX_VALUES:
            raise CatalogueError(f"where: {key!r:.80}: there are more than {MAX_VALUES:,} values in all; give fewer")
        return [plain_scalar(each, f"where: {key!r:.80}") for each in given]


def _of_field(key: str, test: Condition) -> Condition:
    return Condition(_FIELD.format(test.sql), (key, *test.values))


def _among(source: str, values: Sequence[Scalar]) -> Condition:
    kinds: dict[str, list[Scalar]] = {kind: [] for kind in _AMONG}
    for value in values:
        if isinstance(value, str):
            kinds["text"].append(value)
        elif value is None or isinstance(value, bool):
            kinds["word"].append(json.dumps(value))
        else:
            kinds["number"].append(value)
    asked = {kind: listed for kind, listed in kinds.items() if listed}
    return _joined(
        "OR",
        [
            Condition(f"({_AMONG[kind].format(source)})", (json.dumps(listed, ensure_ascii=False),))
            for kind, listed in asked.items()
        ],
    )


def _joined(word: str, conditions: Sequence[Condition]) -> Condition:
    if not conditions:
        return Condition("TRUE" if word == "AND" else "FALSE", ())
    sql = f" {word} ".join(each.sql for each in conditions)
    values = tuple(value for each in conditions for value in each.values)
    return Condition(sql if len(conditions) == 1 else f"({sql})", values)
