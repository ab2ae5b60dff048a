from __future__ import annotations

import os
from itertools import pairwise

import pytest

from fashionkit.demo.collect import collect, spread

pytestmark = pytest.mark.light


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_the_photos_of_a_folder_with_their_names(tmp_path):
    touch(tmp_path, "b.JPG", "deep/er/c.png", "notes.txt")
    collection = collect(tmp_path)
    assert collection.names == ("b.JPG", "deep/er/c.png")
    assert collection.paths == tuple(tmp_path / name for name in collection.names)
    assert collection.found == 2


def test_many_photos_are_spread_evenly(tmp_path):
    touch(tmp_path, *(f"{number:04}.jpg" for number in range(601)))
    collection = collect(tmp_path)
    assert len(collection.paths) == 60
    assert (collection.names[0], collection.names[-1], collection.found) == ("0000.jpg", "0600.jpg", 601)
    assert collect(tmp_path) == collection


@pytest.mark.parametrize("count", [0, 1, 2, 59, 60, 61, 119, 50_000])
@pytest.mark.parametrize("most", [1, 2, 60])
def test_spread_places_are_distinct_in_order_and_evenly_apart(count, most):
    places = spread(count, most)
    assert len(places) == min(count, most)
    steps = {later - earlier for earlier, later in pairwise(places)}
    assert not steps or (min(steps) >= 1 and max(steps) - min(steps) <= 1)
    assert all(0 <= place < count for place in places)


def test_names_are_one_printable_line(tmp_path):
    touch(tmp_path, "naïve 裙子.jpg", "a\nb.jpg", "right\u202eleft.jpg")
    (tmp_path / os.fsdecode(b"bad-\xff.jpg")).touch()
    names = collect(tmp_path).names
    assert "naïve 裙子.jpg" in names
    assert all(name.isprintable() and name.encode() for name in names)
