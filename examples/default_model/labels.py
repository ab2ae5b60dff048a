"""What the tables say of a photo, in the words of the model: its possible types and its attributes."""

from __future__ import annotations

import statistics
import tomllib
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from tables import Photo

from fashionkit import AttributesSpec, CategorySpec, Group, NumberRule, TagRule
from fashionkit.attribute_words import AttributeWords
from fashionkit.heads.attributes.result import DOES_NOT_APPLY
from fashionkit.taxonomy import Taxonomy

HERE = Path(__file__).parent
# A tag that fewer train photos of the street have is left out.
FEWEST_OF_A_TAG = 30
HIDDEN = 512


class Labels:
    """Reads the tables with the taxonomy and the words of the package, and with `tags.toml`."""

    def __init__(self) -> None:
        self.taxonomy = Taxonomy.load()
        self.groups = AttributeWords.load().groups
        named = tomllib.loads((HERE / "tags.toml").read_text("utf-8"))
        self.types_of_tag = {tag: self._types_named(names) for tag, names in named.items()}

    def types(self, photo: Photo) -> tuple[str, ...]:
        """The types of the taxonomy that a photo may show; none where its set says nothing of it."""
        if photo.set not in self.taxonomy.set_names:
            return ()
        cell = photo.row[self.taxonomy.column_of(photo.set)]
        return self.taxonomy.types_of(photo.set, cell) if cell else ()

    def group(self, name: str, photo: Photo) -> str | None:
        """The label of a group, "does not apply" for kinds that cannot have it, None where it is not known."""
        kinds = {self.taxonomy.kind_of(type_name) for type_name in self.types(photo)}
        if kinds and all(name in self.taxonomy.cannot_have(kind) for kind in kinds):
            return DOES_NOT_APPLY
        words = self.groups[name]
        return words.label(photo.row[words.columns[photo.set]]) if photo.set in words.columns else None

    def attributes(self, photo: Photo, spec: AttributesSpec) -> dict[str, Any]:
        """All that is known of a photo, as `spec.encode` takes it."""
        known: dict[str, Any] = {}
        for name, group in spec.groups.items():
            label = self.group(name, photo)
            known[name] = label if label in group.choices else None
        if photo.set == "street":
            known["tags"] = [tag for tag in photo.row["tags"].split("|") if tag in spec.tags]
        elif photo.alone:
            known |= {tag: self._has_tag(tag, photo) for tag in spec.tags}
        if photo.set == "products" and photo.row["year"]:
            known["year"] = float(photo.row["year"])
        return known

    def _has_tag(self, tag: str, photo: Photo) -> bool | None:
        types, named = set(self.types(photo)), self.types_of_tag.get(tag)
        if not types or named is None:
            return None
        return True if types <= named else False if types.isdisjoint(named) else None

    def category_spec(self, without: Collection[str] = ()) -> CategorySpec:
        """One label for each type of the taxonomy, but for some."""
        kinds = {name: kind for name, kind in self.taxonomy.kinds.items() if name not in without}
        return CategorySpec(labels=tuple(kinds), kinds=kinds, hidden=HIDDEN)

    def attributes_spec(self, train: Iterable[Photo]) -> AttributesSpec:
        """The groups with the labels that enough train photos have, the tags, and the year."""
        photos = list(train)
        years = [float(photo.row["year"]) for photo in photos if photo.set == "products" and photo.row["year"]]
        tags = Counter(tag for photo in photos if photo.set == "street" for tag in photo.row["tags"].split("|") if tag)
        counted = {name: self._labels_of(name, photos) for name in self.groups}
        return AttributesSpec(
            groups={
                name: Group(labels, may_not_apply=DOES_NOT_APPLY in found)
                for name, found in counted.items()
                if len(labels := tuple(sorted(found - {DOES_NOT_APPLY}))) > 1
            },
            tags={tag: TagRule() for tag, n in sorted(tags.items()) if n >= FEWEST_OF_A_TAG},
            numbers={"year": NumberRule(statistics.mean(years), statistics.pstdev(years))},
            hidden=HIDDEN,
        )

    def _labels_of(self, name: str, photos: Iterable[Photo]) -> set[str]:
        """The labels of a group that enough photos have."""
        counted = Counter(label for photo in photos if (label := self.group(name, photo)) is not None)
        return {label for label, n in counted.items() if n >= self.groups[name].fewest}

    def _types_named(self, names: Iterable[str]) -> frozenset[str]:
        kinds = self.taxonomy.kinds
        return frozenset(type_name for type_name, kind in kinds.items() if type_name in names or kind in names)
