"""What `write_page` tells its caller, while it works and afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Called as photos are analysed: how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A photo that is not on the page.

    Attributes:
        name: Its path within the folder, printable and on one line.
        reason: Why it could not be read.
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What was done.

    Attributes:
        output: Where the page is.
        photos: How many photos are on it.
        found: How many photos there were to choose from.
        unreadable: The photos that were chosen, but could not be read.
        outfits: How many outfits are on it.
        size: Of the page, in bytes.
        seconds: How long all of it took, without loading the model.
        seconds_a_photo: How long the model's one pass took, per photo.
    """

    output: Path
    photos: int
    found: int
    unreadable: tuple[Unreadable, ...]
    outfits: int
    size: int
    seconds: float
    seconds_a_photo: float
