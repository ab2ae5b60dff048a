from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError, EngineError
from fashionkit.heads import decode_spec, encode_spec
from fashionkit.heads.attributes.spec import AttributesSpec, Group, NumberRule, TagRule

pytestmark = pytest.mark.light

SPEC = AttributesSpec(
    groups={"sleeve": Group(("long", "short"), may_not_apply=True), "length": Group(("mini", "maxi"), temperature=2.0)},
    tags={"striped": TagRule(), "checked": TagRule(threshold=0.25, temperature=0.5)},
    numbers={"year": NumberRule(2016.0, 2.0), "price": NumberRule(50.0, 20.0, "€")},
)
NAMES = ["sleeve", "length", "striped", "checked", "year", "price"]
NAN = math.nan


def read(*raw):
    (result,) = SPEC.read(np.array([raw], np.float32), {})
    return result


def test_the_columns_are_groups_then_tags_then_numbers():
    assert SPEC.names == NAMES
    assert SPEC.group_columns == {"sleeve": slice(0, 3), "length": slice(3, 5)}
    assert (SPEC.tag_columns, SPEC.number_columns, SPEC.width) == (slice(5, 7), slice(7, 9), 9)


def test_every_column_is_read_where_it_belongs():
    result = read(0, 9, 0, 2, 0, -3, 4, 1.5, -1)
    sleeve, length = result["sleeve"], result["length"]
    assert (sleeve.label, sleeve.applies, length.label) == ("short", True, "mini")
    assert sleeve.probability == pytest.approx(math.exp(9) / (math.exp(9) + 2), rel=1e-5)
    assert length.probabilities == pytest.approx({"mini": math.e / (math.e + 1), "maxi": 1 / (math.e + 1)}, rel=1e-5)
    assert result["striped"].probability == pytest.approx(1 / (1 + math.exp(3)), rel=1e-5)
    assert result["checked"].probability == pytest.approx(1 / (1 + math.exp(-8)), rel=1e-5)
    assert result.tags == ("checked",)
    assert (result["year"].value, result["price"].value, result["price"].unit) == (2019.0, 30.0, "€")


def test_does_not_apply_is_an_answer_of_its_own():
    result = read(0, 0, 5, 0, 0, 0, 0, 0, 0)
    assert result["sleeve"].label == "does not apply"
    assert not result["sleeve"].applies
    assert "sleeve" not in repr(result)
    assert result["length"].applies


def test_a_row_is_read_alike_alone_and_among_others():
    raw = np.random.default_rng(0).normal(size=(5, SPEC.width)).astype(np.float32)
    together = SPEC.read(raw, {})
    assert [SPEC.read(row[None], {})[0] for row in raw] == together
    assert SPEC.read(raw[:0], {}) == []


@pytest.mark.parametrize(("logit", "threshold", "present"), [(0, 0.5, True), (0, 0.500001, False), (-99, 0.0, True)])
def test_a_tag_is_present_from_its_threshold_on(logit, threshold, present):
    spec = AttributesSpec(tags={"striped": TagRule(threshold=threshold)})
    (result,) = spec.read(np.array([[logit]], np.float32), {})
    assert result["striped"].present is present


@given(st.floats(-20, 20, width=32))
def test_a_threshold_that_is_a_probability_that_was_read_includes_it(logit):
    raw = np.array([[logit]], np.float32)
    probability = AttributesSpec(tags={"a": TagRule()}).read(raw, {})[0]["a"].probability
    for threshold, present in ((probability, True), (math.nextafter(probability, 2), False)):
        if threshold <= 1:
            spec = AttributesSpec(tags={"a": TagRule(threshold=threshold)})
            assert spec.read(raw, {})[0]["a"].present is present


@pytest.mark.parametrize("raw", [np.zeros((1, 8)), np.zeros(9), np.full((1, 9), np.nan), np.full((1, 9), -np.inf)])
def test_what_it_cannot_read_is_refused(raw):
    with pytest.raises(EngineError, match="attributes"):
        SPEC.read(raw.astype(np.float32), {})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, [NAN] * 6),
        ({}, [NAN] * 6),
        ("", [NAN] * 6),
        (dict.fromkeys([*NAMES, "tags"]), [NAN] * 6),
        (dict.fromkeys([*NAMES, "tags"], ""), [NAN] * 6),
        ({"sleeve": "long", "length": "maxi"}, [0, 1, NAN, NAN, NAN, NAN]),
        ({"sleeve": "does not apply"}, [2, NAN, NAN, NAN, NAN, NAN]),
        ({"striped": True, "checked": False}, [NAN, NAN, 1, 0, NAN, NAN]),
        ({"striped": 1, "checked": np.False_}, [NAN, NAN, 1, 0, NAN, NAN]),
        ({"tags": []}, [NAN, NAN, 0, 0, NAN, NAN]),
        ({"tags": ["checked"]}, [NAN, NAN, 0, 1, NAN, NAN]),
        ({"tags": {"checked", "striped"}}, [NAN, NAN, 1, 1, NAN, NAN]),
        ({"striped": True, "tags": ["checked"]}, [NAN, NAN, 1, 1, NAN, NAN]),
        ({"tags": ["checked"], "striped": True}, [NAN, NAN, 1, 1, NAN, NAN]),
        ({"year": 2020, "price": 10.0}, [NAN, NAN, NAN, NAN, 2, -2]),
        ({"year": np.float32(2014), "price": np.int64(50)}, [NAN, NAN, NAN, NAN, -1, 0]),
    ],
)
def test_a_label_is_encoded_column_by_column(value, expected):
    encoded = SPEC.encode([value])
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, [expected])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"sleve": "long"}, "unknown attribute 'sleve'; did you mean 'sleeve'"),
        ({1: "long"}, "unknown attribute 1"),
        ({"sleeve": "lon"}, "unknown label 'lon' for sleeve; did you mean 'long'"),
        ({"sleeve": 0}, "unknown label 0 for sleeve"),
        ({"sleeve": True}, "unknown label True"),
        ({"sleeve": NAN}, "unknown label nan"),
        ({"sleeve": ["long"]}, "unknown label"),
        ({"length": "does not apply"}, "unknown label 'does not apply' for length"),
        ({"striped": "yes"}, "'striped' takes True, False or None, got 'yes'"),
        ({"striped": 0.5}, "takes True, False or None"),
        ({"striped": NAN}, "takes True, False or None"),
        ({"striped": np.array([True, False])}, "takes True, False or None"),
        ({"tags": "striped"}, r"give \['striped'\]"),
        ({"tags": 5}, "takes a list of tags"),
        ({"tags": ["stripy"]}, "unknown label 'stripy' for tags; did you mean 'striped'"),
        ({"tags": [None]}, "unknown label None"),
        ({"year": "2016"}, "'year' takes a finite number or None, got '2016'"),
        ({"year": True}, "takes a finite number"),
        ({"year": np.True_}, "takes a finite number"),
        ({"year": NAN}, "takes a finite number"),
        ({"year": math.inf}, "takes a finite number"),
        ({"year": 1e39}, "not too far from 2016"),
        ({"year": 10**400}, "not too far"),
        ({"year": 2j}, "takes a finite number"),
        ({"year": np.complex64(1)}, "takes a finite number"),
        ("long", "a mapping"),
        (["long"], "a mapping"),
        (5, "a mapping"),
        (NAN, "a mapping"),
    ],
)
def test_a_label_that_cannot_be_is_refused(value, reason):
    with pytest.raises(DataError, match=reason):
        SPEC.encode([{}, value])


VALUES = st.none() | st.fixed_dictionaries(
    {},
    optional={
        "sleeve": st.none() | st.sampled_from(["long", "short", "does not apply"]),
        "length": st.none() | st.sampled_from(["mini", "maxi"]),
        "striped": st.none() | st.booleans(),
        "checked": st.none() | st.booleans(),
        "year": st.none() | st.integers(1900, 2100),
        "price": st.none() | st.floats(0, 1000),
    },
)


@given(st.lists(VALUES))
def test_what_is_encoded_is_read_back(values):
    targets = SPEC.encode(values)
    assert targets.shape == (len(values), 6)
    for row, value in zip(targets, values, strict=True):
        assert np.isnan(row).tolist() == [(value or {}).get(name) is None for name in NAMES]
        raw = np.zeros(SPEC.width, np.float32)
        for place, (name, columns) in enumerate(SPEC.group_columns.items()):
            if (value or {}).get(name) is not None:
                raw[columns][int(row[place])] = 20
        raw[SPEC.tag_columns] = np.nan_to_num(row[2:4] * 40 - 20)
        raw[SPEC.number_columns] = np.nan_to_num(row[4:6])
        result = read(*raw)
        for name, answer in (value or {}).items():
            if answer is None:
                continue
            if name in SPEC.groups:
                assert result[name].label == answer
            elif name in SPEC.tags:
                assert result[name].present is answer
            else:
                assert result[name].value == pytest.approx(answer, rel=1e-5, abs=1e-3)


GROUP = {"labels": ["a", "b"]}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "at least one group, tag or number"),
        ({"groups": {"x": {"labels": ["a"]}}}, "at least 2"),
        ({"groups": {"x": {"labels": [], "may_not_apply": True}}}, "at least 1"),
        ({"groups": {"x": {"labels": ["a", "does not apply"]}}}, "set may_not_apply"),
        ({"groups": {"x": {"labels": ["a", "b"], "temperature": -1}}}, "above 0"),
        ({"groups": {"x": {"labels": "ab"}}}, "Expected `array`"),
        ({"groups": {"x": GROUP}, "tags": {"x": {}}}, "'x' is .*used twice"),
        ({"tags": {"x": {}}, "numbers": {"x": {}}}, "'x' is .*used twice"),
        ({"groups": {"tags": GROUP}}, "taken by the list of tags"),
        ({"groups": {" ": GROUP}}, "empty"),
        ({"groups": {"a\nb": GROUP}}, "not on one line"),
        ({"tags": {"x": {"threshold": 1.1}}}, "0..1"),
        ({"tags": {"x": {"threshold": -0.1}}}, "0..1"),
        ({"tags": {"x": {"threshold": NAN}}}, "0..1"),
        ({"tags": {"x": {"treshold": 0.5}}}, "unknown field `treshold`"),
        ({"numbers": {"x": {"scale": 0}}}, "above 0"),
        ({"numbers": {"x": {"scale": 1e300}}}, "above 0"),
        ({"numbers": {"x": {"centre": NAN}}}, "finite centre"),
        ({"numbers": {"x": {"centre": -1e300}}}, "finite centre"),
        ({"numbers": {"x": {"unit": "a\nb"}}}, "one line"),
    ],
)
def test_a_configuration_that_cannot_be_is_refused(fields, reason):
    with pytest.raises(ConfigError, match=f"here: .*{reason}"):
        decode_spec({"kind": "attributes", **fields}, "here")


def test_lists_of_labels_are_as_good_as_tuples():
    spec = AttributesSpec(groups={"x": Group(["a", "b"])})
    assert decode_spec(encode_spec(spec), "x") == spec
