"""What a data set holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fashionkit.datasets.columns import USUAL
from fashionkit.datasets.fault import refuse
from fashionkit.datasets.formats import Whole, format_of, read_whole
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.whole_set import WholeOutfits


@dataclass(frozen=True)
class Field:
    """What is known of one thing: the category, an attribute, or which product it is.

    Attributes:
        head: The head that learns it: "category", "attributes" or "embedding".
        known: Of how many photos.
        labels: How many photos have each, most first; {} for numbers and products.
        range: The least and the largest of numbers; None for all others.
        products: How many there are; 0 for all others.
    """

    head: str
    known: int
    labels: dict[str, int]
    range: tuple[float, float] | None = None
    products: int = 0


@dataclass(frozen=True)
class Contents:
    """What a data set holds.

    Attributes:
        name: Of the set.
        format: The form it comes in.
        folder: Where it lies.
        photos: How many there are; for outfits, items.
        splits: How many photos or outfits each split has; {} where there are none.
        outfits: Counts of outfits, questions and judged outfits; {} for photos.
        fields: What is known, by name.
        unused: Columns that say nothing to a head.
    """

    name: str
    format: str
    folder: str
    photos: int
    splits: dict[str, int]
    outfits: dict[str, int]
    fields: dict[str, Field]
    unused: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return asdict(self)


def contents_of(folder: str, fmt: str | None) -> Contents:
    """Reads the tables of a data set; errors as for `open_data`."""
    form = format_of(folder, fmt).name
    whole = read_whole(folder, form, {}, refuse)
    photos = _photos(whole)
    splits = Counter(split for split, _ in (whole.outfits if isinstance(whole, WholeOutfits) else whole.photos))
    fields = _fields(photos)
    return Contents(
        name=whole.name,
        format=form,
        folder=str(whole.root),
        photos=len(photos),
        splits={split: splits[split] for split in whole.splits},
        outfits=_outfits(whole),
        fields=fields,
        unused=_unused(photos, fields) if form == "table" else (),
    )


def _photos(whole: Whole) -> Sequence[LabelledPhoto]:
    if isinstance(whole, WholeOutfits):
        return list(whole.base.items.values())
    return [photo for _, photo in whole.photos]


def _outfits(whole: Whole) -> dict[str, int]:
    if not isinstance(whole, WholeOutfits):
        return {}
    return {"outfits": len(whole.outfits), "questions": len(whole.questions), "judged": len(whole.judged)}


def _fields(photos: Sequence[LabelledPhoto]) -> dict[str, Field]:
    fields = {}
    categories = [known for photo in photos if (known := photo.labels.get("category"))]
    if categories:
        fields["category"] = Field("category", len(categories), _counted(categories))
    attributes: dict[str, list[Any]] = {}
    for photo in photos:
        for name, value in photo.labels.get("attributes", {}).items():
            attributes.setdefault(name, []).append(value)
    fields |= {name: _attribute(values) for name, values in attributes.items()}
    products = [photo.labels["embedding"] for photo in photos if "embedding" in photo.labels]
    if products:
        fields["product"] = Field("embedding", len(products), {}, products=len(set(products)))
    return fields


def _attribute(values: Sequence[Any]) -> Field:
    if all(isinstance(value, float) for value in values):
        return Field("attributes", len(values), {}, range=(min(values), max(values)))
    return Field("attributes", len(values), _counted(values))


def _counted(values: Iterable[Any]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for value in values:
        counts.update([str(value)] if isinstance(value, str | bool) else value)
    return dict(counts.most_common())


def _unused(photos: Sequence[LabelledPhoto], fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Columns that are none of the usual and not among the attributes: they may be meant to be."""
    usual = {name for names in USUAL.values() for name in names}
    return tuple(name for name in (photos[0].fields if photos else {}) if name not in usual and name not in fields)
