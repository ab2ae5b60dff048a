"""Trains an index on the rows of a catalogue, fills it, and tunes it to a recall that is measured on them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from fashionkit.catalogue.index.approximate import ApproximateIndex, ReadsVectors, Trained
from fashionkit.catalogue.index.faiss_late import faiss_errors, imported_faiss

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from fashionkit.catalogue.index.plan import Plan
    from fashionkit.catalogue.index.settings import Kind

    Keys = NDArray[np.int64]
    Vectors = NDArray[np.float32]

# Recall is that of the ten nearest, over so many rows that ask.
NEAREST = 10
ASKING = 200
# How much of a query is one row, the rest being another: so it is about as hard to find as a photo that is not stored.
OF_THE_ROW = 0.67
# The breadth of the search while a graph is built (efConstruction).
BUILD_BREADTH = 96
# Rounds of k-means.
ROUNDS = 10
# Tried one after another; cells beyond those that there are mean all.
EFFORTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)


class Rows(Protocol):
    """The rows of one moment."""

    def sample(self, count: int) -> tuple[Keys, Vectors]:
        """So many rows, spread over all; keys ascending."""

    def chunks(self) -> Iterator[tuple[Keys, Vectors]]:
        """All rows, some thousands at a time, keys ascending."""

    def read(self, keys: Any, /) -> Vectors:
        """As `ReadsVectors`."""


class AbandonedError(Exception):
    """A build was told to stop."""


@dataclass(frozen=True)
class _Truth:
    """Queries, and the keys that an exact search answers."""

    queries: Vectors
    nearest: NDArray[np.int64]

    def recall(self, index: ApproximateIndex) -> float:
        """The share of the true ones that an index finds."""
        hits, true_count = 0, int(np.count_nonzero(self.nearest >= 0))
        for found, true in zip(index.nearest(self.queries, NEAREST), self.nearest, strict=True):
            best = np.argsort(-found.scores, kind="stable")[:NEAREST]
            hits += len({*found.keys[best].tolist()} & {*true.tolist()})
        return hits / true_count if true_count else 1.0


def build(plan: Plan, rows: Rows, recall: float, stopped: Callable[[], bool] = lambda: False) -> Trained | None:
    """The index of a plan, which looks no further than it takes to reach a recall.

    Args:
        plan: What to build; not the exact index.
        rows: What it is of; some are read to train and to ask, then all.
        recall: The share of the 10 nearest that it must find, in (0, 1].
        stopped: Asked between thousands of rows.

    Returns:
        The index, or None where it finds fewer however far it looks.

    Raises:
        AbandonedError: `stopped` said so.
        CatalogueError: There is not enough memory.
    """
    index = _trained(plan, rows)
    keys, truth = _filled(index, plan.kind, rows, stopped)
    trained = Trained(plan.kind, plan.factory, index, keys, effort=1, recall=0.0)
    return _tuned(trained, truth, rows.read, recall, stopped)


def _trained(plan: Plan, rows: Rows) -> Any:
    faiss = imported_faiss()
    dimension = rows.sample(1)[1].shape[1]
    with faiss_errors():
        # What it is cast to does not own it.
        index = faiss.index_factory(dimension, plan.factory, faiss.METRIC_INNER_PRODUCT)
        cast = faiss.downcast_index(index)
        if plan.kind == "hnsw":
            cast.hnsw.efConstruction = BUILD_BREADTH
        if plan.kind in ("ivf", "ivf-pq"):
            cast.cp.niter = ROUNDS
        if plan.kind == "ivf-pq":
            cast.pq.cp.niter = ROUNDS
        if not index.is_trained:
            index.train(rows.sample(plan.train_rows)[1])
    return index


def _filled(index: Any, kind: Kind, rows: Rows, stopped: Callable[[], bool]) -> tuple[Keys, _Truth]:
    """Adds all rows, and finds on the way which of them are truly nearest to some."""
    faiss = imported_faiss()
    queries = _beside(rows.sample(ASKING)[1])
    scores = np.full((len(queries), NEAREST), -np.inf, np.float32)
    nearest = np.full((len(queries), NEAREST), -1, np.int64)
    parts: list[Keys] = []
    for keys, vectors in rows.chunks():
        if stopped():
            raise AbandonedError
        with faiss_errors():
            index.add(vectors)
            found, places = faiss.knn(queries, vectors, min(NEAREST, len(keys)), metric=faiss.METRIC_INNER_PRODUCT)
        parts.append(keys)
        scores, nearest = _best(scores, nearest, found, keys[places])
    if kind == "ivf":
        faiss.downcast_index(index).make_direct_map()
    return np.concatenate(parts), _Truth(queries, nearest)


def _beside(rows: Vectors) -> Vectors:
    """Queries that are like rows and are none: a graph finds its own rows more easily than what it has not seen."""
    queries = OF_THE_ROW * rows + (1 - OF_THE_ROW) * np.roll(rows, 1, axis=0)
    lengths = np.linalg.norm(queries, axis=1, keepdims=True)
    return np.where(lengths > 0, queries / np.maximum(lengths, np.finfo(np.float32).tiny), rows).astype(np.float32)


def _best(scores: Vectors, keys: Keys, more_scores: NDArray[Any], more_keys: NDArray[Any]) -> tuple[Vectors, Keys]:
    all_scores, all_keys = np.hstack([scores, more_scores]), np.hstack([keys, more_keys])
    order = np.argsort(-all_scores, axis=1, kind="stable")[:, :NEAREST]
    return np.take_along_axis(all_scores, order, axis=1), np.take_along_axis(all_keys, order, axis=1)


def _tuned(
    trained: Trained, truth: _Truth, read: ReadsVectors, recall: float, stopped: Callable[[], bool]
) -> Trained | None:
    for effort in _efforts(trained.kind):
        if stopped():
            raise AbandonedError
        tried = replace(trained, effort=effort)
        found = truth.recall(ApproximateIndex(tried, read))
        if found >= recall:
            return replace(tried, recall=found)
    return None


def _efforts(kind: Kind) -> Sequence[int]:
    """Those that differ: nothing is searched less or more of "flat", and a graph keeps in sight what is fetched."""
    if kind == "flat":
        return EFFORTS[:1]
    least = NEAREST if kind == "hnsw" else EFFORTS[0]
    return EFFORTS[bisect_right(EFFORTS, least) - 1 :]
