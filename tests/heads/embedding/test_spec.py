from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError, EngineError
from fashionkit.heads import decode_spec
from fashionkit.heads.embedding.spec import EmbeddingSpec

pytestmark = pytest.mark.light

SPEC = EmbeddingSpec(dimension=5)


@given(st.integers(0, 10**6), st.integers(0, 6), st.floats(0.9925, 1.0075))
def test_what_is_nearly_of_length_one_is_brought_there(seed, n, length):
    directions = np.random.default_rng(seed).normal(size=(n, 5))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    results = SPEC.read((directions * length).astype(np.float32), {})
    assert len(results) == n
    for result, direction in zip(results, directions, strict=True):
        assert np.linalg.norm(result.vector.astype(float)) == pytest.approx(1, abs=1e-6)
        np.testing.assert_allclose(result.vector, direction, atol=1e-6)
        assert result.vector.dtype == np.float32
        with pytest.raises(ValueError, match="read-only"):
            result.vector[0] = 0


@pytest.mark.parametrize("length", [0, 0.9, 1.1, 1e30, np.nan, np.inf])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_not_of_length_one_is_refused(length):
    raw = np.zeros((2, 5), np.float32)
    raw[:, 0] = 1, length
    with pytest.raises(EngineError):
        SPEC.read(raw, {})


def test_half_precision_is_near_enough():
    raw = np.random.default_rng(0).normal(size=(20, 512))
    raw = (raw / np.linalg.norm(raw, axis=1, keepdims=True)).astype(np.float16)
    for result in EmbeddingSpec(dimension=512).read(raw, {}):
        assert result.vector.dtype == np.float32
        assert np.linalg.norm(result.vector.astype(float)) == pytest.approx(1, abs=1e-6)


def test_another_width_is_refused():
    with pytest.raises(EngineError, match="N×5"):
        SPEC.read(np.ones((1, 4), np.float32) / 2, {})


@given(st.lists(st.none() | st.just("") | st.integers(0, 3) | st.sampled_from(["a", "b", "ü"])))
def test_equal_names_are_equal_numbers(values):
    targets = SPEC.encode(values)
    assert targets.dtype == np.int64
    assert targets.shape == (len(values),)
    for one, first in zip(targets, values, strict=True):
        assert (one == -1) == (first is None or first == "")
        for other, second in zip(targets, values, strict=True):
            if one >= 0 and other >= 0:
                assert (one == other) == (first == second)


@pytest.mark.parametrize("value", [float("nan"), ["a"], {"id": 1}, np.float32("nan")])
def test_what_is_no_name_is_refused(value):
    with pytest.raises(DataError, match="name of a product"):
        SPEC.encode(["a", value])


@pytest.mark.parametrize("dimension", [1, 0, -3, 4097, 10**30, 2.5, "8", True])
def test_a_dimension_out_of_range_is_refused(dimension):
    with pytest.raises(ConfigError, match=r"heads\.e: "):
        decode_spec({"kind": "embedding", "dimension": dimension}, "heads.e")


def test_the_bounds_of_the_dimension_are_in_range():
    for dimension in (2, 4096):
        assert EmbeddingSpec(dimension=dimension).width == dimension
