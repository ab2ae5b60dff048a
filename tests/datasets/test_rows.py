from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fashionkit.datasets.fault import refuse
from fashionkit.datasets.rows import header_of, is_table, read_rows
from fashionkit.errors import DataError

pytestmark = pytest.mark.light

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8).map(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), min_size=1, max_size=5))
def test_a_written_table_is_read_as_it_was(write, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["file", "a b", "été"], *rows])
    read = read_rows(write("labels.csv", text.getvalue()), refuse)
    assert read.columns == ("file", "a b", "été")
    # The reader of CSV makes one line break of every kind.
    assert [list(row.cells.values()) for row in read.rows] == rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(rows=st.lists(st.dictionaries(st.sampled_from("abc"), CELLS, min_size=1), min_size=1, max_size=5))
def test_lines_of_json_are_read_as_they_were(write, rows):
    read = read_rows(write("labels.jsonl", "\n".join(map(json.dumps, rows))), refuse)
    assert [{name: row.cells[name] for name in given} for row, given in zip(read.rows, rows, strict=True)] == rows
    assert {name for row in rows for name in row} == set(read.columns)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bom.csv", b"\xef\xbb\xbffile,label\r\na.jpg,dress\r\n"),
        ("semicolon.csv", b"file;label\na.jpg;dress\n"),
        ("tab.tsv", b"file\tlabel\na.jpg\tdress"),
        ("spaces.csv", b" file , label\n a.jpg ,dress \n\n"),
        ("quoted.csv", b'"file","label"\n"a.jpg","dress"\n'),
        ("pandas.csv", b",file,label\n0,a.jpg,dress\n"),
        ("lines.jsonl", b'{"file": "a.jpg", "label": "dress"}\r\n\r\n'),
        ("upper.CSV", b"file,label\na.jpg,dress\n"),
    ],
)
def test_what_programs_write_is_read_alike(write, name, text):
    read = read_rows(write(name, text), refuse)
    assert read.columns == ("file", "label")
    assert [dict(row.cells) for row in read.rows] == [{"file": "a.jpg", "label": "dress"}]


def test_a_line_is_where_a_row_begins(write):
    read = read_rows(write("labels.csv", 'file,text\na.jpg,"two\nlines"\nb.jpg,one\n'), refuse)
    assert [row.line for row in read.rows] == [2, 4]
    assert read.where(read.rows[1]).endswith("labels.csv, line 4")


@pytest.mark.parametrize(
    ("cell", "text"),
    [(None, ""), (2017, "2017"), (2017.0, "2017"), (1.5, "1.5"), (True, "True"), ([], "|"), (["a", "b"], "a|b")],
)
def test_json_values_become_cells(write, cell, text):
    rows = read_rows(write("labels.jsonl", json.dumps({"file": "a.jpg", "x": cell})), refuse).rows
    assert rows[0].cells["x"] == text


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("empty.csv", b"", "empty"),
        ("blank.csv", b"\n\n", "empty"),
        ("header.csv", b"file,label\n", "no rows"),
        ("none.jsonl", b"", "no rows"),
        ("twice.csv", b"file,label,label\na.jpg,x,y\n", "'label' stands there 2 times"),
        ("short.csv", b"file,label\na.jpg,x\nb.jpg\n", "line 3: 1 cells, where the header has 2"),
        ("long.csv", b"file,label\na.jpg,x,y\n", "line 2: 3 cells"),
        ("latin.csv", "file,label\na.jpg,été\n".encode("latin-1"), "line 2: this is no UTF-8"),
        ("quote.csv", b'file,label\na.jpg,"dress\n', "line 2: no CSV"),
        ("huge.csv", b"file,label\na.jpg," + b"x" * 200_000, "line 2: no CSV"),
        ("broken.jsonl", b'{"file": "a.jpg"}\n{"file"\n', "line 2:"),
        ("list.jsonl", b"[1]\n", "line 1: it holds list, not an object"),
        ("nested.jsonl", b'{"file": "a.jpg", "box": {"x": 1}}\n', "'box' holds dict"),
        ("deep.jsonl", b"[" * 100_000, "line 1:"),
        ("photo.jpg", b"", "no table"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(write, name, text, reason):
    with pytest.raises(DataError) as caught:
        read_rows(write(name, text), refuse)
    assert reason in str(caught.value)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reading_goes_on_where_faults_are_collected(write):
    faults = []
    read = read_rows(write("labels.csv", "file,label\na.jpg\nb.jpg,x\nc,d,e\n"), faults.append)
    assert [row.cells["file"] for row in read.rows] == ["b.jpg"]
    assert [fault.where[-6:] for fault in faults] == ["line 2", "line 4"]


def test_a_close_column_is_suggested(write):
    read = read_rows(write("labels.csv", "file,label\na.jpg,x\n"), refuse)
    with pytest.raises(DataError, match="no column 'lable'; did you mean 'label'"):
        read.check_columns(["file", "lable"])


def test_a_header_is_read_alone_and_never_raises(write, tmp_path):
    assert header_of(write("labels.csv", b"\xef\xbb\xbffile,label\n\xff\n")) == ("file", "label")
    assert header_of(tmp_path / "none.csv") == header_of(tmp_path) == ()
    assert is_table("a.parquet")
    assert not is_table("a")
