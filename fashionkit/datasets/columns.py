"""Which column of a table says what."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from fashionkit.config import convert
from fashionkit.datasets.fault import Fault, OnFault
from fashionkit.datasets.rows import SEVERAL, Row, Rows
from fashionkit.errors import ConfigError, DataError, did_you_mean, first_line
from fashionkit.images.source import one_line

DESCRIPTION = "data.toml"
"""The file beside a table that says which column is what."""

USUAL = {
    "photo": ("file", "photo", "image", "path", "filename", "file_name", "image_path"),
    "category": ("category", "label", "class"),
    "tags": ("tags",),
    "identity": ("identity", "product"),
    "group": ("group",),
    "split_column": ("split",),
}
"""By what names columns are recognised where nothing is said; the first that is there counts."""


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which column of a table says what. What is None is recognised by its name (`USUAL`), if it is there; "" is none.

    Attributes:
        photo: Paths of photos, within the folder of the table.
        category: The label, or several that it may be with | between them.
        groups: Attributes of which a photo has one each.
        tags: All tags of the photo with | between them; a single | says that it has none.
        numbers: Attributes that are numbers.
        identity: What photos of one product share: what search shall find.
        group: What photos share that belong together, so that no split may cut them.
        split_column: The split of the photo.
        unknown: Words that say nothing, such as "NA"; an empty cell says nothing either.
    """

    photo: str | None = None
    category: str | None = None
    groups: tuple[str, ...] = ()
    tags: str | None = None
    numbers: tuple[str, ...] = ()
    identity: str | None = None
    group: str | None = None
    split_column: str | None = None
    unknown: frozenset[str] = frozenset()

    def settled(self, rows: Rows) -> Columns:
        """The same with what was None found by its name, or "".

        Raises:
            DataError: A column that is named is not there, has two meanings, or none holds photos.
        """
        named = {role: self._found(role, rows) for role in USUAL}
        settled = msgspec.structs.replace(self, **named)
        where = one_line(str(rows.path))
        if not settled.photo:
            known = ", ".join(rows.columns)
            raise DataError(
                f"{where}: no column holds photos; call one 'file', or name it with photo=…. Known: {known}"
            )
        used = [settled.category, settled.tags, settled.identity, *self.groups, *self.numbers]
        rows.check_columns([name for name in (*named.values(), *self.groups, *self.numbers) if name])
        for name in filter(None, used):
            if used.count(name) > 1 or name == settled.photo:
                raise DataError(f"{where}: the column {name!r} is given two meanings; give it one")
        if "tags" in (*self.groups, *self.numbers):
            raise DataError(f"{where}: 'tags' is no group and no number; give it as tags='tags'")
        return settled

    def _found(self, role: str, rows: Rows) -> str:
        named: str | None = getattr(self, role)
        if named is not None:
            return named
        taken = {*self.groups, *self.numbers, *(getattr(self, each) for each in USUAL)}
        return next((name for name in USUAL[role] if name in rows.columns and name not in taken), "")


def read_description(folder: Path) -> Columns | None:
    """What `data.toml` says of the columns; None where there is none.

    Raises:
        DataError: It cannot be read, or has an unknown key or a wrong type.
    """
    path = folder / DESCRIPTION
    name = one_line(str(path))
    try:
        plain = msgspec.toml.decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataError(f"{name}: cannot be read ({error.strerror or first_line(error)})") from error
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DataError(f"{name}: no TOML in UTF-8 ({first_line(error)})") from error
    return columns_from(plain, name)


def columns_from(given: Any, source: str) -> Columns:
    """Columns from plain values.

    Raises:
        DataError: A key is unknown, or a value is of the wrong type; `source` is named.
    """
    for name in given:
        if name not in Columns.__struct_fields__:
            raise DataError(
                f"{source}: unknown key '{one_line(str(name))}'; {did_you_mean(str(name), Columns.__struct_fields__)}"
            )
    try:
        return convert(given, Columns, source)
    except ConfigError as error:
        raise DataError(str(error)) from error


def labels_of_row(row: Row, columns: Columns, name: str, where: str, on_fault: OnFault) -> dict[str, Any] | None:
    """What a row says, by name of a head; None where it cannot be used, which was told.

    Args:
        row: Of the table.
        columns: Settled ones.
        name: Of the data set; it begins the names of products.
        where: File and line, for messages.
        on_fault: Called for a number that is none.
    """
    labels: dict[str, Any] = {}
    words = _values(_known(row, columns.category, columns))
    if words:
        labels["category"] = words[0] if len(words) == 1 else tuple(words)
    try:
        attributes = dict(_attributes(row, columns))
    except ValueError as error:
        on_fault(Fault("number cannot be read", where, first_line(error), "write it like 12.5, or leave it empty"))
        return None
    if attributes:
        labels["attributes"] = attributes
    product = _known(row, columns.identity, columns)
    if product:
        labels["embedding"] = f"{name}/{product}"
    return labels


def _attributes(row: Row, columns: Columns) -> Iterator[tuple[str, Any]]:
    for group in columns.groups:
        word = _known(row, group, columns)
        if word:
            yield group, word
    tags = _known(row, columns.tags, columns)
    if tags:
        yield "tags", _values(tags)
    for number in columns.numbers:
        text = _known(row, number, columns)
        if text:
            yield number, _number(number, text)


def _known(row: Row, column: str | None, columns: Columns) -> str:
    cell = row.cells[column] if column else ""
    return "" if cell in columns.unknown else cell


def _values(cell: str) -> Sequence[str]:
    return [each.strip() for each in cell.split(SEVERAL) if each.strip()]


def _number(column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    # Python takes 1_000 for a number, other programs do not.
    if not math.isfinite(value) or "_" in text:
        raise ValueError(f"{column} is '{one_line(text)}', which is no finite number")
    return value
