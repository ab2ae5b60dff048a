"""A data set with all of its splits, before one is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from fashionkit.datasets.outfits import Judged, Outfit, OutfitSet, Question
from fashionkit.datasets.photos import DataSet, LabelledPhoto
from fashionkit.errors import DataError, did_you_mean
from fashionkit.images.source import one_line

T = TypeVar("T")

SPELLINGS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
}
"""What splits are called elsewhere, and here."""


def split_name(written: str) -> str:
    """The name of a split, however it is spelled; one that is none of the usual stays as it is.

    >>> split_name("Validation"), split_name("gallery")
    ('val', 'gallery')
    """
    return SPELLINGS.get(written.strip().lower(), written.strip())


@dataclass(frozen=True, slots=True)
class WholePhotos:
    """Photos, each with its split ("" where it has none), in the order of their table."""

    name: str
    root: Path
    photos: Sequence[tuple[str, LabelledPhoto]]

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that there are, in their usual order."""
        return _splits(split for split, _ in self.photos)

    def part(self, split: str | None) -> DataSet:
        """One split; all of it for None.

        Raises:
            DataError: There is no such split, or no photo at all.
        """
        chosen = _chosen(split, self.splits, self.root)
        photos = _of(self.photos, chosen)
        if not photos:
            raise DataError(f"{one_line(str(self.root))}: no photo of the data set can be used; see its tables")
        return DataSet(self.name, chosen or "", photos, self.root)


@dataclass(frozen=True, slots=True)
class WholeOutfits:
    """Outfits and questions, each with its split, and all items."""

    base: OutfitSet
    outfits: Sequence[tuple[str, Outfit]]
    questions: Sequence[tuple[str, Question]]
    judged: Sequence[tuple[str, Judged]]

    @property
    def name(self) -> str:
        """That of the set."""
        return self.base.name

    @property
    def root(self) -> Path:
        """Its folder."""
        return self.base.root

    @property
    def splits(self) -> tuple[str, ...]:
        """As for photos."""
        return _splits(split for rows in (self.outfits, self.questions, self.judged) for split, _ in rows)

    def part(self, split: str | None) -> OutfitSet:
        """One split of outfits and questions, with all items; everything for None.

        Raises:
            DataError: There is no such split.
        """
        chosen = _chosen(split, self.splits, self.root)
        return replace(
            self.base,
            split=chosen or "",
            outfits=_of(self.outfits, chosen),
            questions=_of(self.questions, chosen),
            judged=_of(self.judged, chosen),
        )


def _splits(names: Iterable[str]) -> tuple[str, ...]:
    usual = ("train", "val", "test")
    found = dict.fromkeys(name for name in names if name)
    return (*(name for name in usual if name in found), *(name for name in found if name not in usual))


def _chosen(split: str | None, known: Sequence[str], root: Path) -> str | None:
    if split is None:
        return None
    name = split_name(split)
    if name not in known:
        raise DataError(f"{one_line(str(root))}: no split {split!r}; {did_you_mean(name, known)}")
    return name


def _of(rows: Sequence[tuple[str, T]], split: str | None) -> tuple[T, ...]:
    return tuple(row for name, row in rows if split is None or name == split)
