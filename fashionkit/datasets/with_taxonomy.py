"""The labels of a known set in the words of the taxonomy."""

from __future__ import annotations

from dataclasses import replace

from fashionkit.datasets.photos import DataSet, LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.images.source import one_line
from fashionkit.taxonomy import Taxonomy


def with_taxonomy(data: DataSet, taxonomy: Taxonomy | None = None) -> DataSet:
    """The same photos, each category as the types that its label may mean; a label that says no type is not known.

    Sets without categories (`street`) stay as they are.

    Args:
        data: A set that the taxonomy knows by its name.
        taxonomy: The one that comes with the package where left out.

    Raises:
        DataError: The taxonomy does not know the set, or one of its labels.
    """
    known = Taxonomy.load() if taxonomy is None else taxonomy
    if not any("category" in photo.labels for photo in data):
        return data
    column = known.column_of(data.name)

    def in_types(photo: LabelledPhoto) -> LabelledPhoto:
        if column and column not in photo.fields:
            raise DataError(
                f"{one_line(photo.id)}: its table has no column {column!r}, which {data.name!r} should have"
            )
        others = {head: label for head, label in photo.labels.items() if head != "category"}
        cell = photo.fields[column] if column else photo.labels.get("category", "")
        types = known.types_of(data.name, cell) if cell else ()
        return replace(photo, labels={"category": types, **others} if types else others)

    return replace(data, photos=tuple(map(in_types, data)))
