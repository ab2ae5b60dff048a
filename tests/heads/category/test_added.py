from __future__ import annotations

import json

import msgspec
import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, EngineError
from fashionkit.heads.category.added import AddedLabel, with_added
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.check import check_reading

pytestmark = pytest.mark.light

KIMONO = AddedLabel.of("kimono", np.array([1.0, -2.0, 0.5]), bias=-1.0)
SARI = AddedLabel.of("sari", np.array([-1.0, 0.25, 3.0]), bias=0.5)


def spec(*added, **fields):
    return CategorySpec(labels=("dress", "shirt"), temperature=2.0, added=added, compared=("embedding",), **fields)


def draws(rows, width, seed=0):
    return np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)


def test_it_reads_as_the_contract_says():
    check_reading(spec(KIMONO, SARI), draws(5, 2))


def test_odds_against_all_that_was_learned_are_those_of_the_cut():
    raw, outputs = draws(6, 2), draws(6, 3, seed=1)
    for row, answer in zip(outputs, spec(KIMONO, SARI).read(raw, {"embedding": outputs}), strict=True):
        assert answer.labels == ("dress", "shirt", "kimono", "sari")
        learned, added = answer.probabilities[:2].sum(), answer.probabilities[2:]
        expected = [each.vector @ row + each.bias for each in (KIMONO, SARI)]
        np.testing.assert_allclose(np.log(added / learned), expected, rtol=1e-4, atol=1e-5)


def test_among_what_was_learned_nothing_changes():
    raw, outputs = draws(6, 2), draws(6, 3, seed=1)
    before = CategorySpec(labels=("dress", "shirt"), temperature=2.0).read(raw, {})
    for answer, old in zip(spec(KIMONO).read(raw, {"embedding": outputs}), before, strict=True):
        shares = answer.probabilities[:2] / answer.probabilities[:2].sum()
        np.testing.assert_allclose(shares, old.probabilities, rtol=1e-5)


@given(st.floats(-1e30, 1e30), st.floats(-1e30, 1e30))
def test_however_large_the_odds_are_probabilities_sum_to_one(weight, bias):
    label = AddedLabel.of("kimono", np.array([weight]), bias)
    found = with_added(np.array([[0.25, 0.75]], np.float32), [label], np.array([[1e3]], np.float32))
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(1)


def test_several_outputs_stand_side_by_side():
    both = CategorySpec(labels=("a", "b"), added=(KIMONO,), compared=("first", "second"))
    assert both.reads == ("first", "second")
    outputs = draws(4, 3)
    apart = both.read(draws(4, 2), {"first": outputs[:, :1], "second": outputs[:, 1:]})
    together = spec(KIMONO).read(draws(4, 2) * 2, {"embedding": outputs})
    for ours, theirs in zip(apart, together, strict=True):
        np.testing.assert_allclose(ours.probabilities, theirs.probabilities, rtol=1e-5)


def test_an_added_label_may_have_a_kind_and_has_no_logit_to_learn():
    dressed = spec(KIMONO, kinds={"kimono": "tops"})
    assert dressed.read(draws(1, 2), {"embedding": draws(1, 3)})[0].kinds == (None, None, "tops")
    assert dressed.width == 2
    assert dressed.encode(["shirt"]).shape == (1, 2)


def test_it_goes_through_json_word_for_word():
    text = msgspec.json.encode(spec(KIMONO, SARI))
    again = msgspec.json.decode(text, type=CategorySpec)
    assert again == spec(KIMONO, SARI)
    np.testing.assert_array_equal(again.added[0].vector, np.array([1.0, -2.0, 0.5], np.float32))
    assert isinstance(json.loads(text)["added"][0]["weights"], str)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"added": (AddedLabel.of("shirt", np.ones(3), 0.0),)}, "'shirt' twice"),
        ({"added": (KIMONO, KIMONO)}, "'kimono' twice"),
        ({"added": (AddedLabel.of(" ", np.ones(3), 0.0),)}, "empty label"),
        ({"added": (KIMONO, AddedLabel.of("sari", np.ones(2), 0.0))}, "different numbers of weights"),
        ({"added": ()}, "those need added labels"),
        ({"added": (KIMONO,), "compared": ()}, "need the heads"),
        ({"added": (KIMONO,), "kinds": {"sari": "tops"}}, "'sari'"),
    ],
)
def test_what_does_not_belong_together_is_refused(fields, words):
    with pytest.raises(ConfigError, match=words):
        CategorySpec(**{"labels": ("dress", "shirt"), "compared": ("embedding",), **fields})


@pytest.mark.parametrize("weights", [b"", b"abc", np.array([np.nan], "<f4").tobytes()])
def test_weights_that_are_no_numbers_are_refused(weights):
    with pytest.raises(ConfigError):
        AddedLabel("kimono", weights, 0.0)
    with pytest.raises(ConfigError):
        AddedLabel("kimono", b"abcd", float("inf"))


def test_outputs_that_are_missing_or_of_another_width_are_an_engines_fault():
    with pytest.raises(EngineError, match="'embedding'"):
        spec(KIMONO).read(draws(1, 2), {})
    with pytest.raises(EngineError, match="added category"):
        spec(KIMONO).read(draws(1, 2), {"embedding": draws(1, 4)})
    with pytest.raises(EngineError, match="NaN"):
        spec(KIMONO).read(draws(1, 2), {"embedding": np.full((1, 3), np.nan, np.float32)})
