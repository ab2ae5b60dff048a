"""How well each single photo was answered, for figures that are means over photos."""

from __future__ import annotations

import numpy as np

from fashionkit.datasets import DataSet
from fashionkit.evaluation.ablation.difference import Outcomes
from fashionkit.evaluation.answers import Answers, Floats
from fashionkit.evaluation.fields import columns_of
from fashionkit.evaluation.part import LabelDetail
from fashionkit.evaluation.search import Search, search_of
from fashionkit.metrics import standing


def of_labels(detail: LabelDetail) -> Outcomes:
    """Of a question with one label: 1 for each photo that was answered right, 0 for the others."""
    right = detail.expected == detail.predicted
    return {photo.id: float(each) for photo, each in zip(detail.photos, right, strict=True)}


def of_search(data: DataSet, answers: Answers, embedding: str) -> tuple[str, Outcomes]:
    """Of the search of a set among the photos that were asked about: how likely each finds its like first.

    Returns:
        The name of the figure whose mean this is, and the outcomes; none where no photo has its like.
    """
    search = search_of(data.name, columns_of(data.photos))
    return f"{search.name}/r@1", _found_first(search, answers, answers.raw[embedding])


def _found_first(search: Search, answers: Answers, vectors: Floats) -> Outcomes:
    photos = answers.photos
    items = np.array([search.item(photo) for photo in photos])
    offered = np.array([search.offered(photo) for photo in photos])
    ids = np.unique(items, return_inverse=True)[1]
    # A photo that is offered itself does not find itself.
    relevant = np.bincount(ids[offered], minlength=len(photos))[ids] - offered
    asks = np.array([search.asks(photo) for photo in photos])
    queries = np.flatnonzero(asks & (items != "") & (relevant > 0))
    if not len(queries):
        return {}
    own = np.where(offered, np.cumsum(offered) - 1, -1)
    found = standing(vectors[queries], vectors[offered], ids[queries], ids[offered], own[queries])
    return {photos[query].id: float(chance) for query, chance in zip(queries, found.chances(1), strict=True)}
