"""A filter over metadata, as parameterised SQL: every key and value is bound, none becomes part of the text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fashionkit.catalogue.entries import checked_key, plain_scalar
from fashionkit.errors import CatalogueError

# Reading the fields with json_each leaves no JSON path to quote: keys with dots, quotes or brackets are plain values.
_FIELD = "EXISTS (SELECT 1 FROM json_each(items.metadata) AS field WHERE field.key = ? AND {})"
# SQLite's own reading of a decimal can differ from Python's in the last bit: both sides are read by the same reader.
_NUMBER = "field.type IN ('integer', 'real') AND field.atom = json_extract(?, '$')"
_TEXT = "field.type = 'text' AND field.atom = ?"
_FORMS = "known form: {key: value}, a value being str, int, float, bool or None; all must hold"


@dataclass(frozen=True)
class Condition:
    """What has to hold of a row of the table `items`.

    Attributes:
        sql: An expression with `?` for every value.
        values: What to bind, in order.

    >>> Condition("items.key = ?", (3,)).values
    (3,)
    """

    sql: str
    values: tuple[str | int, ...]


def condition(where: Mapping[str, Any] | None) -> Condition | None:
    """Compiles a filter: all of its keys must be there and equal their values.

    Numbers compare by value (`1` equals `1.0`); `True` and `False` equal only themselves, `None` only a stored
    `None`, text only the same text. A key that an item does not have, or that holds a list, never matches.

    Returns:
        `None` where there is nothing to filter by (`None` or an empty mapping).

    Raises:
        CatalogueError: Not a mapping, a key that is no `str`, or a value of another form, such as a dict or list.

    >>> condition({"year": 2020}).values
    ('year', '2020')
    >>> condition({}) is None
    True
    """
    if where is None:
        return None
    if not isinstance(where, Mapping):
        raise CatalogueError(f"where is of type {type(where).__name__}; {_FORMS}")
    fields = [_equality(checked_key(key, "where"), value) for key, value in where.items()]
    if not fields:
        return None
    return Condition(" AND ".join(field.sql for field in fields), tuple(v for field in fields for v in field.values))


def _equality(key: str, value: object) -> Condition:
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        raise CatalogueError(f"where: {key!r:.80} is given {value!r:.80}, a {type(value).__name__}; {_FORMS}")
    wanted = plain_scalar(value, f"where: {key!r:.80}")
    if isinstance(wanted, str):
        return Condition(_FIELD.format(_TEXT), (key, wanted))
    if wanted is None or isinstance(wanted, bool):
        return Condition(_FIELD.format("field.type = ?"), (key, json.dumps(wanted)))
    return Condition(_FIELD.format(_NUMBER), (key, json.dumps(wanted)))
