"""Search through the catalogue beside FAISS alone: the same vectors, batches and threads."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.search.stores import catalogue_folder
from benchmarks.search.timing import in_turns, once
from benchmarks.search.vectors import Workload
from fashionkit.catalogue import Catalogue, IndexSettings
from fashionkit.catalogue.index.approximate import ApproximateIndex
from fashionkit.catalogue.index.layered import LayeredIndex

K = 10
BATCH = 64
SINGLES = 100
EFFORTS = {"hnsw": (16, 32, 64, 128, 256), "ivf": (4, 8, 16, 32, 64), "ivf-pq": (4, 8, 16, 32, 64)}


def flat(work: Workload, folder: Path) -> dict[str, float]:
    """Seconds of exact search, one by one and in batches of 64, through the catalogue and through FAISS."""
    raw = faiss.IndexFlatIP(work.base.shape[1])
    raw.add(work.base)
    with Catalogue.open(catalogue_folder(folder), index="flat") as catalogue:
        return _beside(work, catalogue, lambda queries: raw.search(queries, K))


def truth(work: Workload, allowed: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """The rows that are nearest to each query, of all or of some."""
    rows = np.arange(len(work.base)) if allowed is None else allowed
    return rows[faiss.knn(work.queries, work.base[rows], K, metric=faiss.METRIC_INNER_PRODUCT)[1]]


def recall(found: NDArray[np.int64], true: NDArray[np.int64]) -> float:
    """The share of the true rows that were found."""
    return float(
        np.mean([len({*mine} & {*theirs}) / K for mine, theirs in zip(found.tolist(), true.tolist(), strict=True)])
    )


def places(hits: Any) -> NDArray[np.int64]:
    """The rows of hits, by the numbers in their ids."""
    return np.array([[int(hit.id.removeprefix("item-")) for hit in each] for each in hits])


def curves(work: Workload, folder: Path, kind: str, wanted: float) -> dict[str, Any]:
    """What a kind of index is tuned to, its times beside FAISS's, and recall against queries a second of all sides."""
    true = truth(work)
    settings = IndexSettings(kind, recall=wanted)  # type: ignore[arg-type]  # one of the kinds
    with Catalogue.open(catalogue_folder(folder), index=settings) as catalogue:
        built = once(catalogue.build_index)
        live = catalogue._index._index
        if not isinstance(live, LayeredIndex):
            return {"built, s": built, "reached": False}
        trained = live.base.trained
        raw = faiss.downcast_index(trained.index)
        times = _beside(work, catalogue, lambda queries: _raw(raw, kind, queries, trained.effort))
        found = {
            "built, s": built,
            "reached": True,
            "effort": trained.effort,
            "recall as tuned": trained.recall,
            "recall of unseen queries": recall(places(catalogue.search(work.queries, K)), true),
            "memory, bytes": catalogue.index_info().memory,
            **times,
        }
        lines = {
            "fashionkit": [
                _point(lambda effort=effort: _through(catalogue, live.base, work.queries, effort), true, places)
                for effort in EFFORTS[kind]
            ],
            "FAISS": [
                _point(lambda effort=effort: _raw(raw, kind, work.queries, effort), true) for effort in EFFORTS[kind]
            ],
        }
    if kind == "hnsw" and find_spec("usearch"):
        lines["usearch"] = _usearch(work, folder, true)
    return found | {"curves": lines}


def _beside(work: Workload, catalogue: Catalogue, raw: Any) -> dict[str, float]:
    queries = work.queries
    seconds = in_turns(
        {
            "one by one": lambda: [catalogue.search(queries[row : row + 1], K) for row in range(SINGLES)],
            "one by one, FAISS": lambda: [raw(queries[row : row + 1]) for row in range(SINGLES)],
            "batches": lambda: [catalogue.search(queries[row : row + BATCH], K) for row in range(0, 4 * BATCH, BATCH)],
            "batches, FAISS": lambda: [raw(queries[row : row + BATCH]) for row in range(0, 4 * BATCH, BATCH)],
        }
    )
    one, bare = seconds["one by one"] / SINGLES, seconds["one by one, FAISS"] / SINGLES
    return {
        "one by one, queries/s": 1 / one,
        "one by one, FAISS, queries/s": 1 / bare,
        "beyond FAISS, µs a query": (one - bare) * 1e6,
        "batches of 64, queries/s": 4 * BATCH / seconds["batches"],
        "batches of 64, FAISS, queries/s": 4 * BATCH / seconds["batches, FAISS"],
        "batches of 64, of FAISS": seconds["batches, FAISS"] / seconds["batches"],
    }


def _raw(index: Any, kind: str, queries: NDArray[np.float32], effort: int) -> NDArray[np.int64]:
    parameters = (
        faiss.SearchParametersHNSW(efSearch=max(effort, K))
        if kind == "hnsw"
        else faiss.SearchParametersIVF(nprobe=min(effort, index.nlist))
    )
    found: NDArray[np.int64] = index.search(queries, K, params=parameters)[1]
    return found


def _through(catalogue: Catalogue, base: ApproximateIndex, queries: NDArray[np.float32], effort: int) -> Any:
    base.trained = replace(base.trained, effort=effort)
    return catalogue.search(queries, K)


def _point(search: Any, true: NDArray[np.int64], read: Any = np.asarray) -> tuple[float, float]:
    return recall(read(search()), true), len(true) / in_turns({"it": search}, 3)["it"]


def _usearch(work: Workload, folder: Path, true: NDArray[np.int64]) -> list[tuple[float, float]]:
    from usearch.index import Index  # noqa: PLC0415

    index = Index.restore(str(folder / "graph.usearch"), view=False)
    points, threads = [], faiss.omp_get_max_threads()
    for effort in EFFORTS["hnsw"]:
        index.expansion_search = effort
        points.append(_point(lambda: index.search(work.queries, K, threads=threads).keys.astype(np.int64), true))
    return points
