from __future__ import annotations

import importlib.util

import pytest

from fashionkit.datasets import table
from fashionkit.errors import DataError


@pytest.mark.light
def test_without_a_library_the_error_names_the_extra(monkeypatch, write):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DataError, match=r"labels.parquet.*fashionkit\[train\]"):
        table(write("labels.parquet", b""))


def test_a_written_table_is_read(tmp_path, touch):
    pyarrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    from pyarrow import parquet

    touch(tmp_path, ["a.jpg", "b.jpg"])
    rows = {"file": ["a.jpg", "b.jpg"], "label": ["dress", None], "year": [2017.0, None], "tags": [["x", "y"], []]}
    parquet.write_table(pyarrow.table(rows), tmp_path / "labels.parquet")
    first, second = table(tmp_path, numbers=["year"])
    assert first.labels == {"category": "dress", "attributes": {"tags": ["x", "y"], "year": 2017.0}}
    assert second.labels == {"attributes": {"tags": []}}


def test_what_is_no_parquet_is_refused(write):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        table(write("labels.parquet", b"no parquet"))
