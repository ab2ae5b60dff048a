"""Recommending by likeness: the rest of an outfit, from some of its items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import Outfit, OutfitSet
from fashionkit.evaluation.figure import Figure, resampled
from fashionkit.metrics import ndcg_linear_at_k

Floats = NDArray[np.floating[Any]]

FIRST = 50
"""NDCG looks at so many items of the ranking."""
LEAST_ITEMS = 4
"""Of outfits with fewer there is too little to go by."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One outfit: what is known of it, and the items to choose from, of which some are right."""

    liked: tuple[str, ...]
    candidates: tuple[str, ...]
    right: NDArray[np.float64]


def recommended(data: OutfitSet, train: Sequence[Outfit], vectors: Mapping[str, Floats]) -> dict[str, Figure]:
    """NDCG of the second half of every outfit, ranked by the cosine with the mean of the first half.

    That is what `Retriever.recommend` does. Ranked are all items that have a vector and are of the family and era of
    an item that is missing, without those that are known. Beside it stands how often items were used in train.

    Args:
        data: The outfits.
        train: Outfits of train; none where the folder has none.
        vectors: Of items, each of length 1.

    Returns:
        `ndcg@50` with its controls; nothing where no outfit has enough items.
    """
    asked = list(_asked(data, vectors))
    if not asked:
        return {}
    used = Counter(item for outfit in train for item in outfit.items)
    liking = np.array([_ndcg(_by_cosine(each, vectors), each) for each in asked])
    popular = np.array([_ndcg(np.array([used[item] for item in each.candidates], float), each) for each in asked])
    blind = np.array([_ndcg(np.zeros(len(each.candidates)), each) for each in asked])
    controls = {"chance": float(blind.mean())} | ({"popularity": float(popular.mean())} if train else {})
    return {f"ndcg@{FIRST}": resampled(lambda rows: float(liking[rows].mean()), len(asked)).against(**controls)}


def _asked(data: OutfitSet, vectors: Mapping[str, Floats]) -> Sequence[_Asked]:
    pools: dict[tuple[str, str], list[str]] = {}
    for item in sorted(vectors):
        if item in data.pool_of:
            pools.setdefault(data.pool_of[item], []).append(item)
    found = []
    for outfit in data.outfits:
        items = [item for item in dict.fromkeys(outfit.items) if item in vectors and item in data.pool_of]
        if len(items) < LEAST_ITEMS:
            continue
        # In an order that says nothing of who put the outfit together, and is the same every time.
        drawn = np.random.default_rng(list(outfit.id.encode())).permutation(len(items))
        liked = tuple(items[place] for place in drawn[: len(items) // 2])
        missing = {items[place] for place in drawn[len(items) // 2 :]}
        families = sorted({data.pool_of[item] for item in missing})
        candidates = tuple(item for family in families for item in pools[family] if item not in liked)
        found.append(_Asked(liked, candidates, np.array([item in missing for item in candidates], float)))
    return found


def _by_cosine(asked: _Asked, vectors: Mapping[str, Floats]) -> Floats:
    taste = np.mean([vectors[item] for item in asked.liked], axis=0, dtype=np.float64)
    scores: Floats = np.stack([vectors[item] for item in asked.candidates]).astype(np.float64) @ taste
    return scores


def _ndcg(scores: Floats, asked: _Asked) -> float:
    return ndcg_linear_at_k(scores[None], asked.right[None], FIRST)
