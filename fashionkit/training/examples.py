"""Several data sets as one: photos in a row, and the targets of every head, unknown where a set does not say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import DataSet, OutfitSet
from fashionkit.errors import DataError
from fashionkit.heads import HeadSpec, reads_sets
from fashionkit.images import Source


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Photos and what is known of them.

    Attributes:
        photos: N of them, as `fashionkit.images.read` takes them.
        names: What a message calls each.
        targets: By head, N rows, as its spec encodes labels.
        unknown: By head, the one row that means that nothing is known.
        known: By head, N bool: whether anything is.
        sizes: How many photos each data set has, in order, by its name and split.
    """

    photos: Sequence[Source]
    names: Sequence[str]
    targets: Mapping[str, NDArray[Any]]
    unknown: Mapping[str, NDArray[Any]]
    known: Mapping[str, NDArray[np.bool_]]
    sizes: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.photos)

    def digest(self) -> str:
        """A hash of names and targets, by which a run knows its data again."""
        hashed = hashlib.sha256("\n".join(self.names).encode("utf-8", "surrogatepass"))
        for name, rows in sorted(self.targets.items()):
            hashed.update(f"{name} {rows.shape} {rows.dtype}".encode())
            hashed.update(np.ascontiguousarray(rows).tobytes())
        return hashed.hexdigest()


def gather(data: Sequence[DataSet], specs: Mapping[str, HeadSpec]) -> Examples:
    """The photos of all data sets, with the targets of all heads that read photos.

    Raises:
        DataError: There is no photo, or a label is not among those of its head.
    """
    for each in data:
        if not isinstance(each, DataSet):
            raise DataError(f"a training takes data sets of photos, as open_data gives them; got {each!r:.80}")
    photos = [photo for each in data for photo in each.photos]
    if not photos:
        raise DataError("there is no photo in the data; check the folder and the split")
    heads = {name: spec for name, spec in specs.items() if not reads_sets(spec)}
    targets = {name: _encode(name, spec, data) for name, spec in heads.items()}
    unknown = {name: spec.encode([None])[0] for name, spec in heads.items()}
    return Examples(
        photos=[photo.photo for photo in photos],
        names=[photo.id or f"photo {place}" for place, photo in enumerate(photos)],
        targets=targets,
        unknown=unknown,
        known={name: _differ(rows, unknown[name]) for name, rows in targets.items()},
        sizes=sizes_of(data),
    )


def _encode(name: str, spec: HeadSpec, data: Sequence[DataSet]) -> NDArray[Any]:
    parts = []
    for each in data:
        try:
            parts.append(spec.encode([photo.labels.get(name) for photo in each.photos]))
        except DataError as error:
            raise DataError(f"{each.name}: {error}") from error
    return np.concatenate(parts)


def _differ(rows: NDArray[Any], row: NDArray[Any]) -> NDArray[np.bool_]:
    """Which rows are not that row; NaN is equal to NaN."""
    flat, wanted = rows.reshape(len(rows), -1), row.reshape(1, -1)
    # NaN alone differs from itself.
    differ: NDArray[np.bool_] = ((flat != wanted) & ((flat == flat) | (wanted == wanted))).any(axis=1)  # noqa: PLR0124
    return differ


def sizes_of(data: Sequence[DataSet | OutfitSet]) -> dict[str, int]:
    """How many photos, or outfits, each set has by its name; two sets of one name are told apart by their number."""
    sizes: dict[str, int] = {}
    for each in data:
        name = each.name if each.name not in sizes else f"{each.name} ({len(sizes) + 1})"
        sizes[name] = len(each)
    return sizes
