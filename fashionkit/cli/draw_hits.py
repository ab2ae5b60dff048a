"""What a person sees of the hits of a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.photo_file import FILE_KEYS
from fashionkit.cli.printable import printable
from fashionkit.cli.show import WITHIN
from fashionkit.results import Hit
from fashionkit.tasks.stored import CATEGORY, KIND


def draw(hits: Sequence[Hit]) -> RenderableType:
    """Two lines a hit: its similarity and what is known of it, and its id, which is never cut off."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for place, hit in enumerate(hits, 1):
        known = Text(printable(_garment(hit.metadata)))
        other = printable(", ".join(f"{key}={value}" for key, value in _other(hit.metadata).items()))
        lines = [each for each in (known, Text(other, style="dim")) if each.plain]
        name = Text(printable(hit.id), overflow="fold")
        table.add_row(str(place), Text(f"{hit.score:.3f}", style="bold"), Text("\n").join([*lines, name]))
    return table


def _garment(metadata: Mapping[str, Any]) -> str:
    return f" {WITHIN} ".join(str(metadata[key]) for key in (KIND, CATEGORY) if metadata.get(key) is not None)


def _other(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in (KIND, CATEGORY, *FILE_KEYS)}
