from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.database import FILE_NAME
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light


def make(folder, **given):
    return Catalogue.open(folder, **{"dimension": 3, "fingerprint": "model-1", "create": True, **given})


def change(folder, *statements):
    connection = sqlite3.connect(folder / FILE_NAME)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_it_says_whether_it_was_created(folder):
    with make(folder) as first, make(folder) as second, Catalogue.open(str(folder)) as third:
        assert (first.created, second.created, third.created) == (True, False, False)
        assert (third.dimension, third.fingerprint, third.folder) == (3, "model-1", folder)
    with Catalogue.open(folder, create=True) as fourth:
        assert not fourth.created


def test_a_commit_is_synced(folder):
    with make(folder) as catalogue:
        connection = catalogue._store._connection
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("name", ["a b", "é衣", "50%", "what?", "no#1", "c'd\"", "a/b/c"])
def test_odd_folder_names(tmp_path, name):
    with make(tmp_path / name) as catalogue:
        catalogue.add(["a"], np.eye(3)[:1])
    assert (tmp_path / name / FILE_NAME).exists()
    with Catalogue.open(tmp_path / name) as again:
        assert list(again.ids()) == ["a"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"create": False}, "there is no catalogue; check the path, or make one with create=True"),
        ({"dimension": None}, "give its dimension and fingerprint"),
        ({"fingerprint": None}, "give its dimension and fingerprint"),
        ({"dimension": 0}, "dimension is 0"),
        ({"dimension": True}, "dimension is True"),
        ({"dimension": 2.0}, "dimension is 2.0"),
        ({"fingerprint": ""}, "fingerprint is ''"),
        ({"fingerprint": b"x"}, "fingerprint is b'x'"),
        ({"fingerprint": "\ud800"}, "give printable text"),
        ({"dimension": 65_537}, "give at most 65,536"),
    ],
)
def test_nothing_is_left_where_none_can_be_made(folder, given, said):
    with pytest.raises(CatalogueError, match=said):
        make(folder, **given)
    assert not folder.exists()


@pytest.mark.parametrize("folder", [None, 3, b"bytes", "nul\0"])
def test_what_is_no_path(folder):
    with pytest.raises(CatalogueError):
        make(folder)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"dimension": 4}, "holds vectors of another model: dimension 3, not 4; open it with that model"),
        ({"fingerprint": "model-2"}, "fingerprint 'model-1', not 'model-2'"),
        ({"dimension": 4, "fingerprint": "model-2"}, "dimension 3, not 4 and fingerprint"),
    ],
)
@pytest.mark.parametrize("create", [False, True])
def test_another_model(folder, given, said, create):
    make(folder).close()
    with pytest.raises(CatalogueError, match=said):
        make(folder, **given, create=create)


@pytest.mark.parametrize("create", [False, True])
def test_a_file_where_the_folder_should_be(tmp_path, create):
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(CatalogueError, match="file"):
            make(folder, create=create)
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(CatalogueError, match="cannot be opened; check that it is a file"):
        make(tmp_path, create=create)


def test_an_empty_file_is_what_a_killed_creation_leaves(folder):
    folder.mkdir()
    (folder / FILE_NAME).touch()
    with pytest.raises(CatalogueError, match="there is no catalogue"):
        Catalogue.open(folder)
    with pytest.raises(CatalogueError, match="give its dimension and fingerprint"):
        Catalogue.open(folder, create=True)
    with make(folder) as catalogue:
        assert catalogue.created


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"not a database at all" * 99, "damaged or no catalogue"), (b"SQLite format 3\0" + b"\xff" * 4096, "damaged")],
)
def test_a_file_that_is_no_database(folder, content, said, create):
    folder.mkdir()
    (folder / FILE_NAME).write_bytes(content)
    with pytest.raises(CatalogueError, match=said) as raised:
        make(folder, create=create)
    assert str(folder / FILE_NAME) in str(raised.value)
    assert (folder / FILE_NAME).read_bytes() == content


@pytest.mark.parametrize("create", [False, True])
def test_a_foreign_database_is_left_alone(folder, create):
    folder.mkdir()
    change(folder, "CREATE TABLE items (key INTEGER)")
    content = (folder / FILE_NAME).read_bytes()
    with pytest.raises(CatalogueError, match="is no catalogue; choose another folder"):
        make(folder, create=create)
    assert (folder / FILE_NAME).read_bytes() == content


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["PRAGMA user_version = 3"], "a newer fashionkit wrote it .format 3; this one reads 2.; upgrade"),
        (["PRAGMA user_version = 0"], "damaged"),
        (["PRAGMA application_id = 7"], "is no catalogue"),
        (["DROP TABLE vectors"], "damaged.*tables are missing"),
        (["DELETE FROM catalogue"], "damaged.*description"),
        (["UPDATE catalogue SET dimension = 'x'"], "damaged.*description"),
        (["UPDATE catalogue SET revision = 'x'"], "damaged.*description"),
        (["DELETE FROM vectors WHERE key = 1"], "damaged.*do not agree"),
        (["UPDATE vectors SET vector = x'00' WHERE key = 1"], "damaged.*another size"),
        (["UPDATE vectors SET vector = 'abcdefghijkl' WHERE key = 1"], "damaged.*another size"),
        (["UPDATE vectors SET vector = zeroblob(12)"], "damaged.*length 1"),
        (["UPDATE vectors SET vector = x'0000c07f0000c07f0000c07f'"], "damaged.*length 1"),
    ],
)
def test_a_damaged_catalogue(folder, statements, said):
    with make(folder) as catalogue:
        catalogue.add(["a", "b"], np.eye(3)[:2])
    change(folder, *statements)
    with pytest.raises(CatalogueError, match=said):
        Catalogue.open(folder)


@pytest.mark.parametrize("value", ["'{no json'", "x'ff00'", "'[]x'"])
def test_damaged_metadata(folder, value):
    with make(folder) as catalogue:
        catalogue.add(["a"], np.eye(3)[:1])
        change(folder, f"UPDATE items SET metadata = {value}")  # noqa: S608
        with pytest.raises(CatalogueError):
            catalogue.search(np.eye(3)[:1], 1)
        with pytest.raises(CatalogueError):
            catalogue.metadata(["a"])


def test_every_truncation_and_many_flips_end_in_one_error_class(tmp_path):
    with make(tmp_path / "whole") as catalogue:
        catalogue.add([f"item-{number}" for number in range(300)], np.ones((300, 3)), [{"a": "x" * 50}] * 300)
    whole = (tmp_path / "whole" / FILE_NAME).read_bytes()
    random = np.random.default_rng(0)
    cut = [whole[:length] for length in [1, 15, 99, 100, 4096, 16384, 20000, len(whole) // 2, len(whole) - 1]]
    flipped = []
    for place in [*range(0, 100, 3), *random.integers(100, len(whole), 150).tolist()]:
        changed = bytearray(whole)
        changed[place : place + 4] = random.integers(0, 256, len(changed[place : place + 4]), np.uint8).tobytes()
        flipped.append(bytes(changed))
    refused, taken = 0, 0
    for number, content in enumerate([*cut, *flipped]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / FILE_NAME).write_bytes(content)
        try:
            with Catalogue.open(folder) as catalogue:
                catalogue.search(np.eye(3), 500, {"a": "x" * 50})
                catalogue.metadata(list(catalogue.ids()))
                catalogue.add(["item-1", "new"], np.eye(3)[:2])
        except CatalogueError as error:
            refused += str(folder) in str(error)
        else:
            taken += 1
            assert content not in cut
        shutil.rmtree(folder)
    assert refused > len(cut)
    assert refused + taken == len(cut) + len(flipped)


def test_many_processes_create_it_at_once(folder):
    code = (
        "import sys; from fashionkit.catalogue import Catalogue\n"
        "c = Catalogue.open(sys.argv[1], dimension=3, fingerprint='f', create=True)\n"
        "c.add([sys.argv[2]], [[1.0, 0, 0]]); print(c.created)"
    )
    commands = [[sys.executable, "-c", code, str(folder), str(number)] for number in range(4)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for command in commands]
    said = [process.communicate(timeout=60)[0].strip() for process in running]
    assert sorted(said) == ["False", "False", "False", "True"]
    with Catalogue.open(folder) as catalogue:
        assert list(catalogue.ids()) == ["0", "1", "2", "3"]


@pytest.fixture
def powerless():
    """A folder of our own that may be read and not written; root gives up its rights meanwhile."""
    if not hasattr(os, "geteuid"):
        pytest.skip("no users here whose rights could be taken")
    folder = Path(tempfile.mkdtemp())
    with make(folder / "made") as catalogue:
        catalogue.add(["a"], np.eye(3)[:1])
    (folder / "closed").mkdir()
    for path in (folder, folder / "made"):
        path.chmod(0o555)
    (folder / "made" / FILE_NAME).chmod(0o444)
    (folder / "closed").chmod(0)
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(before)
    for path in (folder, folder / "made", folder / "closed"):
        path.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_without_permission(powerless):
    with pytest.raises(CatalogueError, match="the folder cannot be made"):
        make(powerless / "new")
    with pytest.raises(CatalogueError, match=r"made/catalogue.sqlite: it cannot be (written|opened)"):
        Catalogue.open(powerless / "made")
    with pytest.raises(CatalogueError, match="cannot be used as a folder"):
        Catalogue.open(powerless / "closed")
