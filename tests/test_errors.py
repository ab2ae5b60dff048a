from __future__ import annotations

import pickle

import pytest

from fashionkit import errors
from fashionkit.errors import FashionkitError, ImageError, did_you_mean

pytestmark = pytest.mark.light

FAMILY = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]


@pytest.mark.parametrize("kind", FAMILY)
def test_every_error_is_of_the_family_and_crosses_processes(kind):
    error = kind("cat.jpg", "the file is empty") if kind is ImageError else kind("a message")
    again = pickle.loads(pickle.dumps(error))  # our own bytes
    assert type(again) is kind
    assert str(again) == str(error)
    assert isinstance(error, FashionkitError)


def test_the_family_is_the_one_of_the_house():
    names = {kind.__name__ for kind in FAMILY} - {"FashionkitError"}
    assert names == {"ImageError", "ModelError", "CatalogueError", "DataError", "EngineError", "ConfigError"}


def test_an_image_error_keeps_source_and_reason_through_pickling():
    error = pickle.loads(pickle.dumps(ImageError("cät.jpg", "the file is empty")))  # our own bytes
    assert (error.source, error.reason) == ("cät.jpg", "the file is empty")
    assert str(error) == "cät.jpg: the file is empty"


@pytest.mark.parametrize(
    ("given", "known", "expected"),
    [
        ("categroy", ["outfit", "category"], "did you mean 'category'? Known: category, outfit"),
        ("xyz", ["b", "a"], "known: a, b"),
        ("xyz", [], "known: none"),
        ("", ["a"], "known: a"),
        ("shrt", [*map(str, range(30)), "shirt", "short"], "did you mean 'short' or 'shirt'? 32 are known"),
        ("xyz", ["shirt"] * 30, f"known: {', '.join(['shirt'] * 30)}"),
        ("kimonø", iter(["kimono"]), "did you mean 'kimono'? Known: kimono"),
    ],
)
def test_a_close_name_is_suggested(given, known, expected):
    assert did_you_mean(given, known) == expected
