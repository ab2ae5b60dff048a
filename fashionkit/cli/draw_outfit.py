"""What a person sees of the score of an outfit."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.printable import printable
from fashionkit.heads.outfit.result import OutfitScore


def draw(photos: Sequence[str], scored: OutfitScore) -> RenderableType:
    """The score, and a table of the scores without each item where there are some."""
    title = (
        Text()
        .append("compatibility ", style="dim")
        .append(f"{scored.score:.2f}", style="bold")
        .append(" of 1", style="dim")
    )
    if scored.without is None:
        return title
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("without it", justify="right", no_wrap=True)
    table.add_column("item", overflow="fold")
    for place, (photo, score) in enumerate(zip(photos, scored.without, strict=True)):
        name = Text(printable(photo))
        if place == scored.weakest:
            better = ", better without it" if round(score, 2) > round(scored.score, 2) else ""
            name.append(f"  ← weakest{better}", style="yellow")
        table.add_row(f"{score:.2f}", name)
    return Group(title, "", table)
