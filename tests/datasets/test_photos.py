from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import numpy as np
import pytest

from fashionkit.datasets import DataSet, LabelledPhoto

pytestmark = pytest.mark.light

PHOTOS = tuple(LabelledPhoto(f"{name}.jpg", {"category": name} if name != "b" else {}, id=name) for name in "abc")
DATA = DataSet("mine", "val", PHOTOS, Path("folder"))


def test_photos_stand_in_their_order():
    assert list(DATA) == [DATA[0], DATA[1], DATA[2]] == list(PHOTOS)
    assert (len(DATA), DATA.labels_of("category"), DATA.labels_of("none")) == (3, ["a", None, "c"], [None] * 3)


def test_only_keeps_the_rest_as_it_was():
    few = DATA.only(lambda photo: photo.id != "a")
    assert few == dataclasses.replace(DATA, photos=PHOTOS[1:])


def test_nothing_of_them_can_be_set():
    for thing, name in ((DATA, "photos"), (PHOTOS[0], "labels")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, name, ())


def test_a_photo_of_pixels_can_be_compared_and_kept_in_sets():
    photo = LabelledPhoto(np.zeros((2, 2), np.uint8))
    assert photo == photo  # noqa: PLR0124  # arrays would make a riddle of it
    assert len({photo, LabelledPhoto(np.zeros((2, 2), np.uint8))}) == 2


def test_sets_cross_processes():
    again = pickle.loads(pickle.dumps(DATA))
    assert (again.name, again.split, again.labels_of("category")) == ("mine", "val", ["a", None, "c"])


def test_it_is_told_on_a_line():
    assert repr(DATA) == "DataSet('mine', split='val', 3 photos)"
    assert repr(dataclasses.replace(DATA, split="")) == "DataSet('mine', 3 photos)"
