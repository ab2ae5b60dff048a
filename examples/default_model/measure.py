"""The figures of the saved model on val, as `fashionkit evaluate` prints them, and as rows of its card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from fashionkit import DataError, evaluate
from fashionkit.evaluation import Figure

SETS = ("clothing", "products", "articles", "design", "street", "outfits")


def figures_of(model: Path, data: Path) -> Iterator[tuple[str, Figure]]:
    """All figures of all sets, by name; a set of which nothing can be measured, as of a few photos, is named."""
    for name in SETS:
        try:
            yield from evaluate(model, data / name, "val").figures.items()
        except DataError as error:
            print(error)


def to_row(name: str, figure: Figure) -> Mapping[str, str]:
    """A figure as a row of the card."""
    controls = dict(figure.beside)
    probe = controls.pop("probe", None)
    return {
        "figure on val": name,
        "n": f"{figure.n:,}",
        "value": f"{figure.value:.3f}",
        "95 % interval": f"{figure.low:.3f}–{figure.high:.3f}",
        "linear probe": "" if probe is None else f"{probe:.3f}",
        "controls": ", ".join(f"{what} {value:.3f}" for what, value in controls.items()),
    }


def lines(figures: Mapping[str, Figure]) -> Iterator[str]:
    """What is printed of figures, one a line."""
    for name, figure in figures.items():
        yield f"{name}: {figure}{', below the linear probe' if _is_behind(figure) else ''}"


def _is_behind(figure: Figure) -> bool:
    """Whether a figure is more than a standard error below the linear probe."""
    standard_error = (figure.high - figure.low) / (2 * 1.96)
    return figure.value < figure.controls.get("probe", -1.0) - standard_error
