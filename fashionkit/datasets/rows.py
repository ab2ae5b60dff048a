"""The rows of a table, every cell as text: CSV, TSV, JSON Lines or Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashionkit.datasets.fault import Fault, OnFault
from fashionkit.datasets.parquet import parquet_rows
from fashionkit.errors import DataError, did_you_mean, first_line
from fashionkit.images.source import one_line

SEVERAL = "|"
"""Stands between values where a cell holds several; alone it says that there is none."""

LONGEST_COLUMN = 100
"""Characters of the name of a column: a longer one is something else, and would drown what an error says."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row.

    Attributes:
        line: Where it begins in its file, counted from 1; in Parquet, the number of the row.
        cells: By column, without spaces around them; "" is not known.
    """

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one file.

    Attributes:
        path: The file.
        columns: Its columns, in order.
        rows: Its rows, in order.
    """

    path: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def where(self, row: Row) -> str:
        """File and line, for messages."""
        return f"{one_line(str(self.path))}, line {row.line}"

    def check_columns(self, asked: Sequence[str]) -> None:
        """Refuses columns that the table has not.

        Raises:
            DataError: One is not there; a close one is suggested.
        """
        for name in asked:
            if name not in self.columns:
                known = did_you_mean(name, self.columns)
                raise DataError(f"{one_line(str(self.path))}: no column '{one_line(name)}'; {known}")


def is_table(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a table, by its ending.

    >>> is_table("labels.csv"), is_table("photo.jpg")
    (True, False)
    """
    return Path(path).suffix.lower() in _READERS


def header_of(path: Path) -> tuple[str, ...]:
    """The columns of a CSV file by its first line alone; () where that cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            line = file.readline(1_000_000)
        return tuple(name.strip() for name in next(csv.reader([line], delimiter=_delimiter(path, line)), []))
    except (OSError, ValueError, csv.Error):
        return ()


def read_rows(path: Path, on_fault: OnFault) -> Rows:
    """Reads a table whole.

    Args:
        path: A file whose ending is .csv, .tsv, .jsonl, .ndjson or .parquet. Text is UTF-8, with or without a byte
            order mark; the cells of a CSV file are separated by commas, semicolons or tabs.
        on_fault: Called for a row that does not fit the header.

    Raises:
        DataError: There is no such file, it is no table or cannot be read as one, it has no rows, or two
            columns have one name.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{one_line(str(path))}: no table that can be read; give a .csv, .tsv, .jsonl or .parquet file")
    read = reader(path, on_fault)
    if not read.rows:
        raise DataError(f"{one_line(str(path))}: the table has no rows; give one with a row for each photo")
    return read


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(f"{one_line(str(path))}: cannot be read ({error.strerror or first_line(error)})") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{one_line(str(path))}, line {line}: this is no UTF-8; save the table as UTF-8") from error


def _delimiter(path: Path, line: str) -> str:
    """Spreadsheets write what the country's decimal comma leaves them: whatever the header holds most of."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    return max(",;\t", key=line.count)


def _read_csv(path: Path, on_fault: OnFault) -> Rows:
    text = _text(path)
    # newline="": a line break within quotes belongs to the cell.
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(path, text.partition("\n")[0]), strict=True)
    columns = tuple(name.strip() for name in next(_numbered(lines, path), (0, []))[1])
    _check_header(columns, path)
    rows = []
    for line, cells in _numbered(lines, path):
        if len(cells) == len(columns):
            # A column without a name is the row number that pandas writes.
            named = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name}
            rows.append(Row(line, named))
        elif cells:
            where = f"{one_line(str(path))}, line {line}"
            detail = f"{len(cells)} cells, where the header has {len(columns)}"
            on_fault(Fault("row does not fit the header", where, detail, "a cell that holds a comma stands in quotes"))
    return Rows(path, tuple(name for name in columns if name), tuple(rows))


def _numbered(lines: Any, path: Path) -> Iterator[tuple[int, list[str]]]:
    while True:
        begins = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            raise DataError(
                f"{one_line(str(path))}, line {begins}: no CSV ({first_line(error)}); look for a quote that is open"
            ) from error
        yield begins, cells


def _check_header(columns: Sequence[str], path: Path) -> None:
    for name in columns:
        if len(name) > LONGEST_COLUMN or not name.isprintable():
            what = "has a name that is too long, or cannot be printed"
            raise DataError(f"{one_line(str(path))}: the column '{one_line(name)}' {what}; is this a table?")
    if not any(columns):
        raise DataError(f"{one_line(str(path))}: the table is empty; its first line names the columns")
    for name, count in Counter(filter(None, columns)).items():
        if count > 1:
            raise DataError(f"{one_line(str(path))}: the column {name!r} stands there {count} times; rename one")


def _read_jsonl(path: Path, on_fault: OnFault) -> Rows:
    rows = []
    for line, text in enumerate(_text(path).split("\n"), 1):
        if not text.strip():
            continue
        try:
            rows.append(Row(line, _object_cells(json.loads(text))))
        except (ValueError, RecursionError) as error:
            where, detail = f"{one_line(str(path))}, line {line}", first_line(error)
            remedy = "a line holds one JSON object of texts, numbers and lists of texts"
            on_fault(Fault("line is no JSON object", where, detail, remedy))
    return _with_all_columns(path, rows)


def _read_parquet(path: Path, on_fault: OnFault) -> Rows:
    rows = []
    for number, given in enumerate(parquet_rows(path), 1):
        try:
            rows.append(Row(number, _object_cells(given)))
        except ValueError as error:
            where, remedy = f"{one_line(str(path))}, line {number}", "cells hold texts, numbers and lists of texts"
            on_fault(Fault("row cannot be read", where, first_line(error), remedy))
    return _with_all_columns(path, rows)


def _with_all_columns(path: Path, rows: Sequence[Row]) -> Rows:
    """A key that an object leaves out is not known."""
    columns = tuple(dict.fromkeys(name for row in rows for name in row.cells))
    if rows:
        _check_header(columns, path)
    return Rows(path, columns, tuple(Row(row.line, {**dict.fromkeys(columns, ""), **row.cells}) for row in rows))


def _object_cells(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise ValueError(f"it holds {type(given).__name__}, not an object")  # noqa: TRY004  # told as a fault
    return {str(name).strip(): _cell(name, value) for name, value in given.items() if str(name).strip()}


def _cell(name: str, value: Any) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # years come as floats where one of them is missing
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return SEVERAL.join(each.strip() for each in value) or SEVERAL
    raise ValueError(f"{name!r} holds {type(value).__name__}, not a text, a number or a list of texts")


_READERS: Mapping[str, Callable[[Path, OnFault], Rows]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".jsonl": _read_jsonl,
    ".ndjson": _read_jsonl,
    ".parquet": _read_parquet,
}
