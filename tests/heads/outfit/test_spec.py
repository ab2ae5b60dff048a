from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError, EngineError
from fashionkit.heads import decode_spec
from fashionkit.heads.outfit.spec import OutfitSpec

pytestmark = pytest.mark.light

SPEC = OutfitSpec(item_width=3, temperature=2.0)


@given(st.lists(st.integers(2, 16), max_size=4), st.integers(0, 1000))
def test_items_are_packed_in_front_and_the_rest_is_zero(sizes, seed):
    draw = np.random.default_rng(seed)
    sets = [draw.normal(size=(n, 3)).astype(np.float32) for n in sizes]
    packed = SPEC.pack(sets)
    assert packed["items"].shape == (len(sets), 16, 3)
    assert packed["items"].dtype == np.float32
    assert packed["present"].dtype == bool
    for vectors, items, present in zip(sets, packed["items"], packed["present"], strict=True):
        assert present.tolist() == [place < len(vectors) for place in range(16)]
        np.testing.assert_array_equal(items[: len(vectors)], vectors)
        assert not items[len(vectors) :].any()


@pytest.mark.parametrize("n", [0, 1, 17, 100])
def test_too_few_and_too_many_items_are_refused(n):
    with pytest.raises(DataError, match=f"2 to 16 items, got {n}"):
        SPEC.pack([np.ones((2, 3), np.float32), np.ones((n, 3), np.float32)])


@pytest.mark.parametrize(
    "items",
    [
        np.ones((2, 4)),
        np.ones(3),
        np.ones((2, 3, 1)),
        np.float32(1),
        np.array([[1, 2, np.nan], [0, 0, 0]]),
        np.array([[1, 2, np.inf], [0, 0, 0]]),
        np.array([[1, 2, 1e300], [0, 0, 0]]),
        [[1, 2, 3], [1, 2]],
        [["a", "b", "c"], ["d", "e", "f"]],
        None,
        "outfit",
    ],
)
def test_items_that_are_no_vectors_of_the_width_are_refused(items):
    with pytest.raises(DataError, match="the items of an outfit are"):
        SPEC.pack([items])


@given(st.lists(st.floats(-60, 60, width=32)))
def test_a_logit_reads_as_the_naive_sigmoid(logits):
    results = SPEC.read(np.array(logits, np.float32).reshape(-1, 1), {})
    assert [result.score for result in results] == pytest.approx([1 / (1 + math.exp(-x / 2)) for x in logits], rel=1e-4)
    assert all(result.without is None for result in results)


@pytest.mark.parametrize("raw", [np.zeros((1, 2)), np.zeros(1), np.full((1, 1), np.nan)])
def test_what_it_cannot_read_is_refused(raw):
    with pytest.raises(EngineError, match="outfit"):
        SPEC.read(raw.astype(np.float32), {})


def test_labels_are_yes_no_and_unknown():
    encoded = SPEC.encode([True, False, 1, 0, np.True_, 1.0, None])
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded[:, 0], [1, 0, 1, 0, 1, 1, np.nan])
    assert SPEC.encode([]).shape == (0, 1)


@pytest.mark.parametrize("value", [2, -1, 0.5, "yes", "", math.nan, [1], np.array([1, 0]), np.array([1])])
def test_what_is_neither_is_refused(value):
    with pytest.raises(DataError, match="compatible"):
        SPEC.encode([True, value])


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"item_width": 0},
        {"item_width": 8, "hidden": 0},
        {"item_width": 8, "layers": 0},
        {"item_width": 8, "heads": -1},
        {"item_width": 8, "hidden": 10, "heads": 4},
        {"item_width": 8, "temperature": 0},
        {"item_width": 8, "hidden": 2**40},
        {"item_width": 2**40},
        {"item_width": 8, "layers": 10**6},
        {"item_width": 8.5},
        {"item_width": 8, "colour": 1},
    ],
)
def test_a_configuration_that_cannot_be_is_refused(fields):
    with pytest.raises(ConfigError, match="here: "):
        decode_spec({"kind": "outfit", **fields}, "here")


def test_it_reads_the_head_that_it_names():
    assert SPEC.reads == ("embedding",)
    assert OutfitSpec(item_width=3, embedding="style").reads == ("style",)
