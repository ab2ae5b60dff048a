from __future__ import annotations

import numpy as np
import pytest

from fashionkit.errors import ConfigError, DataError
from fashionkit.metrics import arrays

pytestmark = pytest.mark.light
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize("read", [arrays.as_scores, arrays.as_quantities, arrays.as_known_quantities])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, np.uint64, bool])
def test_any_real_dtype_becomes_float64_and_nothing_is_written_to(read, dtype):
    given = np.array([1, 0], dtype=dtype)
    given.flags.writeable = False
    array = read("values", given, ndim=1)
    assert array.dtype == np.float64
    assert array.tolist() == [1.0, 0.0]


ANY = [arrays.as_scores, arrays.as_quantities, arrays.as_known_quantities, arrays.as_flags, arrays.as_known_flags]


@pytest.mark.parametrize("read", ANY)
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([], r"shape \(0,\): they are empty"),
        (1.0, r"shape \(\); give one number per row"),
        ([[1.0]], r"shape \(1, 1\)"),
        (["kimono"], "real numbers"),
        ([None], "dtype object"),
        ([1j], "complex"),
        ([[1], [1, 2]], "cannot be read as an array"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "datetime64"),
    ],
)
def test_what_is_no_row_of_numbers_is_refused_by_name(read, values, message):
    with pytest.raises(DataError, match=f"^values .*{message}"):
        read("values", values, ndim=1)


@pytest.mark.parametrize(
    ("read", "values", "expected"),
    [
        (arrays.as_scores, [INF, -INF], [INF, -INF]),
        (arrays.as_known_quantities, [NAN, 2], [NAN, 2.0]),
        (arrays.as_known_flags, [NAN, 1, 0], [NAN, 1.0, 0.0]),
        (arrays.as_flags, [True, False], [True, False]),
        (arrays.as_flags, [0.0, 1.0], [False, True]),
    ],
)
def test_what_is_allowed(read, values, expected):
    np.testing.assert_array_equal(read("values", values, ndim=1), expected)


@pytest.mark.parametrize(
    ("read", "values", "message"),
    [
        (arrays.as_scores, [INF, NAN, NAN], "hold NaN in 2 of 3 places"),
        (arrays.as_quantities, [INF, NAN, 1], "hold NaN or infinity in 2 of 3 places"),
        (arrays.as_known_quantities, [INF, NAN, 1], "hold infinity in 1 of 3 places"),
        (arrays.as_flags, [0, 2], "hold 2; give 1 for yes"),
        (arrays.as_flags, [-1], "hold -1"),
        (arrays.as_flags, [NAN], "hold nan"),
        (arrays.as_known_flags, [NAN, 0.5], "hold 0.5"),
        (arrays.as_known_flags, [NAN, NAN], "all NaN, that is unknown"),
        (arrays.as_known_quantities, [NAN], "all NaN"),
    ],
)
def test_values_that_are_refused(read, values, message):
    with pytest.raises(DataError, match=message):
        read("values", values, ndim=1)


@pytest.mark.parametrize(
    ("values", "n_classes", "message"),
    [
        ([0, 3], 3, "hold 3, but there are 3 classes; give 0 to 2"),
        ([0, -1], None, "hold -1; class indices start at 0"),
        ([0.0, 1.0], None, "dtype float64"),
        ([True], None, "dtype bool"),
        (["coat"], None, "class indices"),
        ([], None, "empty"),
        ([[0]], None, r"\(1, 1\)"),
        ([[0], [1, 2]], None, "cannot be read"),
    ],
)
def test_labels_that_are_refused(values, n_classes, message):
    with pytest.raises(DataError, match=message):
        arrays.as_labels("predicted", values, n_classes)


def test_labels_of_any_whole_dtype():
    for dtype in (np.uint8, np.int16, np.uint64):
        assert arrays.as_labels("predicted", np.array([0, 2], dtype=dtype), n_classes=3).dtype == np.int64


@pytest.mark.parametrize("value", [0, -1, 1.0, "1", None, True, NAN])
def test_counts_that_are_refused(value):
    with pytest.raises(ConfigError, match=r"^k is .*; give a whole number of at least 1"):
        arrays.check_count("k", value)


def test_a_numpy_integer_is_a_count():
    assert type(arrays.check_count("k", np.int64(3))) is int


@pytest.mark.parametrize("level", [0, 1, -0.5, 95, NAN, "0.95", None])
def test_levels_that_are_refused(level):
    with pytest.raises(ConfigError, match=r"^level is "):
        arrays.check_level(level)
