"""What a person sees of a data set and its problems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.data_contents import Contents, Field
from fashionkit.cli.printable import printable
from fashionkit.cli.show import listed
from fashionkit.datasets import Problem

MARKS = {"error": ("✗", "bold red"), "warning": ("!", "yellow"), "note": ("·", "dim")}
MOST_LABELS = 8


def draw_problems(problems: Sequence[Problem]) -> RenderableType:
    """A mark, what it is and how many; below that where, and what to do."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for problem in problems:
        mark, style = MARKS[problem.severity]
        text = Text(f"{printable(problem.what)}: {problem.how_many:,}")
        text.append(f"\n{printable(problem.where)}", style="dim")
        text.append(f"\n→ {printable(problem.remedy)}", style=style)
        table.add_row(Text(mark, style=style), text)
    return table


def summed_up(problems: Iterable[Problem]) -> str:
    """How many there are of each severity, in words.

    >>> summed_up([Problem("note", "a", "", 1, ""), Problem("error", "b", "", 9, "")])
    '1 error, 0 warnings, 1 note'
    """
    found = [problem.severity for problem in problems]
    counts = [(found.count(severity), severity) for severity in ("error", "warning", "note")]
    return ", ".join(f"{count} {severity}{'' if count == 1 else 's'}" for count, severity in counts)


def draw_contents(contents: Contents) -> RenderableType:
    """What the set is, and a line for each thing that is known of its photos."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", overflow="fold")
    table.add_column(overflow="fold")
    table.add_row("data set", Text(f"{printable(contents.name)} ({contents.format})", style="bold"))
    table.add_row("folder", printable(contents.folder))
    table.add_row("items" if contents.outfits else "photos", f"{contents.photos:,}")
    if contents.outfits:
        table.add_row("outfits", ", ".join(f"{count:,} {name}" for name, count in contents.outfits.items()))
    splits = ", ".join(f"{printable(name)} {count:,}" for name, count in contents.splits.items())
    table.add_row("splits", splits or "none")
    for name, field in contents.fields.items():
        table.add_row(printable(name), _line(field, contents.photos))
    if contents.unused:
        names = listed(map(printable, contents.unused), MOST_LABELS)
        table.add_row("not used", f"{names}: name them under groups or numbers in data.toml")
    return table


def _line(field: Field, photos: int) -> str:
    known = "" if field.known == photos else f", known of {field.known:,}"
    if field.range is not None:
        return f"from {field.range[0]:g} to {field.range[1]:g}{known}"
    if field.products:
        return f"{field.products:,} different{known}"
    counts = (f"{printable(label)} {count:,}" for label, count in field.labels.items())
    return f"{len(field.labels):,} labels{known}: {listed(counts, MOST_LABELS)}"
