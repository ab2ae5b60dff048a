"""How good a model is on val of the data sets that fashionkit knows: every figure with its interval and its controls.

    python -m benchmarks.quality PHOTOS
    python -m benchmarks.quality PHOTOS --model MODEL --sets outfits --name quality-outfits-disjoint

PHOTOS holds the folders of the sets. Writes `benchmarks/results/NAME.md`, for people, and `NAME.json` beside it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.machine import machine
from fashionkit import DataError, __version__, evaluate
from fashionkit.evaluation import Figure, Report

SETS = ("clothing", "products", "articles", "design", "street", "outfits")
RESULTS = Path(__file__).parent / "results"

INTRODUCTION = """\
On the val splits, as `fashionkit evaluate` measures: set/question/metric, the interval of 95 %, and what is reached
without the model. `python -m benchmarks.quality` writes this page."""


def main() -> None:
    """Measures and writes."""
    arguments = _arguments()
    reports = list(measured(arguments.model, arguments.photos, arguments.sets))
    RESULTS.mkdir(exist_ok=True)
    model, place = Path(arguments.model).name, RESULTS / arguments.name
    whole = {
        "model": model,
        "fashionkit": __version__,
        "machine": machine(),
        "sets": [report.to_dict() for report in reports],
    }
    place.with_suffix(".json").write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    place.with_suffix(".md").write_text(table(model, reports), encoding="utf-8")
    print(place.with_suffix(".md"))


def measured(model: str, photos: Path, sets: Sequence[str]) -> Iterator[Report]:
    """The report of each set that is there."""
    for name in sets:
        if not (photos / name).exists():
            print(f"{name}: not there")
            continue
        try:
            report = evaluate(model, photos / name, "val")
        except DataError as error:
            print(error)
            continue
        for line in (f"{name}: {figure}" for name, figure in report.figures.items()):
            print(line, flush=True)
        yield report


def table(model: str, reports: Sequence[Report]) -> str:
    """A page of Markdown."""
    lines = [
        f"# How good the model `{model}` is",
        "",
        INTRODUCTION,
        "",
        "Measured on: " + ", ".join(f"{name} {said}" for name, said in machine().items()) + ".",
        "",
        "| figure | n | value | 95 % interval | controls |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(name, figure) for report in reports for name, figure in report.figures.items()]
    notes = dict.fromkeys(note for report in reports for note in (*report.notes, *report.warnings))
    return "\n".join([*lines, "", *(f"- {note}" for note in notes), ""])


def _row(name: str, figure: Figure) -> str:
    controls = ", ".join(f"{what} {value:.3f}" for what, value in figure.beside.items())
    return f"| {name} | {figure.n:,} | {figure.value:.3f} | {figure.low:.3f}–{figure.high:.3f} | {controls} |"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    parser.add_argument("--model", default="default", help="a checkpoint folder (default: default)")
    parser.add_argument("--sets", nargs="+", default=SETS, help="folders of PHOTOS (default: all six)")
    parser.add_argument("--name", default="quality", help="of the files that are written (default: quality)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
