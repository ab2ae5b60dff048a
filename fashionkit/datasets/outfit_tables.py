"""Outfits as four tables: items.csv, outfits.csv, and the questions fitb.csv and compatibility.csv."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from fashionkit.datasets.columns import Columns
from fashionkit.datasets.fault import Fault, OnFault
from fashionkit.datasets.outfits import Judged, Outfit, OutfitSet, Question
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.rows import read_rows
from fashionkit.datasets.table import read_photo_rows
from fashionkit.datasets.whole_set import WholeOutfits, split_name
from fashionkit.errors import DataError
from fashionkit.images.source import one_line

NAME = "outfits"
ITEMS, OUTFITS, BLANKS, JUDGED = "items.csv", "outfits.csv", "fitb.csv", "compatibility.csv"

T = TypeVar("T", Outfit, Question, Judged)

_COLUMNS = Columns(
    photo="file",
    category="type",
    groups=("colour", "colour_name", "fabric"),
    unknown=frozenset({"complementos"}),  # of accessories, whatever they are made of
)


def is_here(folder: Path) -> bool:
    """Whether these tables lie in a folder; those of the questions may be missing."""
    return (folder / ITEMS).is_file() and (folder / OUTFITS).is_file()


def read_outfits(folder: Path, on_fault: OnFault) -> WholeOutfits:
    """All splits of a set of outfits.

    Raises:
        DataError: A table cannot be read, or a row of it cannot be used: it names an item that is not in items.csv, is
            judged by something else than 0 or 1, or has a column too few.
    """
    items = _items(folder, on_fault)
    outfits = list(_read(folder / OUTFITS, ("items",), _outfit, items, on_fault))
    questions = list(_read(folder / BLANKS, ("context", "answer", "wrong"), _question, items, on_fault))
    judged = list(_read(folder / JUDGED, ("items", "compatible"), _judged, items, on_fault))
    pool_of = {item: (items[item].fields.get("family", ""), era) for item, era in _eras(outfits, questions, judged)}
    base = OutfitSet(NAME, "", folder, items, (), (), (), pool_of)
    return WholeOutfits(base, outfits, questions, judged)


def _items(folder: Path, on_fault: OnFault) -> dict[str, LabelledPhoto]:
    rows = read_rows(folder / ITEMS, on_fault)
    rows.check_columns(["item", "file", "family", "type"])
    groups = tuple(name for name in _COLUMNS.groups if name in rows.columns)
    columns = Columns(photo="file", category="type", groups=groups, group="", unknown=_COLUMNS.unknown)
    items: dict[str, LabelledPhoto] = {}
    for _, photo in read_photo_rows(NAME, folder, [rows], columns, on_fault).photos:
        item = photo.fields["item"]
        if not item or item in items:
            detail = f"the item '{one_line(item)}' " + ("stands there twice" if item else "has no name")
            remedy = "give each item a name of its own"
            on_fault(Fault("item is named twice", f"{one_line(str(rows.path))}, {photo.id}", detail, remedy))
            continue
        items[item] = LabelledPhoto(photo.photo, photo.labels, photo.group, one_line(item), photo.fields)
    return items


def _read(
    path: Path,
    needs: tuple[str, ...],
    made: Callable[[Mapping[str, str]], T],
    items: Mapping[str, LabelledPhoto],
    on_fault: OnFault,
) -> Iterator[tuple[str, T]]:
    if path.name != OUTFITS and not path.is_file():
        return
    rows = read_rows(path, on_fault)
    rows.check_columns(["outfit", *needs])
    for row in rows.rows:
        try:
            one = made(row.cells)
            _check_items(one, items)
        except DataError as error:
            on_fault(Fault("outfit cannot be used", rows.where(row), str(error), "mend the row, or take it out"))
            continue
        yield split_name(row.cells.get("split", "")), one


def _outfit(cells: Mapping[str, str]) -> Outfit:
    return Outfit(cells["outfit"], cells.get("era", ""), tuple(cells["items"].split()))


def _question(cells: Mapping[str, str]) -> Question:
    wrong = tuple(cells["wrong"].split())
    if not cells["answer"] or not wrong or cells["answer"] in wrong:
        raise DataError("a question has one answer, and others that are wrong")
    return Question(cells["outfit"], cells.get("era", ""), tuple(cells["context"].split()), cells["answer"], wrong)


def _judged(cells: Mapping[str, str]) -> Judged:
    if cells["compatible"] not in ("0", "1"):
        raise DataError(f"compatible is '{one_line(cells['compatible'])}', and must be 0 or 1")
    return Judged(cells["outfit"], cells.get("era", ""), tuple(cells["items"].split()), cells["compatible"] == "1")


def _held(one: Outfit | Question | Judged) -> tuple[str, ...]:
    return (*one.context, one.answer, *one.wrong) if isinstance(one, Question) else one.items


def _check_items(one: Outfit | Question | Judged, items: Mapping[str, LabelledPhoto]) -> None:
    held = _held(one)
    if not held:
        raise DataError("no items are named")
    for item in held:
        if item not in items:
            raise DataError(f"the item '{one_line(item)}' is not in {ITEMS}, or its photo is missing")


def _eras(*tables: Iterable[tuple[str, Outfit | Question | Judged]]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for _, one in table:
            yield from ((item, one.era) for item in _held(one))
