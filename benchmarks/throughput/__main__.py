"""Measures every stage, all of them together, and the ways people do it today, in one run, and writes what it found.

    python -m benchmarks.throughput --originals PHOTOS/originals --environments RIVALS

Writes `benchmarks/results/throughput.md`, `.json` and `.svg`, and `throughput-MACHINE.csv`.
RIVALS holds virtual environments `sentence-transformers`, `open-metric-learning` and `fashion-clip`, whose needs clash
with ours; what is not there is not run. `benchmarks/README.md` says how they are made.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.machine import environment, machine
from benchmarks.throughput.draw import draw
from benchmarks.throughput.page import page
from benchmarks.throughput.photos import folders
from benchmarks.throughput.processes import side_by_side, starts
from benchmarks.throughput.stages import bound, single, stages
from benchmarks.throughput.training import training
from fashionkit import Analyzer

RESULTS = Path(__file__).parents[1] / "results"


def main() -> None:
    """Measures and writes."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as place:
        found = measured(arguments, Path(place))
    RESULTS.mkdir(exist_ok=True)
    name = RESULTS / "throughput"
    name.with_suffix(".json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    name.with_suffix(".md").write_text(page(found), encoding="utf-8")
    with (RESULTS / f"throughput-{environment()}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("what", "figure", "value"), *_rows(found)])
    draw(found, name.with_suffix(".svg"))
    print(page(found))


def measured(arguments: argparse.Namespace, place: Path) -> dict[str, Any]:
    """All figures."""
    threads = arguments.threads
    size = Analyzer.load().model.rule.size[0]
    by_size = folders(arguments.originals, place)
    found: dict[str, Any] = {"machine": machine(), "threads": threads, "size": size, "photos": {}}
    for name, folder in by_size.items():
        photos = sorted(folder.iterdir())
        took = stages(photos, threads)
        ways = side_by_side(folder, size, threads, arguments.environments)
        limit = bound(took, threads)
        rates = {way: told["photos/s"] for way, told in ways.items() if isinstance(told, Mapping)}
        found["photos"][name] = {
            "stages, ms a photo": took,
            "end to end": ways,
            "bound, photos/s": limit,
            "ours, of the bound": rates["ours"] / limit,
            "ours, times the timm loop": rates["ours"] / rates["timm_loop"],
            "one photo, warm, ms": single(photos[0], threads),
        }
    return (
        found
        | {"a process to its first answer": starts(sorted(by_size["400×533"].iterdir())[0], threads)}
        | {"training": training(threads)}
    )


def _rows(found: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str, Any]]:
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from _rows(value, f"{above} / {name}".removeprefix(" / "))
        else:
            yield above, name, value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--originals", type=Path, help="a folder of JPEG files of 400×533; drawn where it is not given")
    parser.add_argument("--environments", type=Path, help="a folder of virtual environments of the others")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of every side (default: all cores)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
