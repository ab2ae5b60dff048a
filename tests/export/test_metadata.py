"""The document alone suffices to read every answer of the built-in heads."""

from __future__ import annotations

import json

import numpy as np
import pytest

from fashionkit.export import describe
from fashionkit.heads.attributes.spec import AttributesSpec, Group, NumberRule, TagRule
from fashionkit.models import Checkpoint, locate

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def default():
    return Checkpoint.open(locate("default"))


def probabilities(logits, temperature):
    powers = np.exp((logits - logits.max()) / temperature)
    return powers / powers.sum()


def test_it_is_plain_json_that_names_every_photo_head(default):
    about = json.loads(json.dumps(describe(default), allow_nan=False))
    assert list(about["heads"]) == ["category", "attributes", "embedding"]
    rule = default.config.input
    assert (about["input"]["height"], about["input"]["width"]) == rule.size
    assert (about["input"]["fit"], about["input"]["interpolation"]) == (rule.fit, rule.interpolation)
    for name, head in about["heads"].items():
        assert head["fingerprint"] == default.config.fingerprints[name]
        assert head["width"] == default.specs[name].width


def test_a_set_head_has_its_inputs_and_nothing_of_photos(default):
    about = describe(default, "outfit")
    assert list(about["heads"]) == ["outfit"]
    assert "input" not in about
    inputs = about["heads"]["outfit"]["inputs"]
    assert inputs["items"] == {"type": "float32", "shape": [16, default.specs["embedding"].dimension]}
    assert inputs["present"] == {"type": "bool", "shape": [16]}


def test_attributes_are_read_by_it_as_the_spec_reads_them(default):
    spec = default.specs["attributes"]
    head = describe(default)["heads"]["attributes"]
    raw = np.random.default_rng(0).normal(scale=3, size=(4, spec.width)).astype(np.float32)
    for row, answer in zip(raw, spec.read(raw, {}), strict=True):
        for name, group in head["groups"].items():
            shares = probabilities(row[group["start"] : group["stop"]].astype(float), group["temperature"])
            choice = answer.choices[name]
            assert group["labels"][int(shares.argmax())] == choice.label
            assert shares.max() == pytest.approx(choice.probability, abs=1e-5)
        for name, rule in head["tags"].items():
            share = 1 / (1 + np.exp(-float(row[rule["column"]]) / rule["temperature"]))
            assert (share >= rule["threshold"]) == (name in answer.tags)


def test_numbers_have_their_column_and_scale(default):
    spec = AttributesSpec(
        groups={"sleeve": Group(("long", "short"), may_not_apply=True)},
        tags={"striped": TagRule(0.3)},
        numbers={"year": NumberRule(2016.0, 2.0, "years")},
    )
    changed = {**default.specs, "attributes": spec}
    head = describe(Checkpoint(default.folder, default.config, changed))["heads"]["attributes"]
    assert head["groups"]["sleeve"]["labels"] == ["long", "short", "does not apply"]
    assert head["tags"]["striped"] == {"column": 3, "threshold": 0.3, "temperature": 1.0}
    assert head["numbers"]["year"] == {"column": 4, "centre": 2016.0, "scale": 2.0, "unit": "years"}
