"""What `--where` means: texts of the command line as one filter over metadata."""

from __future__ import annotations

import json
import re
from typing import Any

import typer

# The first of these signs ends the key: a key that has one itself is written in a JSON filter.
_FORM = re.compile(r"([^=<>]+?)(!=|<=|>=|=|<|>)(.*)", re.DOTALL)
_MANNER = "write it like kind=tops, 'price<50' or 'kind!=shoes'"


def conditions(given: list[str]) -> dict[str, Any]:
    """Reads texts such as `kind=tops` and `price<50`, or filters in JSON, all of which must hold.

    A value that reads as a JSON number, true, false, null, or a list of those and of texts is that; anything else is
    text, as is what stands in double quotes.

    Raises:
        typer.BadParameter: One is none of this, the same is said of a key twice, or the filter is unfit.

    >>> conditions(["kind=tops", "price>=10", "price<50", 'size="38"'])
    {'kind': 'tops', 'price': {'>=': 10, '<': 50}, 'size': '38'}
    >>> conditions(['kind=["tops", "shoes"]', '{"not": {"year": 2020}}'])
    {'kind': ['tops', 'shoes'], 'and': [{'not': {'year': 2020}}]}
    """
    # Imports NumPy, which would slow down --help.
    from fashionkit.catalogue.where import condition, quoted  # noqa: PLC0415
    from fashionkit.errors import CatalogueError  # noqa: PLC0415

    wanted: dict[str, Any] = {}
    filters: list[dict[str, Any]] = []
    for each in given:
        whole = _json(each, None)
        if isinstance(whole, dict):
            filters.append(whole)
            continue
        parts = _FORM.fullmatch(each)
        if parts is None:
            raise typer.BadParameter(f"--where {each!r} is no condition; {_MANNER}")
        key, sign, value = parts.groups()
        _put(wanted, quoted(key), sign, _value(value))
    if filters:
        wanted["and"] = filters
    try:
        condition(wanted)
    except CatalogueError as error:
        raise typer.BadParameter(f"--{error}") from error
    return wanted


def _put(wanted: dict[str, Any], key: str, sign: str, value: Any) -> None:
    if sign == "=":
        if key in wanted:
            raise typer.BadParameter(
                f"--where {key}=… stands beside another condition for {key}, and nothing can have two values; for any "
                f"""of several write '{key}=["one", "other"]'"""
            )
        wanted[key] = value
        return
    signs = wanted.setdefault(key, {})
    if not isinstance(signs, dict) or sign in signs:
        raise typer.BadParameter(f"--where {key}{sign}… stands beside a condition that says the same; give one of them")
    signs[sign] = value


def _value(text: str) -> Any:
    value = _json(text, text)
    parts = value if isinstance(value, list) else [value]
    return text if any(isinstance(each, dict | list) for each in parts) else value


def _json(text: str, otherwise: Any) -> Any:
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return otherwise
