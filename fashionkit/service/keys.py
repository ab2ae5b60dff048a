"""Keys that a request must show, where there are any."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from fashionkit.errors import ConfigError, first_line

VARIABLE = "FASHIONKIT_API_KEYS"
"""The environment variable that may hold keys, separated by commas."""
SHORTEST = 16
_MAKE_ONE = "make one with: python -c 'import secrets; print(secrets.token_urlsafe())'"


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The keys that open a service; none means that it is open to whoever reaches it.

    Only hashes are kept, so that no key can come out with a trace or a memory dump, and all have the same length.

    >>> keys = Keys.of(["correct horse battery"], "here")
    >>> keys.fits("correct horse battery"), keys.fits("wrong"), keys
    (True, False, Keys(1))
    """

    digests: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, given: Iterable[str], source: str) -> Self:
        """Keys from their texts.

        Args:
            given: Printable ASCII, at least 16 characters each.
            source: Where they are from, for messages, which never show a key.

        Raises:
            ConfigError: One is shorter, or holds other characters.
        """
        digests = []
        for place, key in enumerate(given, 1):
            if len(key) < SHORTEST or not key.isascii() or not key.isprintable():
                raise ConfigError(
                    f"{source}: key {place} is no {SHORTEST} or more printable ASCII characters; {_MAKE_ONE}"
                )
            digests.append(_digest(key))
        return cls(tuple(digests))

    @classmethod
    def configured(cls, file: str | os.PathLike[str] | None) -> Self:
        """The keys of a file, one a line (`#` begins a comment), and those of the environment.

        Raises:
            ConfigError: The file cannot be read or holds no key, or a key is unfit.
        """
        from_file = cls.of(_lines(file), os.fspath(file)).digests if file is not None else ()
        listed = [each.strip() for each in os.environ.get(VARIABLE, "").split(",")]
        return cls(from_file + cls.of(filter(None, listed), VARIABLE).digests)

    def fits(self, key: str) -> bool:
        """Whether it is one of them; takes the same time whichever it is, and for one that is none."""
        digest = _digest(key)
        # All of them, always: stopping at the first would tell its place.
        return sum(hmac.compare_digest(digest, known) for known in self.digests) > 0

    def __bool__(self) -> bool:
        return bool(self.digests)

    def __repr__(self) -> str:
        return f"Keys({len(self.digests)})"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


def _lines(file: str | os.PathLike[str]) -> list[str]:
    try:
        with open(file, encoding="utf-8") as opened:  # noqa: PTH123  # Path raises for names that no file can have
            listed = [line.strip() for line in opened]
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{os.fspath(file)}: the keys cannot be read ({first_line(error)}); give a file with one key a line"
        ) from error
    keys = [line for line in listed if line and not line.startswith("#")]
    if not keys:
        # An empty file must not open the door to everybody.
        raise ConfigError(f"{os.fspath(file)}: there is no key in it; give one a line, or no file at all")
    return keys
