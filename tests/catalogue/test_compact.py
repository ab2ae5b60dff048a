from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from fashionkit.catalogue import Catalogue, database as database_module
from fashionkit.catalogue.compact import compact_folder
from fashionkit.catalogue.database import FILE_NAME
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light


@pytest.fixture
def mostly_removed(catalogue):
    """Two items of many are left."""
    names = [f"{number:04}" for number in range(3000)]
    catalogue.add(names, np.random.default_rng(0).standard_normal((3000, 3)), [{"note": "x" * 99}] * 3000)
    catalogue.remove(names[2:])
    return catalogue


def test_the_room_is_given_back_and_nothing_else_changes(mostly_removed, folder):
    before = mostly_removed.search(np.eye(3), 9)
    done = mostly_removed.compact()
    assert done.after < done.before / 5
    assert done.after >= (folder / FILE_NAME).stat().st_size
    assert (folder / f"{FILE_NAME}-wal").stat().st_size == 0
    assert mostly_removed.search(np.eye(3), 9) == before
    assert mostly_removed.verify().sound
    mostly_removed.add(["new"], [[1.0, 0, 0]])
    with Catalogue.open(folder) as again:
        assert list(again.ids()) == ["0000", "0001", "new"]


def test_a_folder_and_twice(mostly_removed, folder):
    mostly_removed.close()
    first, second = compact_folder(folder), compact_folder(folder)
    assert first.before > first.after == second.before == second.after
    with Catalogue.open(folder) as again:
        assert again.verify().items == 2
        assert again._store._connection.execute("PRAGMA page_size").fetchone() == (database_module.PAGE_BYTES,)


def test_others_have_it_open(mostly_removed, folder):
    with Catalogue.open(folder) as other:
        before = other.search(np.eye(3), 9)
        mostly_removed.compact()
        assert other.search(np.eye(3), 9) == before
        other.add(["new"], [[1.0, 0, 0]])
    assert "new" in mostly_removed
    assert mostly_removed.search([[1.0, 0, 0]], 1)[0][0].id == "new"


def test_a_writer_is_waited_for(filled, folder, monkeypatch):
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    writer = sqlite3.connect(folder / FILE_NAME, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(CatalogueError, match="kept it locked"):
        compact_folder(folder)
    writer.execute("ROLLBACK")
    writer.close()
    compact_folder(folder)
    assert filled.verify().items == 4


def test_none_is_there(folder):
    with pytest.raises(CatalogueError, match="there is no catalogue"):
        compact_folder(folder)


def test_a_closed_one_says_so(filled):
    filled.close()
    for use in (filled.compact, filled.verify, lambda: filled.known([])):
        with pytest.raises(CatalogueError, match="is closed"):
            use()


def test_what_is_known_of_those_that_are_there(filled):
    assert filled.known(["a", "x", "d", "a", "c"]) == {"a": {"year": 2020}, "d": {"year": 2021, "sale": True}, "c": {}}
    assert filled.known([]) == {}
    with pytest.raises(CatalogueError, match="ids is one str"):
        filled.known("a")
