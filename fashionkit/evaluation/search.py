"""Searches: which photos should be found among which, how well they are, and what is found in their place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import LabelledPhoto, deepfashion_inshop
from fashionkit.errors import DataError
from fashionkit.evaluation.answers import Answers, Floats
from fashionkit.evaluation.figure import Figure, resampled
from fashionkit.evaluation.known import known_set
from fashionkit.evaluation.part import NeighbourDetail, Part, WrongNeighbour
from fashionkit.metrics import mean_average_precision_at_r, nearest, standing

Ints = NDArray[np.int64]

MOST_PAIRS = 24

DEEPEST = 1000
"""Lists of neighbours are not made longer: where more photos show one item, there is no mAP@R."""

COLLAPSED = 0.97
"""From this mean cosine of two photos on, the vectors say nothing about the photos."""


@dataclass(frozen=True, slots=True)
class Search:
    """Photos that are looked for among others.

    Attributes:
        name: Set and field of its figures, such as "design/worn_to_flat".
        asks: Whether a photo of the split is a query.
        offered: Whether a photo is in the gallery.
        item: What a photo shows; photos of one item should find each other. "" is not known.
        whole: Whether the gallery is that of the whole folder, and not of the split alone.
        at: The k of its R@k.
    """

    name: str
    asks: Callable[[LabelledPhoto], bool]
    offered: Callable[[LabelledPhoto], bool]
    item: Callable[[LabelledPhoto], str]
    whole: bool
    at: tuple[int, ...]


def search_of(set_name: str, columns: Collection[str]) -> Search:
    """The search that a data set allows; see `views_of` for its arguments."""
    known = known_set(set_name, columns)
    if known == "design":
        return Search(
            "design/worn_to_flat",
            lambda photo: photo.fields.get("view") == "worn",
            lambda photo: photo.fields.get("view") == "flat",
            lambda photo: photo.fields.get("product", ""),
            whole=True,
            at=(1, 20),
        )
    if known == "articles":
        return Search(
            "articles/other_colour",
            _always,
            _always,
            lambda photo: photo.fields.get("product", ""),
            whole=False,
            at=(1, 5),
        )
    if set_name == deepfashion_inshop.NAME and deepfashion_inshop.STATUS in columns:
        return Search(
            f"{set_name}/query_to_gallery",
            lambda photo: photo.fields.get(deepfashion_inshop.STATUS) == "query",
            lambda photo: photo.fields.get(deepfashion_inshop.STATUS) == "gallery",
            lambda photo: photo.fields.get("item_id", ""),
            whole=True,
            at=(1, 10, 20, 30),
        )
    return Search(
        f"{set_name}/same_item",
        _always,
        _always,
        lambda photo: str(photo.labels.get("embedding") or ""),
        whole=False,
        at=(1, 5, 20),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Vectors and the numbers of what they show; `own` is where a query itself stands in the gallery."""

    queries: Floats
    gallery: Floats
    ids: Ints
    gallery_ids: Ints
    own: Ints
    relevant: Ints


def measure(search: Search, queries: Answers, gallery: Answers, embedding: str) -> Part:
    """R@k, MRR and mAP@R of a search.

    Args:
        search: Which.
        queries: Photos of the split.
        gallery: What is searched; it may hold the queries.
        embedding: The head whose vectors are compared.

    Raises:
        DataError: No query has anything to find.
    """
    asked = [row for row, photo in enumerate(queries.photos) if search.asks(photo) and search.item(photo)]
    offered = [row for row, photo in enumerate(gallery.photos) if search.offered(photo)]
    items = [search.item(gallery.photos[row]) for row in offered]
    number = {item: at for at, item in enumerate(dict.fromkeys(items))}
    place = {gallery.photos[row].id: at for at, row in enumerate(offered)}
    own = np.array([place.get(queries.photos[row].id, -1) for row in asked], np.int64)
    gallery_ids = np.array([number[item] for item in items], np.int64)
    ids = np.array([number.get(search.item(queries.photos[row]), -1) for row in asked], np.int64)
    relevant = np.where(ids >= 0, np.bincount(gallery_ids, minlength=1)[ids], 0) - (own >= 0)
    kept = np.flatnonzero(relevant > 0)
    if not len(kept):
        raise DataError("no two photos show one product")
    vectors = queries.raw[embedding][np.array(asked)[kept]]
    task = _Task(vectors, gallery.raw[embedding][offered], ids[kept], gallery_ids, own[kept], relevant[kept])
    alone = len(asked) - len(kept)
    rest = f"; left out for having nothing to find: {alone:,}" if alone else ""
    return Part(
        figures={f"{search.name}/{metric}": figure for metric, figure in _figures(task, search.at).items()},
        notes=(f"{search.name}: {len(kept):,} queries among {len(offered):,} photos{rest}",),
    )


def _figures(task: _Task, at: Sequence[int]) -> dict[str, Figure]:
    found, n = standing(task.queries, task.gallery, task.ids, task.gallery_ids, task.own), len(task.ids)
    others = len(task.gallery) - (task.own >= 0)
    figures = {}
    for k in at:
        chance = float(_by_chance(task.relevant, others, k).mean())
        figures[f"r@{k}"] = _mean(found.chances(k)).against(chance=chance)
    figures["mrr"] = _mean(found.reciprocal_ranks)
    if task.relevant.max() <= DEEPEST:
        near = nearest(task.queries, task.gallery, int(task.relevant.max()), task.own).places
        hits = (task.gallery_ids[near] == task.ids[:, None]) & (near >= 0)
        figures["map@r"] = resampled(lambda rows: mean_average_precision_at_r(hits[rows], task.relevant[rows]), n)
    return figures


def _mean(values: NDArray[np.float64]) -> Figure:
    return resampled(lambda rows: float(values[rows].mean()), len(values))


def _by_chance(relevant: Ints, others: Ints, k: int) -> NDArray[np.float64]:
    """How likely at least one relevant item is among k that are drawn from all others."""
    missed = np.ones(len(relevant))
    for drawn in range(k):
        missed *= np.clip((others - relevant - drawn) / np.maximum(others - drawn, 1), 0, 1)
    chances: NDArray[np.float64] = 1 - missed
    return chances


def wrong_neighbours(
    name: str, photos: Sequence[LabelledPhoto], vectors: Floats, label: Callable[[LabelledPhoto], str]
) -> NeighbourDetail:
    """The photos whose nearest neighbour has another label, the most similar pairs first, each pair once."""
    rows = [row for row, photo in enumerate(photos) if label(photo)]
    if len(rows) < 2:  # noqa: PLR2004  # nothing has a neighbour
        return NeighbourDetail(name, ())
    own = np.arange(len(rows))
    found = nearest(vectors[rows], vectors[rows], 1, own)
    pairs: dict[frozenset[int], WrongNeighbour] = {}
    for at in np.argsort(-found.similarities[:, 0], kind="stable").tolist():
        photo, other = photos[rows[at]], photos[rows[int(found.places[at, 0])]]
        same_product = photo.group and photo.group == other.group
        if label(photo) != label(other) and not same_product and len(pairs) < MOST_PAIRS:
            similarity = float(found.similarities[at, 0])
            pair = WrongNeighbour(photo, label(photo), other, label(other), similarity)
            pairs.setdefault(frozenset((at, int(found.places[at, 0]))), pair)
    return NeighbourDetail(name, tuple(pairs.values()))


def collapse(name: str, vectors: Floats) -> tuple[str, ...]:
    """A warning where all photos have nearly one vector."""
    mean_cosine = float(np.square(vectors.mean(axis=0, dtype=np.float64)).sum())
    if len(vectors) < 2 or mean_cosine < COLLAPSED:  # noqa: PLR2004  # one photo is alike to itself
        return ()
    return (f"{name}: two photos have a cosine of {mean_cosine:.3f} on average: the embedding has collapsed",)


def _always(_photo: LabelledPhoto) -> bool:
    return True
