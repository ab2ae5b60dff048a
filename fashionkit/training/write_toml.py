"""TOML from plain dicts, for recipes that people read and change; Python only reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(table: Mapping[str, Any]) -> str:
    """Plain values as TOML text, which `tomllib` reads back equal.

    Args:
        table: By key: texts, numbers, booleans, lists of these, dicts, or lists of dicts.

    >>> print(write_toml({"a": [1, 2], "b": {"c": "d"}}), end="")
    a = [1, 2]
    <BLANKLINE>
    [b]
    c = "d"
    """
    return "\n".join(_lines(table, ())) + "\n"


def _lines(table: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [f"{_key(key)} = {_value(value)}" for key, value in table.items() if not _is_section(value)]
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += ["", f"[{_path(path, key)}]", *_lines(value, (*path, key))]
        elif _is_section(value):
            for each in value:
                lines += ["", f"[[{_path(path, key)}]]", *_lines(each, (*path, key))]
    return lines if path or not lines or lines[0] else lines[1:]


def _is_section(value: Any) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value))


def _path(path: tuple[str, ...], key: str) -> str:
    return ".".join(_key(each) for each in (*path, key))


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(each) for each in value)}]"
    return _text(str(value))


def _text(text: str) -> str:
    # JSON escapes all that TOML's basic strings must, but for one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
