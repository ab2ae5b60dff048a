"""What a catalogue holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.database import FILE_NAME, bytes_of
from fashionkit.catalogue.snapshot import bytes_of_snapshots
from fashionkit.cli.printable import printable
from fashionkit.cli.show import listed
from fashionkit.errors import CatalogueError
from fashionkit.tasks.stored import CATEGORY, KIND

AT_A_TIME = 1000
MOST_SHOWN, MOST_LINES = 30, 100


@dataclass(frozen=True)
class Holding:
    """What a catalogue holds.

    Attributes:
        catalogue: Its folder, absolute.
        items: How many there are.
        dimension: How many numbers a vector has.
        fingerprint: Of the model that made the vectors.
        size: Of its files, in bytes.
        index: What searches it, as `IndexInfo` says it.
        kinds: How many items there are of each kind, most first; of those of which it is known.
        categories: As `kinds`.
        by: As `kinds`, for each further key of the metadata that was asked for.
    """

    catalogue: str
    items: int
    dimension: int
    fingerprint: str
    size: int
    index: dict[str, Any]
    kinds: dict[str, int]
    categories: dict[str, int]
    by: dict[str, dict[str, int]]

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
    except NotADirectoryError:
        raise CatalogueError(
            f"{folder}: this is a file; give the folder of a catalogue, and what is asked about after it"
        ) from None
    except (OSError, ValueError):
        return  # whoever opens it says what is wrong


def look_into(folder: str, by: Sequence[str] = ()) -> Holding:
    """Reads through a catalogue.

    Args:
        folder: Where it is.
        by: Keys of the metadata whose values are counted too.

    Raises:
        CatalogueError: There is none, or it cannot be read.
    """
    counts: dict[str, Counter[str]] = {key: Counter() for key in (KIND, CATEGORY, *by)}
    with Catalogue.open(folder) as catalogue:
        for known in _metadata(catalogue):
            for key, values in counts.items():
                if key in known:
                    values[_word(known[key])] += 1
        ordered = {key: dict(values.most_common()) for key, values in counts.items()}
        return Holding(
            catalogue=str(catalogue.folder),
            items=len(catalogue),
            dimension=catalogue.dimension,
            fingerprint=catalogue.fingerprint,
            size=bytes_of(catalogue.folder) + bytes_of_snapshots(catalogue.folder),
            index=catalogue.index_info().to_dict(),
            kinds=ordered[KIND],
            categories=ordered[CATEGORY],
            by={key: ordered[key] for key in by},
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
    table.add_row("index", said_of_index(holding.index))
    for name, counts in (("kinds", holding.kinds), ("categories", holding.categories)):
        if counts:
            table.add_row(name, printable(listed((f"{each} {count:,}" for each, count in counts.items()), MOST_SHOWN)))
    for key, counts in holding.by.items():
        unknown = holding.items - sum(counts.values())
        lines = [f"{count:>9,}  {printable(each)}" for each, count in islice(counts.items(), MOST_LINES)]
        lines += [f"{len(counts) - MOST_LINES:>9,}  more values"] if len(counts) > MOST_LINES else []
        lines += [f"{unknown:>9,}  (no {printable(key)})"] if unknown else []
        table.add_row(f"by {printable(key)}", Text("\n".join(lines)))
    return table


def said_of_index(index: Mapping[str, Any]) -> str:
    """An `IndexInfo` in words."""
    if index["kind"] == "flat":
        return f"flat: every vector is compared; {index['memory'] / 1e6:,.1f} MB of memory"
    return f"{index['kind']}: finds {index['recall']:.1%} of the 10 nearest; {index['memory'] / 1e6:,.1f} MB of memory"


def _metadata(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    ids = catalogue.ids()
    while portion := list(islice(ids, AT_A_TIME)):
        # Without those that another process removed meanwhile.
        yield from catalogue.known(portion).values()


def _word(value: Any) -> str:
    """A value as `--where` takes it: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
