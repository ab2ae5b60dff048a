"""What a person sees of an ablation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.printable import printable
from fashionkit.evaluation.ablation import Ablation
from fashionkit.evaluation.ablation.markdown import cells, heading, headings


def draw(ablation: Ablation, folder: str) -> RenderableType:
    """One table: under each figure the variants, their intervals and what they cost; then how to read it.

    Args:
        ablation: What was found.
        folder: Where it was written.
    """
    names = ", ".join(ablation.data)
    title = f"{names}: learned from {ablation.train:,} photos, measured on {ablation.val:,}"
    remarks = [Text(printable(f"- {each}"), style="dim") for each in ablation.notes]
    where = Text(printable(f"models, all figures and this table: {folder}"))
    return Group(Text(printable(title), style="bold"), *_parts(ablation), Text(), *remarks, Text(), where)


def _parts(ablation: Ablation) -> Iterator[RenderableType]:
    """Under each figure its rows, with the same columns everywhere."""
    lines = {figure: [cells(ablation, row) for row in ablation.rows(figure)] for figure in ablation.figures}
    names = headings(ablation)
    widths = [max(map(len, column)) for column in zip(names, *chain(*lines.values()), strict=True)]
    for number, (figure, rows) in enumerate(lines.items()):
        table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim", pad_edge=False, show_header=number == 0)
        for place, (name, width) in enumerate(zip(names, widths, strict=True)):
            table.add_column(name, justify="right" if place else "left", width=width, overflow="fold")
        for row in rows:
            table.add_row(*(Text(printable(each)) for each in row))
        yield Text()
        yield Text(printable(heading(ablation, figure)), style="bold")
        yield table
