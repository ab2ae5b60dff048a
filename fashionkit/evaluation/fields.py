"""Which questions the labels of a data set ask, in the set's own names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fashionkit.attribute_words import AttributeWords, GroupWords
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.evaluation.known import known_set
from fashionkit.evaluation.recorded import recorded
from fashionkit.heads.attributes.spec import ALL_TAGS
from fashionkit.taxonomy import Taxonomy

CATEGORY = "category"
ATTRIBUTES = "attributes"


@dataclass(frozen=True, slots=True)
class Field:
    """A question with one label of several.

    Attributes:
        name: As the data set calls it, such as "baseColour".
        head: The kind of head that answers it: "category" or "attributes".
        group: The group of attributes that answers it where a model has none of the field's own name; "" for none.
        fewest: Labels of fewer train photos are left out.
        label: What a photo shows; "" is not known.
        meaning: The labels that a model may have in place of one of the data set's.
    """

    name: str
    head: str
    group: str
    fewest: int
    label: Callable[[LabelledPhoto], str]
    meaning: Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A question with a number.

    Attributes:
        name: As the data set calls it.
        attribute: The number of a model that answers it where there is none of the field's own name.
        value: What is known of a photo; None is not known.
    """

    name: str
    attribute: str
    value: Callable[[LabelledPhoto], float | None]


@dataclass(frozen=True, slots=True)
class TagList:
    """A question with any number of tags.

    Attributes:
        name: As the data set calls it.
        tags: Those that photos of the set show; None of a photo whose tags are not known.
    """

    name: str
    tags: Callable[[LabelledPhoto], Sequence[str] | None]


@dataclass(frozen=True, slots=True)
class Questions:
    """All that a data set asks of single photos."""

    fields: tuple[Field, ...]
    quantities: tuple[Quantity, ...]
    tag_lists: tuple[TagList, ...]


def questions_of(data: DataSet) -> Questions:
    """What a data set asks: by its columns where fashionkit knows the set, otherwise by its labels."""
    columns = columns_of(data.photos)
    name = known_set(data.name, columns)
    if not name:
        return _asked_by_labels(data)
    known = _Known(name, columns)
    return Questions(tuple(known.fields()), tuple(known.quantities()), tuple(known.tag_lists()))


def columns_of(photos: Sequence[LabelledPhoto]) -> frozenset[str]:
    """The columns of the table that photos came from; none where there was no table."""
    return frozenset(photos[0].fields) if photos else frozenset()


class _Known:
    """A set whose columns the taxonomy and the words of attributes name."""

    def __init__(self, name: str, columns: frozenset[str]) -> None:
        self.name, self.columns = name, columns
        self.taxonomy, self.words = Taxonomy.load(), AttributeWords.load()

    def fields(self) -> Iterator[Field]:
        for words_of in self.taxonomy.set_names:  # `design` is there twice: types, and families
            column = self.taxonomy.column_of(words_of)
            if words_of.split("-")[0] == self.name and column in self.columns:
                yield _category(column, words_of, self.taxonomy, recorded(self.name).fewest)
        for group, words in self.words.groups.items():
            if words.columns.get(self.name) in self.columns:
                yield _group(words.columns[self.name], group, words)

    def quantities(self) -> Iterator[Quantity]:
        for number, columns in self.words.numbers.items():
            if columns.get(self.name) in self.columns:
                column = columns[self.name]
                yield Quantity(column, number, _number_in(column))

    def tag_lists(self) -> Iterator[TagList]:
        column = self.words.tags.get(self.name)
        if column in self.columns:
            yield TagList(str(column), lambda photo: _listed(photo.fields.get(str(column), "")))


def _category(column: str, words_of: str, taxonomy: Taxonomy, fewest: int) -> Field:
    labels = frozenset(taxonomy.labels_of(words_of))

    def label(photo: LabelledPhoto) -> str:
        cell = photo.fields.get(column, "")
        try:
            return (taxonomy.label_of(words_of, cell) or "") if cell else ""
        except DataError:  # a word that came after the taxonomy was written: too rare to count
            return cell

    def meaning(name: str) -> Sequence[str]:
        return taxonomy.types_of(words_of, name) if name in labels else ()

    return Field(column, CATEGORY, "", fewest, label, meaning)


def _group(column: str, group: str, words: GroupWords) -> Field:
    def label(photo: LabelledPhoto) -> str:
        cell = photo.fields.get(column, "")
        return "" if words.label(cell) is None else cell

    return Field(column, ATTRIBUTES, group, words.fewest, label, lambda cell: [words.label(cell) or cell])


def _asked_by_labels(data: DataSet) -> Questions:
    """A set that fashionkit does not know asks what its labels say, under the names of the heads."""
    named = any(data.labels_of(CATEGORY))
    fields = [Field(CATEGORY, CATEGORY, "", 1, _own_category, _types_in_taxonomy(data))] if named else []
    values: dict[str, Any] = {}
    for known in data.labels_of(ATTRIBUTES):
        values.update({name: value for name, value in (known or {}).items() if value is not None and value != ""})
    texts = [name for name, value in values.items() if isinstance(value, str)]
    numbers = [name for name, value in values.items() if isinstance(value, int | float) and not isinstance(value, bool)]
    fields += [Field(name, ATTRIBUTES, "", 1, _own_attribute(name), _no_other) for name in texts]
    return Questions(
        tuple(fields),
        tuple(Quantity(name, name, _own_number(name)) for name in numbers),
        (TagList(ALL_TAGS, _own_tags),) if ALL_TAGS in values else (),
    )


def _types_in_taxonomy(data: DataSet) -> Callable[[str], Sequence[str]]:
    """What the taxonomy says of the labels of a set without a table: nothing where it does not know all of them."""
    taxonomy, name = Taxonomy.load(), data.name
    if name not in taxonomy.set_names or taxonomy.column_of(name):
        return _no_other
    known = {"", *taxonomy.labels_of(name)}
    return (lambda label: taxonomy.types_of(name, label)) if {*map(_own_category, data)} <= known else _no_other


def _own_category(photo: LabelledPhoto) -> str:
    label = photo.labels.get(CATEGORY)
    return label if isinstance(label, str) else ""


def _own_attribute(name: str) -> Callable[[LabelledPhoto], str]:
    return lambda photo: str((photo.labels.get(ATTRIBUTES) or {}).get(name) or "")


def _own_number(name: str) -> Callable[[LabelledPhoto], float | None]:
    return lambda photo: (photo.labels.get(ATTRIBUTES) or {}).get(name)


def _own_tags(photo: LabelledPhoto) -> Sequence[str] | None:
    tags: Sequence[str] | None = (photo.labels.get(ATTRIBUTES) or {}).get(ALL_TAGS)
    return tags


def _no_other(_label: str) -> Sequence[str]:
    return ()


def _number_in(column: str) -> Callable[[LabelledPhoto], float | None]:
    return lambda photo: float(photo.fields[column]) if photo.fields.get(column) else None


def _listed(cell: str) -> Sequence[str] | None:
    return [tag for tag in cell.split("|") if tag] if cell else None
