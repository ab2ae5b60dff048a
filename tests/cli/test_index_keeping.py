"""`fashionkit index remove`, `info --by`, `verify` and `compact`: keeping a catalogue."""

from __future__ import annotations

import json
import os
import re
import sqlite3

import numpy as np
import pytest
from rows_in_memory import clustered

from fashionkit.catalogue import Catalogue, IndexSettings
from fashionkit.catalogue.database import FILE_NAME
from fashionkit.catalogue.index import build
from fashionkit.cli import exits

pytestmark = pytest.mark.light


@pytest.fixture
def shop(tmp_path):
    """The folder of a catalogue: three photos as `index add` puts them in, and an item that is no file."""
    photos = [tmp_path / "photos" / name for name in ("a.jpg", "b.jpg", "c.jpg")]
    photos[0].parent.mkdir()
    known = [
        {"category": "shirt", "year": 2020, "modified_ns": 1},
        {"category": "shirt", "year": "2020", "modified_ns": 1},
        {"year": None, "modified_ns": 1},
        {"category": "dress", "tags": ["red", "long"]},
    ]
    for photo in photos:
        photo.touch()
    with Catalogue.open(tmp_path / "shop", dimension=3, fingerprint="model-1", create=True) as catalogue:
        catalogue.add([*map(str, photos), "dress-7"], np.eye(4)[:, :3] + 0.1, known)
    return tmp_path / "shop"


def ids(folder):
    with Catalogue.open(folder) as catalogue:
        return list(catalogue.ids())


def test_items_are_removed_by_id_or_by_path(ask, shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    printed = ask("index", "remove", "shop", "dress-7", "photos/../photos/a.jpg", tmp_path / "photos" / "b.jpg")
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert printed.stdout == "3 removed\n1 are in shop\n"
    assert ids(shop) == [str(tmp_path / "photos" / "c.jpg")]
    assert (tmp_path / "photos" / "a.jpg").exists()


def test_an_id_that_is_not_there_gets_a_line_and_the_others_go(ask, shop):
    printed = ask("index", "remove", shop, "dress-77", "dress-7")
    assert printed.exit_code == exits.SOME_FAILED
    assert printed.stdout.startswith("1 removed\n")
    (line,) = printed.stderr.splitlines()
    assert "no id 'dress-77'; of those near it, did you mean 'dress-7'" in line
    assert len(ids(shop)) == 3


def test_photos_whose_files_are_gone_are_removed(ask, shop, tmp_path):
    assert ask("index", "remove", shop, "--missing").stdout.startswith("0 removed\n")
    (tmp_path / "photos" / "a.jpg").unlink()
    (tmp_path / "photos" / "c.jpg").unlink()
    assert ask("index", "remove", shop, "--missing").stdout.startswith("2 removed\n")
    assert ids(shop) == [str(tmp_path / "photos" / "b.jpg"), "dress-7"]


def test_a_disk_that_is_not_there_empties_no_catalogue(ask, shop, tmp_path):
    (tmp_path / "photos").rename(tmp_path / "elsewhere")
    refused = ask("index", "remove", shop, "--missing")
    assert (refused.exit_code, refused.stdout) == (exits.REFUSED, "")
    assert "the files of all 3 photos are gone; mount the disk" in refused.stderr
    assert len(ids(shop)) == 4


def test_a_folder_that_may_not_be_looked_into_proves_nothing(ask, shop, tmp_path, monkeypatch):
    stat = os.stat

    def forbidden(path, **given):
        if str(path).endswith("a.jpg"):
            raise PermissionError(13, "Permission denied")
        return stat(path, **given)

    (tmp_path / "photos" / "b.jpg").unlink()
    monkeypatch.setattr("fashionkit.cli.removing.os.stat", forbidden)
    assert ask("index", "remove", shop, "--missing").stdout.startswith("1 removed\n")
    assert str(tmp_path / "photos" / "a.jpg") in ids(shop)


def test_nothing_to_remove_is_asked_wrongly(ask, shop):
    assert ask("index", "remove", shop).exit_code == exits.ASKED_WRONGLY
    assert len(ids(shop)) == 4


def test_the_stock_is_counted_by_any_key(ask, read, shop):
    (line,) = read("index", "info", shop, "--by", "category", "--by", "year", "--by", "tags", "--by", "price")
    assert line["by"] == {
        "category": {"shirt": 2, "dress": 1},
        "year": {"2020": 2, "null": 1},
        "tags": {'["red", "long"]': 1},
        "price": {},
    }
    shown = ask("index", "info", shop, "--by", "category").stdout
    rows = [line.split() for line in shown.splitlines()]
    assert ["2", "shirt"] in [row[-2:] for row in rows]
    assert ["1", "(no", "category)"] in [row[-3:] for row in rows]
    assert read("index", "info", shop)[0]["by"] == {}


def test_a_sound_catalogue_is_verified(ask, read, shop):
    printed = ask("index", "verify", shop)
    assert (printed.exit_code, printed.stdout, printed.stderr) == (0, "4 items, nothing is wrong\n", "")
    assert read("index", "verify", shop) == [{"items": 4, "sound": True, "problems": []}]


def test_damage_is_told_and_the_exit_code_is_one(ask, read, shop):
    with sqlite3.connect(shop / FILE_NAME) as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(12) WHERE key = 2")
    connection.close()
    printed = ask("index", "verify", shop)
    assert printed.exit_code == exits.SOME_FAILED
    assert printed.stdout == "key 2: a vector is not of length 1\n4 items, something is wrong\n"
    assert "restore a copy" in printed.stderr
    assert read("index", "verify", shop)[0]["problems"] == ["key 2: a vector is not of length 1"]


def test_the_room_of_what_was_removed_is_given_back(ask, read, tmp_path):
    with Catalogue.open(tmp_path, dimension=64, fingerprint="model-1", create=True) as catalogue:
        names = [str(number) for number in range(2000)]
        catalogue.add(names, np.ones((2000, 64)))
        catalogue.remove(names[1:])
    (line,) = read("index", "compact", tmp_path)
    assert line["after"] < line["before"] / 4
    assert ask("index", "compact", tmp_path).stdout == "0.1 MB before, 0.1 MB now\n"
    assert ids(tmp_path) == ["0"]


@pytest.mark.parametrize("command", [["remove", "a"], ["verify"], ["compact"]])
def test_without_a_catalogue_it_is_said_how_to_make_one(ask, tmp_path, command):
    refused = ask("index", command[0], tmp_path / "none", *command[1:])
    assert refused.exit_code == exits.REFUSED
    assert "fashionkit index add" in refused.stderr
    assert not (tmp_path / "none").exists()


@pytest.fixture
def large(tmp_path):
    """The folder of a catalogue with rows enough for a graph."""
    with Catalogue.open(tmp_path / "large", dimension=24, fingerprint="model-1", create=True) as catalogue:
        catalogue.add([str(place) for place in range(1_200)], clustered(1_200))
    return tmp_path / "large"


def test_an_index_is_built_and_what_it_takes_is_said_before(ask, large):
    printed = ask("index", "build", large, "--kind", "hnsw", "--recall", "0.9")
    assert printed.exit_code == 0
    assert printed.stderr.startswith("hnsw of 1,200 vectors: about 0.")
    assert re.fullmatch(r"1,200 items; hnsw: finds \d+\.\d% of the 10 nearest; 0\.\d MB of memory\n", printed.stdout)
    with Catalogue.open(large, index=IndexSettings("hnsw", recall=0.9)) as catalogue:
        assert catalogue.index_info().kind == "hnsw"


def test_an_index_as_json_and_what_cannot_be_built(ask, large, monkeypatch):
    printed = ask("index", "build", large, "--json")
    assert json.loads(printed.stdout) | {"memory": 0} == {
        "kind": "flat",
        "rows": 1_200,
        "recall": 1.0,
        "memory": 0,
        "building": False,
        "problem": "",
    }
    assert "no kind of index 'tree'" in ask("index", "build", large, "--kind", "tree").stderr
    monkeypatch.setattr(build, "EFFORTS", (1,))
    printed = ask("index", "build", large, "--kind", "ivf", "--recall", "1")
    assert printed.exit_code == exits.SOME_FAILED
    assert "no ivf reaches the recall; ask for less" in printed.stderr


def test_info_says_what_searches(ask, large):
    assert "every vector is compared" in ask("index", "info", large).stdout
