"""What is wrong with the labels of a set, without a look at its photos."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.problem import Problem, named
from fashionkit.images.source import one_line

Photos: TypeAlias = Sequence[tuple[str, LabelledPhoto]]
"""Each photo with its split, "" where it has none."""

SAY_NOTHING = frozenset({"?", "-", "n/a", "na", "nan", "nil", "null", "unknown", "undefined", "tbd", "todo"})
"""Words that people and programs write where nothing is known, in lower case; `none` may be a label (no fastener)."""

# Query and gallery of one search hold the same products on purpose.
_ONE_SPLIT = {"query": "test", "gallery": "test"}


def check_labels(photos: Photos, fewest: int) -> Iterator[Problem]:
    """Looks at labels, splits and groups.

    Args:
        photos: All of them.
        fewest: A label that fewer train photos have is rare.
    """
    yield from _check_splits(photos)
    yield from _check_groups(photos)
    fields = _by_field(photos)
    if photos and not fields:
        remedy = "call a column label, tags or product, or say in data.toml which column is what"
        yield Problem("error", "no photo has a label", named(_names(photos)), len(photos), remedy)
    for field, known in fields.items():
        yield from _check_field(field, known, fewest, with_train=any(split == "train" for split, _ in photos))
    yield from _check_unknown(fields, len(photos))


def apart(split: str) -> str:
    """The split that counts for leaks: query and gallery are one."""
    return _ONE_SPLIT.get(split, split)


def _check_splits(photos: Photos) -> Iterator[Problem]:
    without = [photo.id for split, photo in photos if not split]
    if without and len(without) < len(photos):
        remedy = "name a split for each; these are used only where everything is"
        yield Problem("warning", "photos without a split, where others have one", named(without), len(without), remedy)
    elif without:
        remedy = "name a split for each (train, val, test), or let training set a part aside"
        yield Problem("note", "photos without a split", named(without), len(without), remedy)
    else:
        counts = Counter(split for split, _ in photos)
        if photos and "train" not in counts:
            yield Problem(
                "note", "no split is called train", named(list(counts)), len(photos), "it can be evaluated only"
            )


def _check_groups(photos: Photos) -> Iterator[Problem]:
    splits_of: dict[str, set[str]] = defaultdict(set)
    for split, photo in photos:
        if photo.group and split:
            splits_of[photo.group].add(apart(split))
    cut = [one_line(group) for group, splits in splits_of.items() if len(splits) > 1]
    if cut:
        remedy = "put all photos of a group into one split; they resemble each other, so figures come out too good"
        yield Problem("error", "groups that are cut by a split", named(cut), len(cut), remedy)


def _by_field(photos: Photos) -> dict[str, list[tuple[str, Sequence[str]]]]:
    """By field (the category, an attribute, the tags): of each photo where it is known, the split and the labels."""
    fields: dict[str, list[tuple[str, Sequence[str]]]] = defaultdict(list)
    for split, photo in photos:
        category = photo.labels.get("category")
        if category:
            fields["category"].append((split, [category] if isinstance(category, str) else list(category)))
        for name, value in (photo.labels.get("attributes") or {}).items():
            # Numbers are known, but are no labels to be counted.
            words = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
            fields[name].append((split, words))
        if "embedding" in photo.labels:
            fields["product"].append((split, []))
    return fields


def _check_field(
    field: str, known: Iterable[tuple[str, Sequence[str]]], fewest: int, *, with_train: bool
) -> Iterator[Problem]:
    everywhere: Counter[str] = Counter()
    train: Counter[str] = Counter()
    for split, labels in known:
        everywhere.update(labels)
        if split in ("train", ""):
            train.update(labels)
    if len(everywhere) == 1 and field != "tags":
        remedy = "give it a second label, or take the column out"
        yield Problem("warning", f"{field} has one label only", next(iter(everywhere)), 1, remedy)
    yield from _check_words(field, everywhere)
    if with_train:
        never = _shown(label for label in everywhere if label not in train)
        if never:
            remedy = "move photos of them to train, or take them out: they cannot be learned"
            yield Problem("warning", f"labels of {field} that no train photo has", named(never), len(never), remedy)
    rare = _shown(label for label, count in train.items() if count < fewest)
    if rare:
        remedy = "join them with others, find more photos, or leave them out of training"
        what = f"labels of {field} that fewer than {fewest} train photos have"
        yield Problem("note", what, named(rare), len(rare), remedy)


def _check_words(field: str, counts: Mapping[str, int]) -> Iterator[Problem]:
    empty = [label for label in counts if label.casefold() in SAY_NOTHING or label == str(None)]
    if empty:
        photos = sum(counts[label] for label in empty)
        remedy = "leave the cell empty, or name the word under unknown in data.toml: as it is, it counts as a label"
        yield Problem("warning", f"{field} has labels that seem to say nothing", named(_shown(empty)), photos, remedy)
    spellings: dict[str, list[str]] = defaultdict(list)
    for label in counts:
        spellings[" ".join(label.casefold().replace("-", " ").replace("_", " ").split())].append(label)
    several = [" / ".join(_shown(labels)) for labels in spellings.values() if len(labels) > 1]
    if several:
        remedy = "spell them alike: as they are, they count as different labels"
        yield Problem("warning", f"labels of {field} in several spellings", named(several), len(several), remedy)


def _check_unknown(fields: Mapping[str, Sequence[object]], total: int) -> Iterator[Problem]:
    for field, known in fields.items():
        unknown = total - len(known)
        if unknown:
            where = f"{unknown:,} of {total:,} photos"
            yield Problem("note", f"{field} is not known", where, unknown, "nothing: it counts neither way")


def _shown(labels: Iterable[str]) -> list[str]:
    return [one_line(label) for label in sorted(labels)]


def _names(photos: Photos) -> list[str]:
    return [photo.id for _, photo in photos]
