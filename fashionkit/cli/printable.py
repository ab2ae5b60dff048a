"""Text from outside, fit to be printed."""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text on one line: control characters, which could move a terminal's cursor, and lone surrogates escaped.

    >>> printable("dress\n\x1b[2J.jpg")
    'dress\\n\\x1b[2J.jpg'
    """
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii") for mark in text)
