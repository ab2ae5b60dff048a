from __future__ import annotations

import pytest

from fashionkit.errors import DataError
from fashionkit.heads.labels import as_labels, check_labels, place_of

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ((), "at least 2"),
        (("dress",), "at least 2"),
        (("dress", "dress"), "'dress' twice"),
        (("dress", " "), "an empty label"),
        (("dress", ""), "an empty label"),
        (("dress", 1), "list of texts"),
        (("dress", None), "list of texts"),
        ("ab", "list of texts"),
    ],
)
def test_labels_that_cannot_be_are_refused(labels, reason):
    with pytest.raises(ValueError, match=f"categories .*{reason}"):
        check_labels(labels, "categories", at_least=2)


def test_good_labels_come_back_as_a_tuple():
    assert check_labels(["Kleid", "着物"], "categories", at_least=2) == ("Kleid", "着物")


def test_an_unknown_label_is_refused_with_a_suggestion():
    assert place_of("shirt", ("dress", "shirt"), "category") == 1
    with pytest.raises(DataError, match=r"unknown label 'shrit' for category; did you mean 'shirt'\?"):
        place_of("shrit", ("dress", "shirt"), "category")
    for label in (None, 1, ["shirt"]):
        with pytest.raises(DataError, match="unknown label"):
            place_of(label, ("dress", "shirt"), "category")


@pytest.mark.parametrize(("value", "expected"), [("a", ["a"]), (("a", "b"), ["a", "b"]), ({"a"}, ["a"]), ((), [])])
def test_one_label_or_several(value, expected):
    assert as_labels(value) == expected


@pytest.mark.parametrize("value", [1, 0.5, True, float("nan")])
def test_what_is_no_label_is_refused(value):
    with pytest.raises(DataError, match="a label is a text"):
        as_labels(value)
