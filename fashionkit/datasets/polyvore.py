"""Polyvore Outfits (Vasileva et al. 2018) in its published files.

A version (`nondisjoint/` or `disjoint/`) holds, for train, valid and test, {split}.json, fill_in_blank_{split}.json
and compatibility_{split}.txt. polyvore_item_metadata.json, categories.csv and `images/` lie there or one folder above.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from fashionkit.datasets.fault import Fault, OnFault
from fashionkit.datasets.folder_files import FolderFiles
from fashionkit.datasets.outfits import Judged, Outfit, OutfitSet, Question
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.whole_set import WholeOutfits, split_name
from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line

NAME = "polyvore"
METADATA = "polyvore_item_metadata.json"
VERSIONS = ("nondisjoint", "disjoint")
SPLITS = ("train", "valid", "test")

T = TypeVar("T")


class _Item(msgspec.Struct, frozen=True):
    item_id: str
    index: int


class _Set(msgspec.Struct, frozen=True):
    set_id: str
    items: tuple[_Item, ...]


class _Blank(msgspec.Struct, frozen=True):
    question: tuple[str, ...]
    answers: tuple[str, ...]


def is_here(folder: Path) -> bool:
    """Whether the metadata lies in a folder, or above that of a version."""
    return (folder / METADATA).is_file() or (folder.name in VERSIONS and (folder.parent / METADATA).is_file())


def read_polyvore(folder: Path, on_fault: OnFault) -> WholeOutfits:
    """All splits of one version.

    Raises:
        DataError: The folder holds both versions, a file is missing or damaged, or a photo is missing; or a question
            names what no outfit of its split holds, or has not one right answer.
    """
    version = _version(folder)
    metadata = _decode(_above(version, METADATA), dict[str, dict[str, Any]])
    there = [split for split in SPLITS if (version / f"{split}.json").is_file()]
    sets = {split: _decode(version / f"{split}.json", list[_Set]) for split in there}
    used = dict.fromkeys(item.item_id for made in sets.values() for one in made for item in one.items)
    items = dict(_items(version, used, metadata, on_fault))
    outfits, questions, judged = [], [], []
    for split, made in sets.items():
        item_of = {f"{one.set_id}_{item.index}": item.item_id for one in made for item in one.items}
        reader = _Reader(version, split, item_of, items, on_fault)
        name = split_name(split)
        outfits += [(name, one) for one in reader.outfits(made)]
        questions += [(name, one) for one in reader.questions()]
        judged += [(name, one) for one in reader.judged()]
    pool_of = {item: (photo.fields["semantic_category"], "") for item, photo in items.items()}
    return WholeOutfits(OutfitSet(NAME, "", version, items, (), (), (), pool_of), outfits, questions, judged)


class _Reader:
    """Reads the files of one split."""

    def __init__(
        self,
        folder: Path,
        split: str,
        item_of: Mapping[str, str],
        items: Mapping[str, LabelledPhoto],
        on_fault: OnFault,
    ) -> None:
        self._folder, self._split, self._item_of, self._items, self._on_fault = folder, split, item_of, items, on_fault

    def outfits(self, made: Iterable[_Set]) -> Iterator[Outfit]:
        path = self._folder / f"{self._split}.json"
        return self._usable(path, enumerate(made, 1), lambda one: Outfit(one.set_id, "", self._of_set(one)))

    def questions(self) -> Iterator[Question]:
        path = self._folder / f"fill_in_blank_{self._split}.json"
        if path.is_file():
            yield from self._usable(path, enumerate(_decode(path, list[_Blank]), 1), self._question)

    def judged(self) -> Iterator[Judged]:
        path = self._folder / f"compatibility_{self._split}.txt"
        if path.is_file():
            lines = enumerate(_text(path).splitlines(), 1)
            yield from self._usable(path, ((n, line.split()) for n, line in lines if line.strip()), self._judged)

    def _usable(self, path: Path, rows: Iterable[tuple[int, Any]], made: Callable[[Any], T]) -> Iterator[T]:
        for number, row in rows:
            try:
                one = made(row)
            except DataError as error:
                where = f"{one_line(str(path))}, row {number}"
                self._on_fault(Fault("outfit cannot be used", where, str(error), "download the files again"))
                continue
            yield one

    def _question(self, blank: _Blank) -> Question:
        outfit = blank.question[0].partition("_")[0] if blank.question else ""
        right = [name for name in blank.answers if name.partition("_")[0] == outfit]
        if len(right) != 1:
            raise DataError(f"{len(right)} of its answers are of its outfit, and one should be")
        (answer,) = self._named(right)
        wrong = self._named(name for name in blank.answers if name != right[0])
        return Question(outfit, "", self._named(blank.question), answer, wrong)

    def _judged(self, cells: list[str]) -> Judged:
        value, *names = cells
        if value not in ("0", "1"):
            raise DataError(f"it begins with '{one_line(value)}', and should with 0 or 1")
        outfit = names[0].partition("_")[0] if names and value == "1" else ""
        return Judged(outfit, "", self._named(names), value == "1")

    def _of_set(self, one: _Set) -> tuple[str, ...]:
        return self._named(f"{one.set_id}_{item.index}" for item in one.items)

    def _named(self, names: Iterable[str]) -> tuple[str, ...]:
        found = []
        for name in names:
            item = self._item_of.get(name)
            if item is None:
                raise DataError(f"no outfit of {self._split}.json has the item '{one_line(name)}'")
            if item not in self._items:
                raise DataError(f"the photo of the item '{one_line(item)}' is missing")
            found.append(item)
        return tuple(found)


def _items(
    version: Path, used: Iterable[str], metadata: Mapping[str, Mapping[str, Any]], on_fault: OnFault
) -> Iterator[tuple[str, LabelledPhoto]]:
    categories = _categories(_above(version, "categories.csv"))
    source = _above(version, METADATA)
    files = FolderFiles(_above(version, "images"), on_fault)
    for item in used:
        known = metadata.get(item, {})
        found = files.find(f"{item}.jpg", f"{one_line(str(source))}, item {one_line(item)}")
        if found is not None:
            fields = {name: str(value) for name, value in known.items() if isinstance(value, str | int | float)}
            fields.setdefault("semantic_category", "")
            category = categories.get(fields.get("category_id", ""), fields["semantic_category"])
            labels = {"category": category} if category else {}
            yield item, LabelledPhoto(found[1], labels, "", one_line(item), fields)


def _categories(path: Path) -> dict[str, str]:
    """Names of categories by their number; none where the file is not there."""
    if not path.is_file():
        return {}
    return {row[0]: row[1] for row in csv.reader(_text(path).splitlines()) if len(row) > 1}


def _version(folder: Path) -> Path:
    if (folder / "train.json").is_file() or not (folder / METADATA).is_file() or folder.name in VERSIONS:
        return folder
    there = [version for version in VERSIONS if (folder / version).is_dir()]
    if len(there) == 1:
        return folder / there[0]
    raise DataError(
        f"{one_line(str(folder))}: Polyvore Outfits comes in two versions; give the folder "
        f"{' or '.join(there or VERSIONS)} in it"
    )


def _above(version: Path, name: str) -> Path:
    """A file that lies in the folder of a version or one above."""
    return version / name if (version / name).exists() else version.parent / name


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise DataError(f"{one_line(str(path))}: cannot be read ({error.strerror or first_line(error)})") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{one_line(str(path))}: this is no UTF-8; download it again") from error


def _decode(path: Path, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind, strict=False)
    except OSError as error:
        raise DataError(f"{one_line(str(path))}: cannot be read ({error.strerror or first_line(error)})") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DataError(f"{one_line(str(path))}: damaged ({first_line(error)}); download it again") from error
