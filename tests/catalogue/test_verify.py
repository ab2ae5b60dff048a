from __future__ import annotations

import re
import sqlite3
import zlib

import numpy as np
import pytest

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.database import FILE_NAME
from fashionkit.catalogue.verify import MOST_TOLD, verify_folder
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light


def change(folder, *statements):
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.create_function("crc", 2, lambda text, key: zlib.crc32(text.encode(), key))
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def rewritten(column, value):
    """A row changed by somebody who knows how checksums are made."""
    return (
        f"UPDATE items SET {column} = {value} WHERE key = 1",  # noqa: S608
        "UPDATE items SET checksum = crc(id || char(0) || metadata, key)",
    )


def test_a_sound_catalogue(filled, folder):
    assert (filled.verify().items, filled.verify().problems, filled.verify().sound) == (4, (), True)
    filled.add(["a", "衣"], np.eye(3)[:2], [{"a": None}, {"é": ["x", 1.5, True]}])
    filled.remove(["b"])
    assert filled.verify().sound
    assert verify_folder(folder).to_dict() == {"items": 4, "sound": True, "problems": []}


def test_an_empty_one(catalogue):
    assert catalogue.verify().sound
    catalogue.add(["a"], np.eye(3)[:1])
    catalogue.remove(["a"])
    assert catalogue.verify().sound


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["UPDATE items SET metadata = '{\"year\": 2099}' WHERE key = 1"], "'a' .key 1. is not what was written"),
        (["UPDATE items SET id = 'e' WHERE key = 1"], "'e' .key 1. is not what was written"),
        (["UPDATE items SET id = x'ff61' WHERE key = 1"], ".key 1. is no text"),
        (["UPDATE items SET id = CAST(x'ff61' AS TEXT) WHERE key = 1"], ".key 1. is not what was written"),
        (["UPDATE items SET key = 77 WHERE key = 1", "UPDATE vectors SET key = 77 WHERE key = 1"], "counted wrongly"),
        (["UPDATE vectors SET vector = (SELECT vector FROM vectors WHERE key = 2) WHERE key = 1"], "key 1: .*written"),
        (["UPDATE vectors SET checksum = 7 WHERE key = 3"], "key 3: a vector is not what was written"),
        (["UPDATE vectors SET vector = x'00' WHERE key = 1"], "key 1: a vector has another size"),
        (["DELETE FROM vectors WHERE key = 2"], "the item of key 2 has no vector"),
        (["DELETE FROM items WHERE key = 2"], "the vector of key 2 has no item"),
        (["UPDATE catalogue SET next_key = 3"], "counted wrongly"),
        (rewritten("metadata", "'[1]'"), "'a' .key 1. is nothing that can be added .Expected `object`, got"),
        (rewritten("metadata", "'{no'"), "is nothing that can be added"),
        (rewritten("metadata", "'{\"a\": {}}'"), "metadata is flat"),
        (rewritten("metadata", "'{\"a\": ' || replace(hex(zeroblob(50000)), '0', '[')"), "nested too deeply"),
        (rewritten("id", "''"), "an id is the empty string"),
    ],
)
def test_what_is_wrong_is_told(filled, folder, statements, said):
    filled.close()
    change(folder, *statements)
    found = verify_folder(folder)
    assert not found.sound
    assert any(re.search(said, problem) for problem in found.problems), found.problems


def test_an_index_that_lost_an_id(filled, folder):
    filled.close()
    path = folder / FILE_NAME
    content = path.read_bytes()
    # Of the index behind UNIQUE: a header of 3 bytes, a text of one letter, a number of one byte, and their values.
    entry = b"\x03\x0f\x01d\x04"
    assert content.count(entry) == 1
    path.write_bytes(content.replace(entry, b"\x03\x0f\x01x\x04"))
    with pytest.raises(CatalogueError, match="no id 'd'"), Catalogue.open(folder) as damaged:
        damaged.metadata(["d"])
    assert any("SQLite finds" in problem for problem in verify_folder(folder).problems)


def test_ids_out_of_order_are_no_endless_iteration(filled, folder, monkeypatch):
    monkeypatch.setattr("fashionkit.catalogue.catalogue.IDS_AT_A_TIME", 3)
    filled.close()
    path = folder / FILE_NAME
    content = path.read_bytes()
    # The entry of c in the index behind UNIQUE becomes one of A: whoever went on after A would find a again, for ever.
    assert content.count(b"\x03\x0f\x01c\x03") == 1
    path.write_bytes(content.replace(b"\x03\x0f\x01c\x03", b"\x03\x0f\x01A\x03"))
    with Catalogue.open(folder) as damaged, pytest.raises(CatalogueError, match="ids are out of order"):
        list(damaged.ids())


def test_many_problems_are_counted(folder):
    with Catalogue.open(folder, dimension=3, fingerprint="f", create=True) as catalogue:
        catalogue.add([str(number) for number in range(300)], np.ones((300, 3)))
    change(folder, "UPDATE items SET metadata = '{\"a\": 1}'")
    problems = verify_folder(folder).problems
    assert len(problems) == MOST_TOLD + 1
    assert problems[-1] == "and 200 more"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM vectors; END", "holds more than a catalogue does"),
        ("CREATE VIEW v AS SELECT 1", "holds more than a catalogue does"),
        ("ALTER TABLE items ADD COLUMN more TEXT", "tables are missing"),
        ("UPDATE catalogue SET fingerprint = 'model-2'", "description is not what was written"),
        ("UPDATE catalogue SET next_key = -1", "counts wrongly"),
        ("UPDATE catalogue SET revision = 9223372036854775807", "counts wrongly"),
        ("UPDATE catalogue SET dimension = 1000000000000", "of nothing that can be"),
        ("INSERT INTO catalogue SELECT * FROM catalogue", "description is missing"),
    ],
)
def test_what_cannot_be_opened_says_so(filled, folder, statement, said):
    filled.close()
    change(folder, statement)
    for opening in (verify_folder, Catalogue.open):
        with pytest.raises(CatalogueError, match=said):
            opening(folder)


def test_a_row_that_is_not_what_was_written_is_never_an_answer(filled, folder):
    change(folder, "UPDATE items SET metadata = '{\"year\": 1999}' WHERE id = 'a'")
    for ask in (
        lambda: filled.search([[1.0, 0, 0]], 1),
        lambda: filled.metadata(["a"]),
        lambda: filled.known(["a"]),
        lambda: "a" in filled,
    ):
        with pytest.raises(CatalogueError, match="the row of 'a' is not what was written"):
            ask()
    assert filled.metadata(["b"]) == [{"year": 2021}]


def test_a_key_is_never_given_twice(filled, folder):
    change(folder, "UPDATE catalogue SET next_key = 2")
    with pytest.raises(CatalogueError, match="next key was given already"):
        filled.add(["e"], [[1.0, 0, 0]])
    assert "e" not in filled


def test_others_write_meanwhile(filled, folder):
    with Catalogue.open(folder) as other, filled._using() as store, store.reading():
        store.count()
        other.add(["e"], [[1.0, 0, 0]])
        assert len(other) == 5
        assert store.count() == 4
    assert filled.verify().items == 5


def test_none_is_there(folder):
    with pytest.raises(CatalogueError, match="there is no catalogue"):
        verify_folder(folder)
    assert not folder.exists()
