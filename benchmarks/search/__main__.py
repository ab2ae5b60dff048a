"""Measures a catalogue beside raw FAISS, usearch and LanceDB, in one run, and writes what it found.

    python -m benchmarks.search --photos PHOTOS --rows 100000
    python -m benchmarks.search --rows 1000000 --kinds flat ivf

Writes `benchmarks/results/search-ROWS.json`, `.md` and, of recall against queries a second, `.svg`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import faiss

from benchmarks.machine import machine
from benchmarks.search.draw import draw
from benchmarks.search.filters import filters
from benchmarks.search.kinds import curves, flat
from benchmarks.search.page import page
from benchmarks.search.stores import stores
from benchmarks.search.together import together
from benchmarks.search.vectors import workload

RESULTS = Path(__file__).parents[1] / "results"


def main() -> None:
    """Measures and writes."""
    arguments = _arguments()
    faiss.omp_set_num_threads(arguments.threads)
    work = workload(arguments.photos, arguments.kept, arguments.rows)
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        found = {
            "machine": machine(),
            "threads": arguments.threads,
            "rows": len(work.base),
            "of real photos": work.real,
            "dimension": work.base.shape[1],
            "stores": stores(work, Path(folder)),
            "flat": flat(work, Path(folder)),
            "kinds": {kind: curves(work, Path(folder), kind, arguments.recall) for kind in arguments.kinds},
            "filters": filters(work, Path(folder), arguments.kinds),
            "together": together(work, Path(folder)),
        }
    RESULTS.mkdir(exist_ok=True)
    name = RESULTS / f"search-{arguments.rows}"
    name.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    name.with_suffix(".md").write_text(page(found), encoding="utf-8")
    draw(found, name.with_suffix(".svg"))
    print(page(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, help="the folder that holds the sets; needed the first time")
    parser.add_argument("--kept", type=Path, default=Path("embeddings.npz"), help="where their embeddings are kept")
    parser.add_argument("--rows", type=int, default=100_000, help="how many vectors are stored (default: 100000)")
    parser.add_argument("--kinds", nargs="*", default=["hnsw", "ivf"], choices=["hnsw", "ivf", "ivf-pq"])
    parser.add_argument("--recall", type=float, default=0.95, help="that indexes are tuned to (default: 0.95)")
    parser.add_argument("--threads", type=int, default=2, help="of every side (default: 2)")
    parser.add_argument("--folder", type=Path, help="where catalogues are made (default: the system's)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
