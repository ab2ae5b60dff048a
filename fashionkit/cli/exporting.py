"""What `fashionkit export` does, and what a person sees of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.printable import printable
from fashionkit.cli.progress import counting
from fashionkit.export import Form, export_model
from fashionkit.export.int8 import Comparison, Int8, make_int8


def export_files(form: str, output: str, model: str, *, overwrite: bool) -> Iterator[str]:
    """Exports a model; one line a file, with its size.

    Raises:
        FashionkitError: As `export_model` does.
    """
    for path in export_model(model, output, cast("Form", form), overwrite=overwrite):
        yield f"{printable(str(path))}  {path.stat().st_size / 1e6:.1f} MB"


def quantise(
    model: str,
    photos: str,
    output: str,
    *,
    check: Sequence[str],
    split: str,
    calibration: int,
    threads: int | None,
) -> Int8:
    """Makes a checkpoint in int8; shows on stderr how far it has come.

    Raises:
        FashionkitError: As `make_int8` does.
    """
    with counting("making it int8") as count:
        return make_int8(
            model,
            photos,
            output,
            check=check,
            split=split,
            calibration=calibration,
            threads=threads,
            progress=lambda _what, done, total: count(done, total),
        )


def draw(made: Int8) -> RenderableType:
    """What int8 costs, what it brings, and where it is."""
    comparison = made.comparison
    parts: list[RenderableType] = [_figures(comparison), Text()] if comparison.figures else []
    parts += [_alike(comparison), Text(), _speed(made), Text()]
    kept = ", ".join(made.in_float32) or "none"
    parts.append(Text(printable(f"in float32: the heads, and {len(made.in_float32)} of {made.layers} layers ({kept})")))
    if not comparison.figures:
        where = "other photos of the folder" if made.held_out else "the photos that it was calibrated with"
        parts.append(Text(f"compared on {comparison.photos:,} of {where}, without labels: --check says what it costs"))
    if made.kept:
        parts.append(Text(printable(str(made.folder))))
    return Group(*parts)


def _figures(comparison: Comparison) -> Table:
    table = _table("figure", "float32", "int8", "points", "95 %", "n")
    for row in comparison.figures:
        interval = "" if row.low is None or row.high is None else f"{100 * row.low:+.1f} to {100 * row.high:+.1f}"
        points = f"{100 * (row.after - row.before):+.1f}"
        table.add_row(printable(row.name), f"{row.before:.3f}", f"{row.after:.3f}", points, interval, f"{row.n:,}")
    mean = 100 * (comparison.mean_difference or 0.0)
    table.add_row("mean of all", "", "", f"{mean:+.2f}", "", "")
    return table


def _alike(comparison: Comparison) -> Table:
    table = _table(f"alike, of {comparison.photos:,} photos", "share")
    for name, share in comparison.alike.items():
        table.add_row(printable(name), f"{share:.3f}")
    return table


def _speed(made: Int8) -> Table:
    table = _table("photos a second", "float32", "int8", "times")
    for engine in dict.fromkeys(name.partition(" ")[0] for name in made.speed):
        before, after = made.speed[f"{engine} float32"], made.speed[f"{engine} int8"]
        table.add_row(engine, f"{before:,.0f}", f"{after:,.0f}", f"{after / before:.2f}")
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table
