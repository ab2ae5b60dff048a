"""What a garment can be called: kinds, their types, and which types the labels of each data set mean.

The taxonomy is a file that people read and edit, `fashionkit/assets/taxonomy.toml`. A label of a data set means one
type, or a few where the set's word is coarser than the taxonomy's ("Pants": trousers, jeans, joggers …). Within one set
no two labels share a type, so the probability of a label is the sum over its types.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from os import PathLike
from pathlib import Path

import msgspec

from fashionkit.config import convert
from fashionkit.errors import ConfigError, DataError, did_you_mean, first_line

Types = tuple[str, ...]

SHIPPED = files("fashionkit") / "assets" / "taxonomy.toml"
"""The taxonomy that comes with the package."""


class _Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    types: Types
    cannot_have: frozenset[str] = frozenset()


class _Set(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    column: str
    labels: dict[str, Types | str]
    same_as: dict[str, str] = {}
    unmapped: frozenset[str] = frozenset()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    groups: Types
    kinds: dict[str, _Kind]
    sets: dict[str, _Set]


@dataclass(frozen=True, slots=True, repr=False)
class Taxonomy:
    """Kinds, their types, and what the labels of each data set mean. Made by `Taxonomy.load`.

    >>> taxonomy = Taxonomy.load()
    >>> taxonomy.kind_of("shirt"), taxonomy.types_of("design", "T-Shirt")
    ('tops', ('t-shirt', 'long-sleeved top'))
    >>> sorted(taxonomy.cannot_have("bottoms"))
    ['neck', 'sleeve']
    """

    _file: _File
    _kind_of: Mapping[str, str]
    _types_of: Mapping[str, Mapping[str, Types]]

    @classmethod
    def load(cls, path: str | PathLike[str] | None = None) -> Taxonomy:
        """Reads a taxonomy; without a path, the one that comes with the package.

        Raises:
            ConfigError: The file cannot be read, is no TOML, has an unknown key or a wrong type, or breaks a rule that
                its head states; the message names the file and the place in it, or the label.

        >>> Taxonomy.load()
        Taxonomy(109 types, 15 kinds, 7 sets)
        """
        place = SHIPPED if path is None else Path(path)
        source = str(place)
        try:
            plain = tomllib.loads(place.read_bytes().decode())
        except OSError as error:
            raise ConfigError(f"{source}: cannot be read ({error.strerror or first_line(error)})") from error
        except RecursionError as error:
            raise ConfigError(f"{source}: nested too deeply to be a taxonomy") from error
        except ValueError as error:  # what is no UTF-8, what is no TOML, and a path that no file can have
            raise ConfigError(f"{source}: no TOML in UTF-8 ({first_line(error)})") from error
        read = convert(plain, _File, source)
        for fault in _faults(read):
            raise ConfigError(f"{source}: {fault}")
        kind_of = {name: kind for kind, entry in read.kinds.items() for name in entry.types}
        return cls(read, kind_of, _meanings(read))

    @property
    def types(self) -> Types:
        """All types, in the file's order."""
        return tuple(self._kind_of)

    @property
    def kinds(self) -> dict[str, str]:
        """The kind of each type: what `CategorySpec(labels=taxonomy.types, kinds=taxonomy.kinds)` takes."""
        return dict(self._kind_of)

    @property
    def groups(self) -> Types:
        """The attribute groups that a kind may be without."""
        return self._file.groups

    @property
    def set_names(self) -> tuple[str, ...]:
        """The data sets whose labels it knows."""
        return tuple(self._file.sets)

    def kind_of(self, type_name: str) -> str:
        """The kind that a type belongs to.

        Raises:
            DataError: No such type; a close one is suggested.

        >>> Taxonomy.load().kind_of("ankle boot")
        'footwear'
        """
        return self._kind_of[_known(type_name, self._kind_of, "type")]

    def cannot_have(self, kind: str) -> frozenset[str]:
        """The attribute groups for which "does not apply" is the answer, whatever the type of this kind.

        Raises:
            DataError: No such kind; a close one is suggested.
        """
        return self._file.kinds[_known(kind, self._file.kinds, "kind")].cannot_have

    def column_of(self, set_name: str) -> str:
        """The column of the set's table that holds its labels; "" for a set without a table.

        Raises:
            DataError: No such set; a close one is suggested.

        >>> Taxonomy.load().column_of("products")
        'articleType'
        """
        return self._set(set_name).column

    def labels_of(self, set_name: str) -> tuple[str, ...]:
        """The set's labels that an answer may be, in the file's order: no two share a type.

        Other words for one of them (`same_as`) and labels that say no type (`unmapped`) are not among them.

        Raises:
            DataError: No such set; a close one is suggested.
        """
        return tuple(self._set(set_name).labels)

    def label_of(self, set_name: str, label: str) -> str | None:
        """The label of `labels_of` that a cell of the set's table counts as; None for one that says no type.

        Raises:
            DataError: No such set, or no such label in it; a close one is suggested.

        >>> taxonomy = Taxonomy.load()
        >>> [taxonomy.label_of("articles", label) for label in ("Earring", "Earrings", "Unknown")]
        ['Earring', 'Earring', None]
        """
        words = self._set(set_name)
        _known(label, {*words.labels, *words.same_as, *words.unmapped}, f"label of the set {set_name!r}:")
        return None if label in words.unmapped else words.same_as.get(label, label)

    def types_of(self, set_name: str, label: str) -> Types:
        """The types that a label may mean: at least one, or none where the label says no type.

        Raises:
            DataError: No such set, or no such label in it; a close one is suggested.

        >>> taxonomy = Taxonomy.load()
        >>> taxonomy.types_of("clothing", "Shorts"), taxonomy.types_of("articles", "Unknown")
        (('shorts', 'bermuda shorts'), ())
        """
        counted = self.label_of(set_name, label)
        return () if counted is None else self._types_of[set_name][counted]

    def restrict(self, set_name: str, probabilities: Sequence[float]) -> str:
        """The set's label with the largest summed probability; of equal ones, the first in the file.

        What lies on types that the set has no label for is left out.

        Args:
            set_name: A data set.
            probabilities: One for each of `types`, in that order; a row of an array will do.

        Raises:
            DataError: No such set; or not as many numbers as types, or one that is no number from 0 up.

        >>> taxonomy = Taxonomy.load()
        >>> shares = {"dress": 0.4, "trousers": 0.3, "jeans": 0.3}
        >>> taxonomy.restrict("clothing", [shares.get(name, 0.0) for name in taxonomy.types])
        'Pants'
        """
        types_of = self._types_of[_known(set_name, self._types_of, "set")]
        if len(probabilities) != len(self._kind_of):
            raise DataError(
                f"{len(probabilities)} probabilities for {len(self._kind_of)} types; give one for each type"
            )
        of_type = dict(zip(self._kind_of, map(_share, probabilities), strict=True))
        return max(types_of, key=lambda label: math.fsum(of_type[name] for name in types_of[label]))

    def __repr__(self) -> str:
        return f"Taxonomy({len(self._kind_of)} types, {len(self._file.kinds)} kinds, {len(self._file.sets)} sets)"

    def _set(self, name: str) -> _Set:
        return self._file.sets[_known(name, self._file.sets, "set")]


def _known(name: str, known: Collection[str], what: str) -> str:
    if not isinstance(name, str) or name not in known:
        raise DataError(f"unknown {what} {name!r}; {did_you_mean(str(name), known)}")
    return name


def _share(value: float) -> float:
    try:
        share = float(value)
    except (TypeError, ValueError) as error:
        raise DataError(f"a probability is one number ({first_line(error)}); give one for each type") from error
    if not 0 <= share < math.inf:
        raise DataError(f"a probability is a number from 0 up; got {share}")
    return share


def _meanings(read: _File) -> dict[str, dict[str, Types]]:
    """Set → label → types."""
    return {
        name: {label: (types,) if isinstance(types, str) else types for label, types in words.labels.items()}
        for name, words in read.sets.items()
    }


def _faults(read: _File) -> Iterator[str]:
    """What breaks a rule, in words, the first of each rule first."""
    kind_of: dict[str, str] = {}
    for kind, entry in read.kinds.items():
        yield from _kind_faults(kind, entry, read.groups, kind_of)
        kind_of.update(dict.fromkeys(entry.types, kind))
    meanings = _meanings(read)
    for name, words in read.sets.items():
        yield from _meaning_faults(name, meanings[name], kind_of)
        yield from _word_faults(name, words)
    yield from _type_faults(kind_of, meanings)


def _kind_faults(kind: str, entry: _Kind, groups: Types, kind_of: Mapping[str, str]) -> Iterator[str]:
    if not entry.types:
        yield f"the kind {kind!r} has no types; give it some, or take it out"
    for place, type_name in enumerate(entry.types):
        if not type_name.strip():
            yield f"the kind {kind!r} holds an empty type; take it out"
        other = kind if type_name in entry.types[:place] else kind_of.get(type_name)
        if other:
            yield f"the type {type_name!r} of {kind!r} stands under {other!r} already; keep one"
    for group in sorted(entry.cannot_have.difference(groups)):
        yield f"{kind!r} cannot have {group!r}, which is no group; {did_you_mean(group, groups)}"


def _meaning_faults(name: str, types_of: Mapping[str, Types], kind_of: Mapping[str, str]) -> Iterator[str]:
    taken: dict[str, str] = {}
    for label, types in types_of.items():
        if not types:
            yield f"the label {label!r} of {name!r} means no type; name one, or put it into unmapped"
        for type_name in types:
            if type_name not in kind_of:
                yield f"the label {label!r} of {name!r} means {type_name!r}; {did_you_mean(type_name, kind_of)}"
            if type_name in taken:
                yield (
                    f"the label {label!r} of {name!r} means {type_name!r}, as {taken[type_name]!r} does; "
                    "a type has one label in a set"
                )
            taken[type_name] = label


def _word_faults(name: str, words: _Set) -> Iterator[str]:
    for word, label in words.same_as.items():
        if label not in words.labels:
            yield f"{word!r} of {name!r} is the same as {label!r}; {did_you_mean(label, words.labels)}"
    places: list[Collection[str]] = [words.labels, words.same_as, words.unmapped]
    for word, count in Counter(word for place in places for word in place).items():
        if count > 1:
            yield f"the label {word!r} of {name!r} stands in two of labels, same_as and unmapped; keep one"


def _type_faults(kind_of: Mapping[str, str], meanings: Mapping[str, Mapping[str, Types]]) -> Iterator[str]:
    same: dict[frozenset[tuple[str, str]], str] = {}
    for type_name in kind_of:
        reached = frozenset(
            (name, label) for name, types_of in meanings.items() for label in types_of if type_name in types_of[label]
        )
        if not reached:
            yield f"no label means the type {type_name!r}; map one to it, or take it out"
        if reached in same:
            yield f"no set tells {type_name!r} from {same[reached]!r}; make them one type"
        same[reached] = type_name
