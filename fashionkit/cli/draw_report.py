"""What a person sees of an evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.printable import printable
from fashionkit.evaluation import Figure, Report


def draw(report: Report, page: Path | None) -> RenderableType:
    """A table of the figures, set by set, and what to know of them.

    Args:
        report: What was found.
        page: Where the page about it was written; None where there is none.
    """
    split = f", {report.split}" if report.split else ""
    title = printable(f"{report.model} on {report.data}{split}: {report.photos:,} photos")
    parts: list[RenderableType] = [Text(title, style="bold"), Text(), _figures(report.figures)]
    remarks = [*(f"warning: {each}" for each in report.warnings), *_left_out(report), *report.notes]
    parts += [Text(), *(Text(printable(f"- {each}"), style="dim") for each in remarks)] if remarks else []
    parts += [Text(), Text(printable(str(page.absolute())))] if page is not None else []
    return Group(*parts)


def _figures(figures: Mapping[str, Figure]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("figure", overflow="fold")
    table.add_column("value", justify="right", style="bold", no_wrap=True)
    table.add_column("95 %", no_wrap=True, style="dim")
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("beside it", overflow="fold", style="dim")
    last = ""
    for name, figure in figures.items():
        set_name, _, question = name.partition("/")
        if last and set_name != last:
            table.add_row()
        last = set_name
        controls = ", ".join(f"{control} {_short(each)}" for control, each in figure.beside.items())
        interval = f"{_number(figure.low)}–{_number(figure.high)}"
        table.add_row(
            Text(printable(f"{set_name}/{question}")), _number(figure.value), interval, f"{figure.n:,}", controls
        )
    return table


def _left_out(report: Report) -> Iterator[str]:
    for name, why in report.not_answered.items():
        yield f"not answered by this model: {name} ({why})"


def _number(value: float) -> str:
    return f"{value:.3f}"


def _short(value: float) -> str:
    """Three digits, or as many as a small share needs.

    >>> _short(0.2143), _short(0.00018)
    ('0.214', '0.0002')
    """
    return f"{value:.3f}" if value >= 0.001 or value == 0 else f"{value:.1g}"  # noqa: PLR2004  # what would be 0.000
