"""From labels to heads: what a model must be able to answer, to learn all that data sets know."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np

from fashionkit.datasets import DataSet, LabelledPhoto, OutfitSet
from fashionkit.errors import ConfigError, DataError, did_you_mean
from fashionkit.heads import HeadSpec
from fashionkit.heads.attributes.result import DOES_NOT_APPLY
from fashionkit.heads.attributes.spec import ALL_TAGS, AttributesSpec, Group, NumberRule, TagRule
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.embedding.spec import EmbeddingSpec
from fashionkit.heads.labels import as_labels
from fashionkit.heads.outfit.spec import OutfitSpec
from fashionkit.taxonomy import Taxonomy

HEADS = ("category", "attributes", "embedding", "outfit")
FEWEST_LABELS = 2
"""One label alone is no question."""


def specs_for(
    datasets: Sequence[DataSet | OutfitSet], heads: Sequence[str] = HEADS, *, fewest: int = 1, dimension: int = 128
) -> dict[str, HeadSpec]:
    """The specs of those heads that the data sets have labels for, with the labels that they have.

    A category's labels are sorted; the kind of garment of each comes from the taxonomy, where it has the label. Of
    attributes, texts become groups, lists of "tags" and truth values become tags, numbers become numbers with their
    mean and spread.

    Outfits ask for an outfit head, and for the embedding that it reads. The embedding learns where photos of a product
    are known. Where none are it stays a random projection of what the backbone sees, which about keeps who is like
    whom, and the outfit head learns on top. Labels of an outfit's items are heard where `outfits.as_photos()` is given
    too.

    Args:
        datasets: To be learned from: take the training photos and outfits alone.
        heads: Which heads to have, out of these four.
        fewest: Labels and tags of fewer photos are left out; `only_known` takes them out of the data.
        dimension: Of the embedding.

    Raises:
        ConfigError: A head is unknown.
        DataError: An attribute is of several types, or nothing is left to be asked.

    >>> from pathlib import Path
    >>> photos = tuple(LabelledPhoto(f"{label}.jpg", {"category": label}) for label in ("dress", "shirt"))
    >>> specs_for([DataSet("mine", "", photos, Path())])["category"].kinds
    {'dress': 'dresses', 'shirt': 'tops'}
    """
    for head in heads:
        if head not in HEADS:
            raise ConfigError(f"no labels make a head {head!r}; {did_you_mean(head, HEADS)}")
    photos = [each for each in datasets if isinstance(each, DataSet)]
    with_outfits = "outfit" in heads and any(isinstance(each, OutfitSet) for each in datasets)
    with_embedding = with_outfits or ("embedding" in heads and any(_labels(photos, "embedding")))
    found: dict[str, HeadSpec | None] = {
        "category": _category(_labels(photos, "category"), fewest) if "category" in heads else None,
        "attributes": _attributes(_labels(photos, "attributes"), fewest) if "attributes" in heads else None,
        "embedding": EmbeddingSpec(dimension=dimension) if with_embedding else None,
        "outfit": OutfitSpec(item_width=dimension) if with_outfits else None,
    }
    specs = {head: spec for head, spec in found.items() if spec is not None}
    if not specs:
        raise DataError(
            f"the data have no labels for {', '.join(heads)}, or too few different ones; "
            "`fashionkit data check` says what is there"
        )
    return specs


def only_known(data: DataSet, specs: Mapping[str, HeadSpec]) -> DataSet:
    """The same photos without those labels that heads do not have: they are then not known.

    >>> from pathlib import Path
    >>> data = DataSet("mine", "", (LabelledPhoto("a.jpg", {"category": ("hat", "dress")}),), Path())
    >>> only_known(data, {"category": CategorySpec(labels=("dress", "shirt"))}).labels_of("category")
    [('dress',)]
    """
    return replace(data, photos=tuple(_only_known(photo, specs) for photo in data.photos))


def _labels(datasets: Sequence[DataSet], head: str) -> Iterator[Any]:
    return (label for data in datasets for photo in data.photos if (label := photo.labels.get(head)) not in (None, ""))


def _category(labels: Iterable[Any], fewest: int) -> CategorySpec | None:
    counts = Counter(label for value in labels for label in as_labels(value))
    kept = _frequent(counts, fewest)
    if len(kept) < FEWEST_LABELS:
        return None
    kinds = Taxonomy.load().kinds
    return CategorySpec(labels=kept, kinds={label: kinds[label] for label in kept if label in kinds})


def _attributes(labels: Iterable[Mapping[str, Any]], fewest: int) -> AttributesSpec | None:
    values: dict[str, list[Any]] = {}
    tags: Counter[str] = Counter()
    for label in labels:
        for name, value in label.items():
            if name == ALL_TAGS and value is not None:
                tags.update(set(value))
            elif value not in (None, ""):
                values.setdefault(name, []).append(value)
    groups, numbers = {}, {}
    for name, answers in values.items():
        kind = _kind(name, answers)
        if kind is str:
            group = _group(answers, fewest)
            groups.update({} if group is None else {name: group})
        elif kind is bool:
            tags[name] += sum(answers)
        else:
            numbers[name] = NumberRule(statistics.fmean(answers), statistics.pstdev(answers) or 1.0)
    rules = {tag: TagRule() for tag in _frequent(tags, fewest)}
    if not (groups or rules or numbers):
        return None
    return AttributesSpec(groups=groups, tags=rules, numbers=numbers)


def _kind(name: str, answers: Sequence[Any]) -> type:
    kinds = {str: str, bool: (bool, np.bool_), float: Real}
    for kind, accepted in kinds.items():
        if all(isinstance(answer, accepted) for answer in answers):  # type: ignore[arg-type]  # a type or several
            return kind
    raise DataError(f"the attribute {name!r} is a text for some photos and none for others; keep one of the two")


def _group(answers: Sequence[str], fewest: int) -> Group | None:
    may_not_apply = DOES_NOT_APPLY in answers
    labels = _frequent(Counter(answer for answer in answers if answer != DOES_NOT_APPLY), fewest)
    if len(labels) + may_not_apply < FEWEST_LABELS or not labels:
        return None
    return Group(labels, may_not_apply=may_not_apply)


def _frequent(counts: Counter[str], fewest: int) -> tuple[str, ...]:
    return tuple(sorted(label for label, count in counts.items() if count >= fewest))


def _only_known(photo: LabelledPhoto, specs: Mapping[str, HeadSpec]) -> LabelledPhoto:
    labels = {head: _known(label, specs.get(head)) for head, label in photo.labels.items()}
    return replace(photo, labels={head: label for head, label in labels.items() if label not in (None, "", (), {})})


def _known(label: Any, spec: HeadSpec | None) -> Any:
    if label is None or label == "":
        return None
    if isinstance(spec, CategorySpec):
        return tuple(each for each in as_labels(label) if each in spec.labels)
    if isinstance(spec, AttributesSpec):
        return {name: _known_attribute(name, value, spec) for name, value in label.items() if _has(name, value, spec)}
    return label


def _has(name: str, value: Any, spec: AttributesSpec) -> bool:
    if name in spec.groups:
        return value in (None, "") or value in spec.groups[name].choices
    return name == ALL_TAGS or name in spec.names


def _known_attribute(name: str, value: Any, spec: AttributesSpec) -> Any:
    return [tag for tag in value if tag in spec.tags] if name == ALL_TAGS and value is not None else value
