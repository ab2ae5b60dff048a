"""The forms in which data sets come, and which of them lies in a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from fashionkit.datasets import (
    deepfashion,
    deepfashion_inshop,
    fashion_mnist,
    image_folder,
    known_sets,
    outfit_tables,
    polyvore,
    table,
)
from fashionkit.datasets.columns import columns_from
from fashionkit.datasets.fault import OnFault, refuse
from fashionkit.datasets.outfits import OutfitSet
from fashionkit.datasets.photos import DataSet
from fashionkit.datasets.rows import is_table
from fashionkit.datasets.whole_set import WholeOutfits, WholePhotos
from fashionkit.errors import DataError, did_you_mean, first_line
from fashionkit.images.source import one_line

Whole: TypeAlias = WholePhotos | WholeOutfits


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which data sets come.

    Attributes:
        name: What `open_data(fmt=…)` calls it.
        is_here: Whether a folder, or the file of a table, holds such a set; looks at names and first lines.
        read: Reads all splits.
    """

    name: str
    is_here: Callable[[Path], bool]
    read: Callable[[Path, OnFault], Whole]


def _known(name: str) -> Format:
    return Format(name, lambda path: known_sets.which(path) == name, partial(known_sets.read_known, name))


FORMATS: Sequence[Format] = (
    *map(_known, known_sets.KNOWN),
    Format("outfits", outfit_tables.is_here, outfit_tables.read_outfits),
    Format(fashion_mnist.NAME, fashion_mnist.is_here, fashion_mnist.read_fashion_mnist),
    Format(deepfashion.NAME, deepfashion.is_here, deepfashion.read_deepfashion),
    Format(deepfashion_inshop.NAME, deepfashion_inshop.is_here, deepfashion_inshop.read_inshop),
    Format(polyvore.NAME, polyvore.is_here, polyvore.read_polyvore),
    Format("table", lambda path: is_table(path) if path.is_file() else table.has_tables(path), table.read_described),
    Format("folder", image_folder.has_label_folders, image_folder.read_image_folder),
)
"""In the order in which they are tried."""


def open_data(
    folder: str | os.PathLike[str], split: str | None = None, *, fmt: str | None = None, **columns: Any
) -> DataSet | OutfitSet:
    """Opens a data set, whatever its form. No photo is opened.

    Args:
        folder: The folder of the set, or the file of a table.
        split: "train", "val", "test" or another that the set has; everything for None.
        fmt: The name of the form, such as "table"; recognised by what lies in the folder where it is not given.
        columns: Of a table, which column is what; see `table`. Where none is given, a file `data.toml` beside the table
            can say it, and columns with the usual names are recognised.

    Returns:
        Photos with labels, or outfits.

    Raises:
        DataError: There is no such folder or split, nothing in it is recognised, or it holds what cannot be used; the
            message names the file and the line.
    """
    return read_whole(folder, fmt, columns, refuse).part(split)


def splits_of(folder: str | os.PathLike[str], *, fmt: str | None = None, **columns: Any) -> tuple[str, ...]:
    """The names of a set's splits, train, val and test first; () where it has none. Errors as for `open_data`."""
    return read_whole(folder, fmt, columns, refuse).splits


def read_whole(folder: str | os.PathLike[str], fmt: str | None, columns: dict[str, Any], on_fault: OnFault) -> Whole:
    """All splits of a set; arguments and errors as for `open_data`."""
    path = _there(folder)
    try:
        found = format_of(path, fmt)
        if not columns:
            return found.read(path, on_fault)
    except OSError as error:  # a folder within that may not be entered
        raise DataError(f"{one_line(str(path))}: cannot be looked through ({first_line(error)})") from error
    if found.name != "table":
        raise DataError(f"{one_line(str(path))}: columns can be named for a table, and this is {found.name!r}")
    return table.read_table(path, columns_from(_plain(columns), one_line(str(path))), on_fault)


def format_of(folder: str | os.PathLike[str], fmt: str | None = None) -> Format:
    """The form that is named, or the one that is recognised; errors as for `open_data`."""
    return recognise(_there(folder)) if fmt is None else _named(fmt)


def recognise(path: Path) -> Format:
    """The form of the set in a folder.

    Raises:
        DataError: None is recognised, or the folder holds several sets.
    """
    found = next((known for known in FORMATS if known.is_here(path)), None)
    if found is not None and found.name == "folder":
        _check_not_several(path)
    if found is not None:
        return found
    raise DataError(
        f"{one_line(str(path))}: no data set is recognised here; give a folder with a table of labels, or one with "
        f"a folder of photos for each label, such as shirt/1.jpg; or one of the public sets {_names()}"
    )


def _check_not_several(path: Path) -> None:
    """Refuses a folder of data sets, whose photos would be taken for those of labels."""
    within = sorted(each for each in path.iterdir() if each.is_dir() and not each.name.startswith("."))
    sets = [each.name for each in within if any(known.is_here(each) for known in FORMATS if known.name != "folder")]
    if sets:
        listed = ", ".join(map(one_line, sets))
        raise DataError(f"{one_line(str(path))}: this folder holds data sets ({listed}); give one of them")


def _plain(columns: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple | set | frozenset) else value for name, value in columns.items()
    }


def _named(fmt: str) -> Format:
    found = next((known for known in FORMATS if known.name == fmt), None)
    if found is None:
        raise DataError(f"unknown format {fmt!r}; {did_you_mean(str(fmt), [known.name for known in FORMATS])}")
    return found


def _names() -> str:
    return ", ".join(known.name for known in FORMATS if known.name not in ("table", "folder"))


def _there(folder: str | os.PathLike[str]) -> Path:
    try:
        path = Path(folder)
        path.stat()
        if path.name == known_sets.TABLE and known_sets.which(path.parent):
            return path.parent
        if path.is_dir():
            os.scandir(path).close()
        elif not is_table(path):
            raise DataError(f"{one_line(str(path))}: this is a file and no table; give the folder of a data set")
    except FileNotFoundError:
        raise DataError(f"{one_line(os.fspath(folder))}: there is no such folder; give that of a data set") from None
    except TypeError as error:
        raise DataError(f"a data set is given as the path of its folder; got {folder!r}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or first_line(error)
        raise DataError(f"{one_line(os.fspath(folder))}: the folder cannot be opened ({reason})") from error
    return path
