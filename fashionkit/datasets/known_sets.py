"""Public sets that are one table: by which columns each is known, and what its columns say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fashionkit.datasets.columns import Columns
from fashionkit.datasets.fault import OnFault
from fashionkit.datasets.rows import Row, Rows, header_of, read_rows
from fashionkit.datasets.table import read_photo_rows
from fashionkit.datasets.whole_set import WholePhotos

TABLE = "labels.csv"


@dataclass(frozen=True, slots=True)
class KnownSet:
    """A set that is recognised.

    Attributes:
        needs: The columns that it is known by, whatever its folder is called.
        columns: What they say. What no photo shows (the number of a season, a department) is left out, and what the
            category says already.
        views: Columns that hold one photo each; () where there is one photo a row.
    """

    needs: frozenset[str]
    columns: Columns
    views: tuple[str, ...] = ()


_OF_CLOTHES = ("sleeve", "neck", "silhouette", "length", "closure", "knit", "weave", "waist")

KNOWN: Mapping[str, KnownSet] = {
    "clothing": KnownSet(
        frozenset({"file", "split", "label", "kids", "group"}),
        Columns(photo="file", category="label", groups=("kids",), group="group", split_column="split"),
    ),
    "street": KnownSet(
        frozenset({"file", "split", "tags", "mask", "group"}),
        Columns(photo="file", tags="tags", group="group", split_column="split"),
    ),
    "products": KnownSet(
        frozenset({"file", "split", "articleType", "baseColour", "gender", "season", "usage", "year", "group"}),
        Columns(
            photo="file",
            category="articleType",
            groups=("gender", "baseColour", "season", "usage"),
            numbers=("year",),
            group="group",
            split_column="split",
            unknown=frozenset({"NA"}),
        ),
    ),
    "articles": KnownSet(
        frozenset({"file", "split", "product_type", "pattern", "colour", "colour_value", "colour_master"})
        | {"index_group", "garment_group", "product", "group"},
        Columns(
            photo="file",
            category="product_type",
            groups=("pattern", "colour", "colour_value", "colour_master", "index_group", "garment_group"),
            identity="product",
            group="group",
            split_column="split",
            unknown=frozenset({"Unknown", "Undefined", "undefined"}),
        ),
    ),
    "design": KnownSet(
        frozenset({"product", "split", "flat", "worn", "type", "sex", "fabric", "colour_name", "group", *_OF_CLOTHES}),
        Columns(
            photo="photo",
            category="type",
            groups=(*_OF_CLOTHES, "fabric", "colour_name", "sex"),
            identity="product",
            group="group",
            split_column="split",
        ),
        views=("flat", "worn"),
    ),
}


def which(folder: Path) -> str | None:
    """The set that lies in a folder, by the columns of its table; None where it is none of these."""
    header = frozenset(header_of(folder / TABLE))
    return next((name for name, known in KNOWN.items() if known.needs <= header), None)


def read_known(name: str, folder: Path, on_fault: OnFault) -> WholePhotos:
    """All splits of a set.

    Raises:
        DataError: Its table cannot be read, or a row of it cannot be used.
    """
    known = KNOWN[name]
    rows = read_rows(folder / TABLE, on_fault)
    rows.check_columns(sorted(known.needs))
    return read_photo_rows(name, folder, [_one_photo_a_row(rows, known.views)], known.columns, on_fault)


def _one_photo_a_row(rows: Rows, views: tuple[str, ...]) -> Rows:
    if not views:
        return rows
    apart = tuple(
        Row(row.line, {**row.cells, "view": view, "photo": row.cells[view]})
        for row in rows.rows
        for view in views
        if row.cells[view]
    )
    return Rows(rows.path, (*rows.columns, "view", "photo"), apart)
