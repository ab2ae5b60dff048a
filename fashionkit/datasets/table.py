"""Data sets that are a table: a row for each photo."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fashionkit.datasets.columns import Columns, columns_from, labels_of_row, read_description
from fashionkit.datasets.fault import OnFault, refuse
from fashionkit.datasets.folder_files import FolderFiles
from fashionkit.datasets.photos import DataSet, LabelledPhoto
from fashionkit.datasets.rows import Rows, is_table, read_rows
from fashionkit.datasets.whole_set import SPELLINGS, WholePhotos, split_name
from fashionkit.errors import DataError
from fashionkit.images.source import one_line

FIRST = ("labels", "metadata", "data")
"""Of several tables in a folder, the one of this name is read."""


def table(
    path: str | os.PathLike[str],
    split: str | None = None,
    *,
    photo: str | None = None,
    category: str | None = None,
    groups: Sequence[str] = (),
    tags: str | None = None,
    numbers: Sequence[str] = (),
    identity: str | None = None,
    group: str | None = None,
    split_column: str | None = None,
    unknown: Sequence[str] = (),
) -> DataSet:
    """Reads a table of photos: CSV, TSV, JSON Lines or Parquet.

    Args:
        path: The file of the table, or its folder. Photos are named within the folder of the table.
        split: Which split; everything for None.
        photo: The column of photos. Columns that are not given are recognised by their names: `file`, `photo` or
            `image`; `category` or `label`; `tags`; `identity` or `product`; `group`; `split`. "" is none.
        category: The column of labels.
        groups: Columns of which each is an attribute.
        tags: The column of tags, with | between them.
        numbers: Columns of numbers.
        identity: The column by which photos show the same product.
        group: The column by which photos belong together.
        split_column: The column of splits.
        unknown: Words that say nothing.

    Raises:
        DataError: The table cannot be read, or a row of it cannot be used; file and line are named.
    """
    given = {
        "photo": photo,
        "category": category,
        "groups": list(groups),
        "tags": tags,
        "numbers": list(numbers),
        "identity": identity,
        "group": group,
        "split_column": split_column,
        "unknown": list(unknown),
    }
    columns = columns_from(given, one_line(os.fspath(path)))
    return read_table(Path(path), columns, refuse).part(split)


def read_table(path: Path, columns: Columns, on_fault: OnFault) -> WholePhotos:
    """All splits of a table, or of the tables of a folder; errors as for `table`."""
    files = tables_in(path) if path.is_dir() else [path]
    folder = path if path.is_dir() else path.parent
    return read_photo_rows(
        folder.resolve().name, folder, [read_rows(file, on_fault) for file in files], columns, on_fault
    )


def read_described(path: Path, on_fault: OnFault) -> WholePhotos:
    """A table with the columns that `data.toml` beside it names, the others recognised by their names."""
    described = read_description(path if path.is_dir() else path.parent)
    return read_table(path, described or Columns(), on_fault)


def read_photo_rows(
    name: str, folder: Path, tables: Sequence[Rows], columns: Columns, on_fault: OnFault
) -> WholePhotos:
    """Photos from the rows of one table, or of one table for each split."""
    files = FolderFiles(folder, on_fault)
    photos: list[tuple[str, LabelledPhoto]] = []
    for rows in tables:
        settled = columns.settled(rows)
        of_file = split_name(rows.path.stem) if len(tables) > 1 else ""
        for row in rows.rows:
            where = rows.where(row)
            labels = labels_of_row(row, settled, name, where, on_fault)
            found = files.find(row.cells[settled.photo or ""], where)
            if found and labels is not None:
                group = row.cells[settled.group] if settled.group else ""
                split = split_name(row.cells[settled.split_column]) if settled.split_column else of_file
                photos.append((split, LabelledPhoto(found[1], labels, group, one_line(found[0]), row.cells)))
    return WholePhotos(name, folder, photos)


def tables_in(folder: Path) -> list[Path]:
    """The tables of a folder: one for each split, or the one that is meant.

    Raises:
        DataError: There are several, and nothing says which is meant.
    """
    found = sorted(_tables(folder))
    if len(found) > 1 and all(path.stem.lower() in SPELLINGS for path in found):
        return found
    named = [path for name in FIRST for path in found if path.stem.lower() == name]
    if len(found) > 1 and not named:
        listed = ", ".join(one_line(path.name) for path in found)
        raise DataError(
            f"{one_line(str(folder))}: several tables are in this folder ({listed}); give the path of one, call it "
            "labels.csv, or call them train.csv, val.csv and test.csv"
        )
    return [named[0]] if named else found


def has_tables(folder: Path) -> bool:
    """Whether a table lies in a folder."""
    return any(True for _ in _tables(folder))


def _tables(folder: Path) -> Iterator[Path]:
    # A data set that was unpacked on a Mac brings hidden doubles of its files.
    is_meant: Callable[[Path], bool] = lambda path: is_table(path) and not path.name.startswith(".")  # noqa: E731
    return (path for path in folder.iterdir() if is_meant(path) and path.is_file())
