"""What the train split of a data set says without any photo: which labels count, and what is commonest."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.evaluation.fields import Field, Quantity
from fashionkit.evaluation.recorded import recorded

OF_FOLDER = "the train split of the folder"
OF_RECORD = "the recorded train split of this data set"
OF_ITSELF = "the evaluated photos themselves, as there is no train split"

FAMILY = "family"
"""The column that says which family of garments a photo is of."""


@dataclass(frozen=True, slots=True)
class TrainSplit:
    """Counts of the labels of train photos.

    Attributes:
        set_name: The data set.
        photos: Its train photos; () where the folder has none.
        evaluated: The photos to be measured: what is counted where nothing is known of a train split.
    """

    set_name: str
    photos: Sequence[LabelledPhoto]
    evaluated: DataSet

    def source(self, field: str) -> str:
        """Where the counts of a field are from, in words."""
        if self.photos:
            return OF_FOLDER
        known = recorded(self.set_name)
        return OF_RECORD if field in known.counts or field in known.medians else OF_ITSELF

    def counts(self, field: Field) -> Mapping[str, int]:
        """How many train photos each label has; labels with too few are left out."""
        if self.source(field.name) == OF_RECORD:
            return recorded(self.set_name).counts[field.name]
        photos = self.photos or self.evaluated.photos
        fewest = field.fewest if self.photos else 1
        found = Counter(label for photo in photos if (label := field.label(photo)))
        return {label: n for label, n in found.items() if n >= fewest}

    def by_family(self, field: Field) -> Mapping[str, str] | None:
        """The commonest label of each family of garments; None where nothing is known of families."""
        if not self.photos:
            return recorded(self.set_name).by_family.get(field.name)
        kept = self.counts(field)
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for photo in self.photos:
            family, label = photo.fields.get(FAMILY, ""), field.label(photo)
            if family and label in kept:
                found[family][label] += 1
        return {family: labels.most_common(1)[0][0] for family, labels in found.items()} or None

    def median(self, quantity: Quantity) -> float:
        """The median of a number."""
        if self.source(quantity.name) == OF_RECORD:
            return recorded(self.set_name).medians[quantity.name]
        values = (quantity.value(photo) for photo in self.photos or self.evaluated.photos)
        return statistics.median([value for value in values if value is not None])
