"""Parquet, through whichever library is installed."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line


def parquet_rows(path: Path) -> list[Mapping[str, Any]]:
    """The rows of a Parquet file, through pyarrow or polars.

    Raises:
        DataError: Neither is installed, or the file cannot be read.
    """
    name = one_line(str(path))
    try:
        if importlib.util.find_spec("pyarrow") is not None:
            parquet: Any = importlib.import_module("pyarrow.parquet")
            # Not the dataset reader: that would take `split=val` in a path for a column.
            rows: list[Mapping[str, Any]] = parquet.ParquetFile(path).read().to_pylist()
            return rows
        if importlib.util.find_spec("polars") is not None:
            polars: Any = importlib.import_module("polars")
            return list(polars.read_parquet(path).to_dicts())
    except Exception as error:  # each library has errors of its own
        raise DataError(f"{name}: cannot be read as Parquet ({first_line(error)})") from error
    raise DataError(
        f"{name}: Parquet is read by pyarrow or polars, and neither is installed: pip install 'fashionkit[train]', "
        "or save the table as CSV"
    )
