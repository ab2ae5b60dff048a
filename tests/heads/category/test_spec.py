from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra import numpy as arrays

from fashionkit.errors import ConfigError, DataError, EngineError
from fashionkit.heads import decode_spec, encode_spec
from fashionkit.heads.category.spec import CategorySpec

pytestmark = pytest.mark.light

SPEC = CategorySpec(labels=("dress", "shirt", "shoes"), kinds={"shirt": "tops"})


@given(
    arrays.arrays(np.float32, st.tuples(st.integers(0, 5), st.just(3)), elements=st.floats(-30, 30, width=32)),
    st.floats(0.2, 5),
)
def test_it_reads_the_naive_softmax_row_by_row(raw, temperature):
    spec = CategorySpec(labels=SPEC.labels, kinds=SPEC.kinds, temperature=temperature)
    results = spec.read(raw, {})
    assert len(results) == len(raw)
    for row, result in zip(raw.astype(float), results, strict=True):
        powers = np.exp(row / temperature)
        np.testing.assert_allclose(result.probabilities, powers / powers.sum(), rtol=1e-5, atol=1e-30)
        assert result.label == spec.labels[int(result.probabilities.argmax())]
        assert result.kind == spec.kinds.get(result.label)


def test_a_temperature_flattens():
    (sharp,) = SPEC.read(np.array([[0, 2, 0]], np.float32), {})
    (flat,) = CategorySpec(labels=SPEC.labels, temperature=4.0).read(np.array([[0, 2, 0]], np.float32), {})
    assert sharp.probability == pytest.approx(np.e**2 / (np.e**2 + 2))
    assert flat.probability == pytest.approx(np.e**0.5 / (np.e**0.5 + 2))


@pytest.mark.parametrize("raw", [np.zeros((1, 2)), np.full((1, 3), np.nan), np.full((1, 3), np.inf), np.zeros(3)])
def test_what_it_cannot_read_is_refused(raw):
    with pytest.raises(EngineError, match="category"):
        SPEC.read(raw.astype(np.float32), {})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("dress", [1, 0, 0]),
        ("shoes", [0, 0, 1]),
        (np.str_("shoes"), [0, 0, 1]),
        (("dress", "shoes"), [1, 0, 1]),
        ({"dress", "shirt", "shoes"}, [1, 1, 1]),
        (None, [0, 0, 0]),
        ("", [0, 0, 0]),
        ((), [0, 0, 0]),
    ],
)
def test_a_label_is_encoded_as_what_may_be_meant(value, expected):
    encoded = SPEC.encode([value, "shirt"])
    assert encoded.dtype == bool
    assert encoded.tolist() == [[bool(x) for x in expected], [False, True, False]]


@pytest.mark.parametrize(
    "value", ["shrit", "Dress", ("dress", "?"), 1, 0, False, True, float("nan"), b"dress", [None], 2.5]
)
def test_what_is_no_label_is_refused(value):
    with pytest.raises(DataError):
        SPEC.encode(["dress", value])


@given(st.lists(st.none() | st.sampled_from(SPEC.labels)))
def test_encoding_places_every_known_label(values):
    encoded = SPEC.encode(values)
    assert encoded.shape == (len(values), 3)
    decoded = [SPEC.labels[row.argmax()] if row.any() else None for row in encoded]
    assert decoded == values


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"labels": ["a"]}, "at least 2"),
        ({"labels": ["a", "a"]}, "twice"),
        ({"labels": "ab"}, "Expected `array`"),
        ({"labels": ["a", 1]}, r"Expected `str`, got `int` - at `\$\.labels"),
        ({"labels": ["a", "b"], "temperature": 0}, "above 0"),
        ({"labels": ["a", "b"], "temperature": float("nan")}, "above 0"),
        ({"labels": ["a", "b"], "kinds": {"c": "tops"}}, "'c'"),
        ({"labels": ["a", "b"], "lables": []}, "unknown field `lables`"),
        ({}, "labels"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused_with_its_place(fields, reason):
    with pytest.raises(ConfigError, match=f"config.json: .*{reason}"):
        decode_spec({"kind": "category", **fields}, "config.json")


def test_a_list_of_labels_is_as_good_as_a_tuple():
    spec = CategorySpec(labels=["dress", "shirt"])
    assert spec == CategorySpec(labels=("dress", "shirt")) == decode_spec(encode_spec(spec), "x")
    assert hash(spec.read(np.zeros((1, 2), np.float32), {})[0])


@pytest.mark.parametrize("labels", ["ab", ("a", 1), 5])
def test_labels_that_are_no_texts_are_refused(labels):
    with pytest.raises((ValueError, TypeError)):
        CategorySpec(labels=labels)
