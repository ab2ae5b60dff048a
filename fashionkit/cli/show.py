"""Answers for people: what rich draws of them, on whatever they are printed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console, RenderableType

if TYPE_CHECKING:
    from collections.abc import Iterable

# Answers in a file or a pipe are read by line: they need not be as narrow as the terminal they were asked from.
WIDTH_OF_FILES = 100
# Between a kind of garment and one of its categories: a single angle quotation mark.
WITHIN = "\u203a"
# Wider lines are harder to follow; narrower ones could not hold a word.
WIDEST, NARROWEST = 100, 24
# What a terminal without Unicode gets in place of our few signs.
_PLAIN = str.maketrans({WITHIN: ">", "━": "=", "─": "-", "✓": "+", "✗": "x", "…": "~", "×": "x", "→": ">", "←": "<"})


def screen(out: TextIO) -> Console:
    """What draws on `out`: in colour only on a terminal that wants it, and no wider than can be read."""
    is_terminal = out.isatty()
    given = os.environ.get("COLUMNS", "")
    width = None if is_terminal or given.isdigit() else WIDTH_OF_FILES
    console = Console(file=out, width=width, highlight=False, markup=False, emoji=False)
    console.width = max(NARROWEST, min(console.width, WIDEST))
    return console


def show(drawing: RenderableType, console: Console) -> None:
    """Prints what rich can draw.

    Raises:
        OSError: It cannot be written; BrokenPipeError where nobody reads it any more.
    """
    # Not by rich itself, which would end the process when nobody reads.
    with console.capture() as captured:
        console.print(drawing)
    out = console.file
    out.write(_fit("\n".join(line.rstrip() for line in captured.get().split("\n")), console.encoding))
    out.flush()


def show_json(answer: Mapping[str, Any], out: TextIO) -> None:
    """Prints one JSON object on one line, in ASCII, so that it is the same for every reader and every file name."""
    out.write(json.dumps(answer, allow_nan=False) + "\n")
    out.flush()


def percent(share: float) -> str:
    """A share in [0, 1] as people read it.

    >>> percent(0.914), percent(0.9999), percent(0.001)
    ('91 %', '>99 %', '<1 %')
    """
    if 0.995 <= share < 1:  # noqa: PLR2004  # what would round to 100
        return ">99 %"
    if 0 < share < 0.005:  # noqa: PLR2004  # what would round to 0
        return "<1 %"
    return f"{share:.0%}".replace("%", " %")


def listed(words: Iterable[str], most: int) -> str:
    """Words with commas between them, and how many are left out.

    >>> listed(["casual", "street", "red"], most=2)
    'casual, street, … 1 more'
    """
    every = list(words)
    left_out = [f"… {len(every) - most} more"] if len(every) > most else []
    return ", ".join([*every[:most], *left_out])


def _fit(text: str, encoding: str) -> str:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return text.translate(_PLAIN)
    return text
