"""The vectors that are searched: embeddings of real photos, and mixtures of pairs of them where more are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashionkit import Retriever, open_data
from fashionkit.datasets import DataSet, OutfitSet

Vectors = NDArray[np.float32]
SETS = ("clothing", "products", "articles", "design", "street", "outfits")
QUERIES = 1_000


@dataclass(frozen=True)
class Workload:
    """What is stored and what is asked.

    Attributes:
        base: n×d, of length 1.
        queries: m×d, of photos that are not stored.
        real: How many of the first rows are embeddings as they are.
    """

    base: Vectors
    queries: Vectors
    real: int


def workload(photos: Path | None, kept: Path, rows: int) -> Workload:
    """So many rows: the train photos of all sets first, then mixtures; queries are val photos.

    Args:
        photos: The folder of the sets; needed where `kept` is not there yet.
        kept: A file that the embeddings are kept in (.npz).
        rows: How many.
    """
    if not kept.exists():
        if photos is None:
            raise SystemExit(f"{kept} is not there; give --photos, to embed them once")
        np.savez(
            kept, base=np.stack(list(_embedded(photos, "train"))), queries=np.stack(list(_embedded(photos, "val")))
        )
    with np.load(kept) as file:
        base, queries = file["base"], file["queries"]
    draw = np.random.default_rng(0)
    queries = queries[draw.permutation(len(queries))[:QUERIES]]
    if rows <= len(base):
        return Workload(base[draw.permutation(len(base))[:rows]], queries, rows)
    return Workload(np.concatenate([base, *_mixtures(base, rows - len(base), draw)]), queries, len(base))


def _mixtures(base: Vectors, count: int, draw: np.random.Generator) -> Iterator[Vectors]:
    """Of two distinct rows each, by a random share: never a copy with noise, which would lie beside its row."""
    for start in range(0, count, 50_000):
        some = min(50_000, count - start)
        first = draw.integers(len(base), size=some)
        second = (first + draw.integers(1, len(base), size=some)) % len(base)
        share = draw.uniform(0.25, 0.75, (some, 1)).astype(np.float32)
        mixed = share * base[first] + (1 - share) * base[second]
        yield mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def _embedded(photos: Path, split: str) -> Iterator[Vectors]:
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory() as folder, Retriever.open(folder, create=True) as retriever:
        for name in SETS:
            data = open_data(photos / name, split)
            listed = list((data.as_photos() if isinstance(data, OutfitSet) else data).photos)
            assert isinstance(data, DataSet | OutfitSet)
            for start in range(0, len(listed), 512):
                yield from retriever.embed([photo.photo for photo in listed[start : start + 512]])
            print(f"{name}, {split}: {len(listed):,} photos embedded", flush=True)
