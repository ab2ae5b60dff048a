"""Photos with what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fashionkit.images import Source


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPhoto:
    """One photo and what is known of it. Two of them are equal only where they are the same object.

    Attributes:
        photo: What `fashionkit.load_image` takes: a path, or an array H×W or H×W×3 uint8 where photos have no files.
        labels: By name of a head, what the `encode` of that head's spec takes; a head that is missing is not known.
            "category": a label, or several that it may be. "attributes": a mapping such as {"sleeve": "long",
            "tags": ["striped"], "year": 2017.0}. "embedding": a name that photos of one product share, beginning with
            that of the data set.
        group: Photos that belong together, such as those of one product, share it; no split may cut it. "" is alone.
        id: A printable name, unique in the data set.
        fields: The row of its table as it was, by column; "" is not known.

    >>> LabelledPhoto("photos/a.jpg", {"category": "dress"}, id="a")
    LabelledPhoto('a', category='dress')
    """

    photo: Source
    labels: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    id: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"LabelledPhoto({', '.join([repr(self.id), *(f'{k}={v!r}' for k, v in self.labels.items())])})"


@dataclass(frozen=True, slots=True, repr=False)
class DataSet:
    """Photos with labels, in the order in which they are listed.

    Attributes:
        name: That of a set which fashionkit knows, such as "clothing"; otherwise of its folder.
        split: The one that was asked for, such as "train", "val" or "test"; "" for everything.
        photos: All of them.
        root: The folder that they came from.

    >>> data = DataSet("mine", "val", (LabelledPhoto("a.jpg", {"category": "dress"}), LabelledPhoto("b.jpg")), Path())
    >>> len(data), data.labels_of("category")
    (2, ['dress', None])
    >>> data.only(lambda photo: "category" in photo.labels)
    DataSet('mine', split='val', 1 photos)
    """

    name: str
    split: str
    photos: tuple[LabelledPhoto, ...]
    root: Path

    def __len__(self) -> int:
        return len(self.photos)

    def __iter__(self) -> Iterator[LabelledPhoto]:
        return iter(self.photos)

    def __getitem__(self, place: int) -> LabelledPhoto:
        return self.photos[place]

    def labels_of(self, head: str) -> list[Any]:
        """What is known for a head, one for each photo, in order; None is not known."""
        return [photo.labels.get(head) for photo in self.photos]

    def only(self, predicate: Callable[[LabelledPhoto], bool]) -> DataSet:
        """The same set with those of its photos for which `predicate` is true."""
        return replace(self, photos=tuple(photo for photo in self.photos if predicate(photo)))

    def __repr__(self) -> str:
        split = f" split={self.split!r}," if self.split else ""
        return f"DataSet({self.name!r},{split} {len(self):,} photos)"
