"""Every error that fashionkit raises on purpose.

One family, so that `except FashionkitError` catches all of it. A message says in one line what was given, what is
wrong with it and what to do. Errors of the libraries below (Pillow, sqlite3, faiss, engines) never leak bare: they
are the `__cause__` of one of these. All of them pickle, so they cross processes.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class FashionkitError(Exception):
    """What every error of this package derives from.

    >>> issubclass(ImageError, FashionkitError)
    True
    """


class ImageError(FashionkitError):
    """A photo that cannot be read.

    Attributes:
        source: What was given, short enough for one line: a path, or a description such as `bytes (1,024 bytes)`.
        reason: What is wrong with it, and what to do where something can be done.

    >>> str(ImageError("cat.jpg", "the file is empty"))
    'cat.jpg: the file is empty'
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(source, reason)
        self.source = source
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


class ModelError(FashionkitError):
    """A model or a checkpoint that cannot be built, saved, loaded, or asked what it has no head for."""


class CatalogueError(FashionkitError):
    """A catalogue that cannot be opened, changed or searched as asked."""


class DataError(FashionkitError):
    """Labels or targets that do not fit the head or the data set that they are given to."""


class EngineError(FashionkitError):
    """An inference engine that is missing, cannot load a graph, or failed while running it."""


class ConfigError(FashionkitError, ValueError):
    """A setting or a configuration file with an unknown key, a wrong type or a value out of range.

    It is a ValueError too, which is what Python's own callers expect of a bad value.
    """


def first_line(error: BaseException) -> str:
    r"""What another library's error says, on one line and not too long; its type where it says nothing.

    >>> first_line(KeyError()), first_line(ValueError("no\nway"))
    ('KeyError', 'no')
    """
    lines = str(error).strip().splitlines()
    return lines[0][:LONGEST_REASON] if lines else type(error).__name__


LONGEST_REASON = 300
"""Longer reasons of other libraries would drown what a message says itself."""


MANY_NAMES = 20
"""More names than this are listed only where none is close."""

CLOSE_NAMES = 3


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Ends an error message: the closest known name where one is close, then the known names.

    Where there are many and some are close, these are enough.

    >>> did_you_mean("categroy", ["category", "outfit"])
    "did you mean 'category'? Known: category, outfit"
    >>> did_you_mean("xyz", ["category"])
    'known: category'
    """
    names = sorted(known)
    close = difflib.get_close_matches(given, names, n=CLOSE_NAMES)
    if close and len(names) > MANY_NAMES:
        return f"did you mean {' or '.join(map(repr, close))}? {len(names)} are known"
    listed = ", ".join(names) or "none"
    if close:
        return f"did you mean {close[0]!r}? Known: {listed}"
    return f"known: {listed}"
