"""The table as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from fashionkit.evaluation.ablation.table import LOWER_IS_BETTER, Ablation, Cell, Row

SEEDS = "of the seeds"


def markdown(ablation: Ablation) -> str:
    """The whole table, and how to read it."""
    return "\n".join(_lines(ablation)) + "\n"


def headings(ablation: Ablation) -> tuple[str, ...]:
    """What stands above the columns; how far the seeds lie apart only where there are several."""
    seeds = (SEEDS,) if ablation.has_seeds else ()
    return ("variant", "value", "95 %", *seeds, "difference", "95 %", "start", "size", "time")


def heading(ablation: Ablation, figure: str) -> str:
    """What stands above the variants of a figure: its name, its controls, and which way is better."""
    first = ablation.figures[figure]
    beside = [f"{name} {value:.3f}" for name, value in first.beside.items()]
    lower = ["lower is better"] if figure.rsplit("/", 1)[-1] in LOWER_IS_BETTER else []
    return f"{figure} ({', '.join([f'n {first.n:,}', *beside, *lower])})"


def cells(ablation: Ablation, row: Row) -> tuple[str, ...]:
    """What stands in a row, in the order of `headings`."""
    return (
        row.variant.name,
        f"{row.cell.value:.3f}",
        f"{row.cell.low:.3f}–{row.cell.high:.3f}",
        *([_spread(row.cell)] if ablation.has_seeds else []),
        *_difference(row.cell),
        "pretrained" if row.variant.weights else "random",
        f"{row.parameters / 1e6:.2f} M",
        _seconds(row.seconds),
    )


def _lines(ablation: Ablation) -> Iterator[str]:
    columns = ("figure", *headings(ablation))
    yield f"# What each part brings: {_safe(', '.join(ablation.data))}"
    yield ""
    yield f"Learned from {ablation.train:,} photos, measured on {ablation.val:,}."
    yield ""
    yield f"| {' | '.join(columns)} |"
    yield f"|{'|'.join(['---', '---', *(['---:'] * (len(columns) - 2))])}|"
    for figure in ablation.figures:
        above = heading(ablation, figure)
        for row in ablation.rows(figure):
            yield f"| {' | '.join(map(_safe, (above, *cells(ablation, row))))} |"
            above = ""
    yield ""
    yield from (f"- {_safe(each)}" for each in ablation.notes)
    yield from (f"- warning: {_safe(each)}" for each in ablation.warnings)


def _spread(cell: Cell) -> str:
    return f"{min(cell.seeds):.3f}–{max(cell.seeds):.3f}" if len(cell.seeds) > 1 else ""


def _difference(cell: Cell) -> tuple[str, str]:
    found = cell.difference
    if found is None:
        return "", ""
    interval = "" if found.low is None or found.high is None else f"{found.low:+.3f} … {found.high:+.3f}"
    return f"{found.value:+.3f}{'*' if found.stands_out else ''}", interval


def _seconds(seconds: float | None) -> str:
    """How long it took, with as many digits as say something.

    >>> _seconds(1234.5), _seconds(2.345), _seconds(None)
    ('1,234 s', '2.3 s', '–')
    """
    if seconds is None:
        return "–"
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:,.0f} s"  # noqa: PLR2004  # two digits are enough


def _safe(text: str) -> str:
    r"""Text from outside, which must not end a cell or begin markup.

    >>> print(_safe("a|b *c*"))
    a\|b \*c\*
    """
    return "".join(f"\\{mark}" if mark in "|*_`<>[]\\" else mark for mark in " ".join(text.split()))
