"""What a catalogue holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.database import FILE_NAME
from fashionkit.cli.adding import CATEGORY, KIND
from fashionkit.cli.printable import printable
from fashionkit.cli.show import listed
from fashionkit.errors import CatalogueError

AT_A_TIME = 1000
MOST_SHOWN = 30


@dataclass(frozen=True)
class Holding:
    """What a catalogue holds.

    Attributes:
        catalogue: Its folder, absolute.
        items: How many there are.
        dimension: How many numbers a vector has.
        fingerprint: Of the model that made the vectors.
        size: Of its files, in bytes.
        kinds: How many items there are of each kind, most first; of those of which it is known.
        categories: As `kinds`.
    """

    catalogue: str
    items: int
    dimension: int
    fingerprint: str
    size: int
    kinds: dict[str, int]
    categories: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return asdict(self)


def check_there(folder: str) -> None:
    """Says how a catalogue is made from here, which the library cannot know.

    Raises:
        CatalogueError: There is none.
    """
    try:
        Path(folder, FILE_NAME).stat()
    except FileNotFoundError:
        raise CatalogueError(
            f"{folder}: there is no catalogue; check the path, or make one with `fashionkit index add`"
        ) from None
    except (OSError, ValueError):
        return  # whoever opens it says what is wrong


def look_into(folder: str) -> Holding:
    """Reads through a catalogue.

    Raises:
        CatalogueError: There is none, or it cannot be read.
    """
    kinds: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    with Catalogue.open(folder) as catalogue:
        for known in _metadata(catalogue):
            kinds.update([str(known[KIND])] if KIND in known else [])
            categories.update([str(known[CATEGORY])] if CATEGORY in known else [])
        return Holding(
            catalogue=str(catalogue.folder),
            items=len(catalogue),
            dimension=catalogue.dimension,
            fingerprint=catalogue.fingerprint,
            size=sum(file.stat().st_size for file in catalogue.folder.glob("catalogue.sqlite*")),
            kinds=dict(kinds.most_common()),
            categories=dict(categories.most_common()),
        )


def draw(holding: Holding) -> RenderableType:
    """What a person sees of it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    table.add_column(overflow="fold")
    table.add_row("catalogue", Text(printable(holding.catalogue), style="bold"))
    table.add_row("items", f"{holding.items:,}")
    table.add_row("vectors", f"{holding.dimension} numbers, of the model {printable(holding.fingerprint[:12])}…")
    table.add_row("size", f"{holding.size / 1e6:,.1f} MB")
    for name, counts in (("kinds", holding.kinds), ("categories", holding.categories)):
        if counts:
            table.add_row(name, printable(listed((f"{each} {count:,}" for each, count in counts.items()), MOST_SHOWN)))
    return table


def _metadata(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    ids = catalogue.ids()
    while portion := list(islice(ids, AT_A_TIME)):
        try:
            yield from catalogue.metadata(portion)
        except CatalogueError:
            # One of them was removed meanwhile, by another process.
            for each in portion:
                with suppress(CatalogueError):
                    yield from catalogue.metadata([each])
