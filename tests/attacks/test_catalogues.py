"""Working attempts to hurt whoever opens a catalogue: each ends in the answers of before or in one `CatalogueError`.

The attempts are also the threat model: files cut off, bits turned over, sectors lost or swapped, in the file and in its
WAL; and files that somebody made who knows how checksums are made.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import sqlite3
import tempfile
import zlib
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from damaged_catalogues import FILE_NAME, REFUSED, SAME, SEEN, WAL, build, outcomes

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.verify import verify_folder
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light

AT_A_TIME = 100
# A case takes milliseconds: what takes as long as this hangs.
SECONDS_AT_A_TIME = 120


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("cases", [300, pytest.param(12_000, marks=pytest.mark.slow)])
def test_damage_ends_in_the_same_answers_or_in_one_error(tmp_path, cases):
    """In processes of their own: a crash would be a broken pool."""
    counts: Counter[tuple[str, str]] = Counter()
    # In memory where there is a folder for that: thousands of cases sync more than a disk likes.
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        kept = Path(scratch) / "kept"
        build(kept)
        with ProcessPoolExecutor(2 if cases > 1000 else 1, mp_context=multiprocessing.get_context("spawn")) as pool:
            for portion in [
                pool.submit(outcomes, str(kept), range(start, start + AT_A_TIME), f"{scratch}/{start}")
                for start in range(0, cases, AT_A_TIME)
            ]:
                counts += portion.result(SECONDS_AT_A_TIME * cases // AT_A_TIME)
    assert counts.total() == cases
    assert counts[FILE_NAME, SAME] > 0
    assert counts[WAL, SAME] > 0
    assert counts[FILE_NAME, REFUSED] > cases / 10
    # What only `verify` sees is rare: free pages, the index behind the ids.
    assert counts[FILE_NAME, SEEN] < cases / 10
    assert counts[WAL, SEEN] == 0


@pytest.fixture
def crafted(tmp_path):
    """Changes a catalogue of three items with SQL, and gives its folder; checksums are made anew."""

    def craft(*statements, checksums=True):
        with Catalogue.open(tmp_path / "shop", dimension=3, fingerprint="model-1", create=True) as catalogue:
            catalogue.add(["a", "b", "c"], np.eye(3), [{"year": 2020}] * 3)
        connection = sqlite3.connect(tmp_path / "shop" / FILE_NAME)
        connection.create_function("crc", 2, lambda content, key: zlib.crc32(content, key & 0xFFFFFFFF))
        for statement in statements:
            connection.execute(statement)
        if checksums:
            whole = "CAST(id AS BLOB) || x'00' || CAST(metadata AS BLOB)"
            connection.execute(f"UPDATE items SET checksum = crc(CAST({whole} AS BLOB), key)")  # noqa: S608
            connection.execute("UPDATE vectors SET checksum = crc(CAST(vector AS BLOB), key)")
            connection.execute("UPDATE catalogue SET checksum = crc(CAST(dimension || ' ' || fingerprint AS BLOB), 0)")
        connection.commit()
        connection.close()
        return tmp_path / "shop"

    return craft


def asked(folder):
    with Catalogue.open(folder) as catalogue:
        catalogue.search(np.eye(3), 9)
        catalogue.search(np.eye(3), 9, {"year": 2020})
        catalogue.metadata(list(catalogue.ids()))
        catalogue.add(["new"], [[1.0, 0, 0]])
        catalogue.remove(["b"])


@pytest.mark.parametrize(
    "statement",
    [
        # Claims that would take memory or time.
        "UPDATE catalogue SET dimension = 4000000000",
        "UPDATE catalogue SET dimension = 65536",
        "UPDATE catalogue SET dimension = 9223372036854775807",
        "UPDATE items SET metadata = replace(hex(zeroblob(200000)), '0', '[')",
        "UPDATE items SET metadata = '{\"a\":' || replace(hex(zeroblob(200000)), '0', '[') || '}'",
        "UPDATE vectors SET vector = zeroblob(5000000)",
        # What is no number, no text, no JSON object.
        "UPDATE vectors SET vector = x'0000c07f0000c07f0000c07f'",
        "UPDATE vectors SET vector = x'000080ff000080ff000080ff'",
        "UPDATE items SET metadata = '[]'",
        "UPDATE items SET metadata = '7'",
        "UPDATE items SET metadata = x'7b7d'",
        "UPDATE items SET metadata = CAST(x'7b22ff227d' AS TEXT)",
        "UPDATE items SET id = CAST(x'ff' || key AS TEXT)",
        "UPDATE items SET id = x'ff' || key",
        # Counts that would run over, and keys that collide.
        "UPDATE catalogue SET next_key = 9223372036854775807",
        "UPDATE catalogue SET next_key = -5",
        "UPDATE catalogue SET next_key = 2",
        "UPDATE catalogue SET revision = 9223372036854775807",
        "UPDATE catalogue SET next_key = 1.5",
        "INSERT INTO catalogue SELECT * FROM catalogue",
        "UPDATE items SET key = 9223372036854775807 WHERE key = 3",
        "UPDATE vectors SET key = -9 WHERE key = 1",
        # What SQLite would run for a stranger.
        "CREATE TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM items; END",
        "CREATE VIEW v AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n",
        "CREATE INDEX i ON items (json_extract(metadata, '$.year'))",
        "CREATE TABLE more (x)",
        "ALTER TABLE items ADD COLUMN x TEXT DEFAULT 'x'",
        "PRAGMA user_version = 2147483647",
        "PRAGMA application_id = 1",
    ],
)
def test_what_a_stranger_made(crafted, statement):
    folder = crafted(statement)
    with pytest.raises(CatalogueError) as raised:
        asked(folder)
    assert len(str(raised.value).splitlines()) == 1
    assert len(str(raised.value)) < 1000
    with contextlib.suppress(CatalogueError):
        assert not verify_folder(folder).sound


@pytest.mark.parametrize(
    "value",
    ["'x'); DROP TABLE items; --", "' OR 1=1 --", '"; DELETE FROM vectors', "%", "衣\u202e\U0001f457", "\x1b[2J"],
)
def test_ids_keys_and_values_are_never_part_of_a_statement(tmp_path, value):
    with Catalogue.open(
        tmp_path, dimension=3, fingerprint=value if value.isprintable() else "f", create=True
    ) as catalogue:
        catalogue.add([value, "other"], np.eye(3)[:2], [{value: value}, {}])
        assert [hit.id for hit in catalogue.search(np.eye(3)[:1], 9, {value: value})[0]] == [value]
        assert list(catalogue.ids({value: value})) == [value]
        assert catalogue.known([value]) == {value: {value: value}}
        assert catalogue.remove([value, f"{value}'"]) == 1
        assert list(catalogue.ids()) == ["other"]
        assert catalogue.verify().sound


def test_another_encoding_is_refused(tmp_path):
    with Catalogue.open(tmp_path / "8", dimension=3, fingerprint="f", create=True) as catalogue:
        schema = [
            row[0] for row in catalogue._store._connection.execute("SELECT sql FROM sqlite_master WHERE sql > ''")
        ]
    (tmp_path / "16").mkdir()
    connection = sqlite3.connect(tmp_path / "16" / FILE_NAME)
    for statement in ("PRAGMA encoding = 'UTF-16'", "PRAGMA application_id = 1718315380", "PRAGMA user_version = 1"):
        connection.execute(statement)
    for statement in schema:
        connection.execute(statement)
    connection.execute("INSERT INTO catalogue VALUES (3, 'f', 0, 1, ?)", (zlib.crc32(b"3 f"),))
    connection.commit()
    connection.close()
    with pytest.raises(CatalogueError, match="its text is not UTF-8"):
        Catalogue.open(tmp_path / "16")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_is_no_catalogue(tmp_path):
    os.mkfifo(tmp_path / FILE_NAME)
    with pytest.raises(CatalogueError):
        Catalogue.open(tmp_path)


NOISE = random.Random(0).randbytes(70_000)  # noqa: S311 - to repeat, not to hide


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 5000, NOISE, b"SQLite format 3\0"], ids=["empty", "zeros", "noise", "start"]
)
@pytest.mark.parametrize("name", [f"{FILE_NAME}-wal", f"{FILE_NAME}-shm", f"{FILE_NAME}-journal"])
def test_anything_beside_the_file(crafted, name, content):
    folder = crafted()
    (folder / name).write_bytes(content)
    try:
        asked(folder)
    except CatalogueError:
        return
    assert verify_folder(folder).sound
