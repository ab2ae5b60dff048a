from __future__ import annotations

import json
import math
from enum import StrEnum

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays

from fashionkit.catalogue.entries import checked_ids, distinct, metadata_texts, plain_scalar, unit_vectors
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    "ids", [["a"], ("ÄÖ", "衣"), [" "], ["x" * 4096], np.array(["a", "b"]), iter(["a"]), [Colour.RED]]
)
def test_ids_that_are_taken(ids):
    taken = checked_ids(ids)
    assert all(type(each) is str or isinstance(each, np.str_) for each in taken)


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ("shirt", r"ids is one str, 'shirt'"),
        (b"shirt", "ids is one bytes"),
        (7, "ids is of type int"),
        (None, "ids is of type NoneType"),
        ([1], "the id 1 is of type int"),
        ([None], "is of type NoneType"),
        (["a", ""], "empty string"),
        (["x" * 4097], "4,097 characters"),
        (["a\0b"], "NUL"),
        (["\ud800"], "not valid Unicode"),
    ],
)
def test_ids_that_are_refused(ids, said):
    with pytest.raises(CatalogueError, match=said):
        checked_ids(ids)


def test_the_same_id_twice_is_named():
    with pytest.raises(CatalogueError, match="'b' is there twice"):
        distinct(["a", "b", "b"])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble, ">f4"])
def test_every_float_type_is_taken(dtype):
    unit = unit_vectors(np.array([[3, 4], [-5, 0]], dtype), 2)
    assert unit.dtype == np.float32
    np.testing.assert_allclose(unit, [[0.6, 0.8], [-1, 0]], rtol=1e-6)


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e-30, 1e30, 1.7e308])
def test_tiny_and_huge_rows_keep_their_direction(size):
    np.testing.assert_allclose(unit_vectors(np.array([[size, -size]]), 2), [[0.5**0.5, -(0.5**0.5)]], rtol=1e-6)


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e200, 1e300])
def test_a_row_is_scaled_the_same_whatever_is_beside_it(size):
    rows = np.random.default_rng(0).normal(size=(50, 64))
    beside = np.vstack([rows, np.full((1, 64), size)])
    np.testing.assert_array_equal(unit_vectors(beside, 64)[:-1], unit_vectors(rows, 64))


@pytest.mark.parametrize("nothing", [[], np.empty((0, 2)), np.empty((0, 9)), np.empty((0, 2), int)])
def test_no_rows(nothing):
    assert unit_vectors(nothing, 2).shape == (0, 2)
    assert unit_vectors(nothing, 2, []).shape == (0, 2)


@pytest.mark.parametrize(
    ("vectors", "said"),
    [
        ([[1.0, math.nan]], "'a' holds NaN"),
        ([[1.0, -math.inf]], "'a' holds NaN or infinity"),
        ([[0.0, -0.0]], "'a' is all zeros"),
        ([[1, 2]], "type int64"),
        ([[True, False]], "type bool"),
        ([["x", "y"]], "type <U1"),
        ([[1j, 0j]], "type complex128"),
        ([[None, 1.0]], "type object"),
        (None, "type object"),
        ([1.0, 2.0], "shape 2;"),
        (1.0, "shape of a single number"),
        ([[[1.0, 2.0]]], "shape 1 x 1 x 2"),
        ([[1.0, 2.0, 3.0]], "shape 1 x 3; the catalogue takes n x 2"),
        ([[], []], "shape 2 x 0"),
        ([[1.0, 2.0], [1.0]], "no array"),
        ([[1.0, 2.0], [1.0, 2.0]], "1 ids and 2 vectors"),
        ([], "1 ids and 0 vectors"),
    ],
)
def test_vectors_that_are_refused(vectors, said):
    with pytest.raises(CatalogueError, match=said):
        unit_vectors(vectors, 2, ["a"])


def test_the_unfit_row_is_named_far_down():
    vectors = np.ones((10_000, 2), np.float32)
    vectors[9_000, 1] = np.nan
    with pytest.raises(CatalogueError, match="'item-9000'"):
        unit_vectors(vectors, 2, [f"item-{number}" for number in range(10_000)])
    with pytest.raises(CatalogueError, match="query 9000"):
        unit_vectors(vectors, 2)


@given(arrays.arrays(np.float64, (3, 4), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_rows_have_length_one_and_the_given_direction(vectors):
    if not vectors.any(axis=1).all():
        with pytest.raises(CatalogueError, match="all zeros"):
            unit_vectors(vectors, 4)
        return
    before = vectors.copy()
    unit = unit_vectors(vectors, 4).astype(np.float64)
    np.testing.assert_array_equal(vectors, before)
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1, rtol=1e-6)
    scaled = vectors / np.abs(vectors).max(axis=1, keepdims=True)
    np.testing.assert_allclose(unit / np.abs(unit).max(axis=1, keepdims=True), scaled, atol=1e-6)


@pytest.mark.parametrize(
    ("given_metadata", "expected"),
    [
        ({}, {}),
        ({"a": 1, "b": 1.5, "c": None, "d": False, "e": "é\n"}, {"a": 1, "b": 1.5, "c": None, "d": False, "e": "é\n"}),
        ({"tags": ("x", 1, None)}, {"tags": ["x", 1, None]}),
        ({"n": np.int64(3), "f": np.float32(0.5), "b": np.bool_(True)}, {"n": 3, "f": 0.5, "b": True}),
        ({"colour": Colour.RED, Colour.RED: 1}, {"colour": "red", "red": 1}),
        ({"": 2**63 - 1, 'a"b.c[0]$': -(2**63)}, {"": 2**63 - 1, 'a"b.c[0]$': -(2**63)}),
    ],
)
def test_metadata_that_is_taken(given_metadata, expected):
    assert json.loads(metadata_texts([given_metadata], ["a"])[0]) == expected


@pytest.mark.parametrize(
    ("given_metadata", "said"),
    [
        ({"a": 1}, "metadata is one dict"),
        ("text", "metadata is one str"),
        (5, "metadata is of type int"),
        ([], "1 ids and 0 metadata"),
        ([{}, {}], "1 ids and 2 metadata"),
        ([None], "of 'x' is of type NoneType"),
        ([[("a", 1)]], "of 'x' is of type list"),
        ([{1: "a"}], "the key 1 is of type int"),
        ([{"k\0": 1}], "NUL"),
        ([{"price": math.nan}], "'price' is nan"),
        ([{"price": np.float32("inf")}], "'price' is inf"),
        ([{"n": 2**63}], "64 bits"),
        ([{"t": "\udfff"}], "not valid Unicode"),
        ([{"t": "a\0"}], "NUL"),
        ([{"t": {"deep": 1}}], "flat"),
        ([{"t": [[1]]}], "in its list, is of type list"),
        ([{"t": b"x"}], "type bytes"),
        ([{"t": np.zeros(2)}], "type ndarray"),
    ],
)
def test_metadata_that_is_refused(given_metadata, said):
    with pytest.raises(CatalogueError, match=said):
        metadata_texts(given_metadata, ["x"])


def test_none_given_means_empty_metadata():
    assert metadata_texts(None, ["a", "b"]) == ["{}", "{}"]


@given(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False))
def test_plain_values_come_back_as_they_are(value):
    plain = plain_scalar(value, "it")
    assert plain == value
    assert type(plain) is type(value)
