"""Adding durably, opening, and the memory of an open catalogue; beside LanceDB, usearch and a bare file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.timing import once
from benchmarks.search.vectors import Workload
from fashionkit.catalogue import Catalogue

BATCH = 10_000
MEASURED = 5

# Of a process of its own: what an opened catalogue takes beyond what the imports take.
OPENED = """
import sys, time, faiss, numpy as np
from fashionkit.catalogue import Catalogue
import fashionkit.catalogue.catalogue

def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))

before = resident()
began = time.perf_counter()
catalogue = Catalogue.open(sys.argv[1])
opened = time.perf_counter() - began
catalogue.search(np.eye(1, catalogue.dimension, dtype=np.float32), 10)
print(opened, resident() - before)
"""


def facts(start: int, stop: int) -> list[dict[str, Any]]:
    """Metadata of rows, as a shop has them."""
    return [
        {"product": f"p{row // 3}", "kind": ("tops", "shoes", "bags")[row % 3], "share": row % 100}
        for row in range(start, stop)
    ]


def catalogue_folder(folder: Path) -> Path:
    """Where the catalogue of this run is."""
    return folder / "catalogue"


def stores(work: Workload, folder: Path) -> dict[str, Any]:
    """Rows a second, seconds, and bytes."""
    rows = len(work.base)
    added, searched = _add(work, folder)
    found: dict[str, Any] = {
        "add": {"fashionkit": rows / added, "bare file, synced": rows / _bare(work, folder)},
        "first search after it, s": searched,
    }
    kept = once(lambda: _keep(folder))
    runs = [_opened(folder) for _ in range(MEASURED)]
    found["keep the index, s"] = kept
    found["open, s"] = {"fashionkit": float(np.median([seconds for seconds, _ in runs]))}
    found["memory over vectors"] = float(np.median([taken for _, taken in runs])) / work.base.nbytes
    for name, measure in (("LanceDB", _lancedb), ("usearch", _usearch)):
        if find_spec(name.lower()):
            added, opened = measure(work, folder)
            found["add"][name], found["open, s"][name] = rows / added, opened
    return found


def _add(work: Workload, folder: Path) -> tuple[float, float]:
    """Seconds until all is added, and of the first search then: what is added is not read before one asks."""
    with Catalogue.open(
        catalogue_folder(folder), dimension=work.base.shape[1], fingerprint="benchmark", create=True, index="flat"
    ) as catalogue:
        added = sum(once(partial(catalogue.add, *batch)) for batch in _batches(work)) + once(catalogue._background.stop)
        return added, once(lambda: catalogue.search(work.queries[:1], 10))


def _batches(work: Workload) -> Iterator[tuple[list[str], NDArray[np.float32], list[dict[str, Any]]]]:
    """Ids, vectors and metadata; making them is no store's work."""
    for start in range(0, len(work.base), BATCH):
        rows = work.base[start : start + BATCH]
        yield [f"item-{row:08}" for row in range(start, start + len(rows))], rows, facts(start, start + len(rows))


def _bare(work: Workload, folder: Path) -> float:
    """The bytes of the vectors alone, synced after every batch: no store can be faster on this disk."""

    def write() -> None:
        with (folder / "bare").open("wb") as file:
            for start in range(0, len(work.base), BATCH):
                file.write(work.base[start : start + BATCH].tobytes())
                file.flush()
                os.fsync(file.fileno())

    return once(write)


def _keep(folder: Path) -> None:
    with Catalogue.open(catalogue_folder(folder), index="flat") as catalogue:
        catalogue.build_index()


def _opened(folder: Path) -> tuple[float, float]:
    command = [sys.executable, "-c", OPENED, str(catalogue_folder(folder))]
    seconds, taken = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(taken)


def _lancedb(work: Workload, folder: Path) -> tuple[float, float]:
    import lancedb  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    def table(names: list[str], rows: NDArray[np.float32], told: list[dict[str, Any]]) -> pa.Table:
        vectors = pa.FixedSizeListArray.from_arrays(pa.array(rows.ravel()), rows.shape[1])
        columns = {key: [fact[key] for fact in told] for key in told[0]}
        return pa.table({"id": names, "vector": vectors, **columns})

    stored: list[Any] = []

    def add(batch: Any) -> None:
        if stored:
            stored[0].add(table(*batch))
        else:
            stored.append(lancedb.connect(folder / "lance").create_table("items", table(*batch)))

    def opened() -> None:
        table = lancedb.connect(folder / "lance").open_table("items")
        table.search(work.queries[0]).distance_type("dot").limit(10).to_list()

    return sum(once(partial(add, batch)) for batch in _batches(work)), _median(opened)


def _usearch(work: Workload, folder: Path) -> tuple[float, float]:
    from usearch.index import Index  # noqa: PLC0415

    path = str(folder / "graph.usearch")

    def add() -> None:
        index = Index(ndim=work.base.shape[1], metric="ip", connectivity=32)
        index.add(np.arange(len(work.base)), work.base)
        index.save(path)

    def opened() -> None:
        Index.restore(path, view=False).search(work.queries[:1], 10)

    return once(add), _median(opened)


def _median(way: Callable[[], object]) -> float:
    return float(np.median([once(way) for _ in range(MEASURED)]))
