"""Configuration that is typed and strict: an unknown key or a wrong type is an error that names its path."""

from __future__ import annotations

import json
import operator
from collections import Counter
from typing import Any, TypeVar

import msgspec

from fashionkit.errors import ConfigError

T = TypeVar("T")


def decode(data: bytes, kind: type[T], source: str) -> T:
    """Reads JSON into a typed object.

    Args:
        data: JSON text, UTF-8.
        kind: A `msgspec.Struct` or any other type that msgspec knows.
        source: Where the text is from, for the message.

    Raises:
        ConfigError: The text is no JSON, has a key twice in one object, or does not fit `kind`; the message names the
            source and the path.

    >>> decode(b'{"a": 1}', dict[str, int], "notes.json")
    {'a': 1}
    >>> decode(b'{"a": "b"}', dict[str, int], "notes.json")
    Traceback (most recent call last):
    fashionkit.errors.ConfigError: notes.json: Expected `int`, got `str` - at `$[...]`
    """
    try:
        # Readers of JSON differ in which of two equal keys they take, so neither is right.
        json.loads(data, object_pairs_hook=_refuse_repeated_keys)
        return msgspec.json.decode(data, type=kind)
    except RecursionError as error:
        raise ConfigError(f"{source}: nested too deeply to be a configuration") from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise ConfigError(f"{source}: {error}") from error


def convert(value: Any, kind: type[T], source: str) -> T:
    """Turns plain dicts, lists and numbers into a typed object, as strictly as `decode` does.

    Raises:
        ConfigError: `value` does not fit `kind`; the message names the source and the path.

    >>> convert([1, 2], tuple[int, ...], "sizes")
    (1, 2)
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{source}: {error}") from error


def positive_int(value: Any, what: str) -> int:
    """The int that a count of something is; NumPy's integers are fine.

    Raises:
        ConfigError: It is no int, or not above 0; the message says what it was for.

    >>> positive_int(0, "k, how many hits to give")
    Traceback (most recent call last):
    fashionkit.errors.ConfigError: k, how many hits to give, must be an int above 0; got 0
    """
    try:
        count = 0 if isinstance(value, bool) else operator.index(value)
    except TypeError:
        count = 0
    if count < 1:
        raise ConfigError(f"{what}, must be an int above 0; got {value!r}")
    return count


def _refuse_repeated_keys(pairs: list[tuple[str, Any]]) -> None:
    repeated = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
    if repeated:
        raise ValueError(f"the key {repeated[0]!r} stands twice in one object; keep one")


def encode(value: Any) -> bytes:
    """Writes a typed object as JSON that people can read: two spaces of indent and a line break at the end.

    >>> print(encode({"size": (224, 224)}).decode(), end="")
    {
      "size": [
        224,
        224
      ]
    }
    """
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
