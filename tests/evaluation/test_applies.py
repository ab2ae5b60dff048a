from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fashionkit import AttributesSpec, Group
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.evaluation import applies
from fashionkit.evaluation.answers import Answers
from fashionkit.evaluation.fields import Field
from fashionkit.evaluation.scene import Scene
from fashionkit.evaluation.train_split import TrainSplit

pytestmark = pytest.mark.light
LONG, SHORT, NOT = np.eye(3, dtype=np.float32)
SLEEVE = Field("sleeve", "attributes", "sleeve", 1, lambda photo: photo.fields["sleeve"], lambda label: [label])


def scene(rows, set_name="design", *, may_not_apply=True):
    """Photos as (type, sleeve, what the model answers)."""
    photos = tuple(
        LabelledPhoto(f"{place}.jpg", {}, id=str(place), fields={"type": kind, "sleeve": sleeve})
        for place, (kind, sleeve, _) in enumerate(rows)
    )
    width = 3 if may_not_apply else 2
    raw = {"attributes": np.stack([answer for _, _, answer in rows])[:, :width]}
    specs = {"attributes": AttributesSpec(groups={"sleeve": Group(("long", "short"), may_not_apply=may_not_apply)})}
    data = DataSet(set_name, "val", photos, Path())
    return Scene("design_flat", "val", Answers(photos, raw, ()), TrainSplit(set_name, (), data), specs)


def test_recall_and_false_alarms_are_counted_apart():
    rows = [
        ("Trousers", "", NOT),
        ("Trousers", "", LONG),
        ("Skirt", "", NOT),
        ("Shirt", "long", LONG),
        ("Shirt", "short", NOT),
        ("Shirt", "", NOT),  # not known: in neither
    ]
    found = applies.measure(scene(rows), SLEEVE).figures
    recall, alarms = (found[f"design_flat/sleeve/does_not_apply_{name}"] for name in ("recall", "false_alarms"))
    assert (recall.value, recall.n) == (pytest.approx(2 / 3), 3)
    assert (alarms.value, alarms.n) == (pytest.approx(1 / 2), 2)


def test_a_group_that_always_applies_has_no_such_figure():
    rows = [("Trousers", "", LONG), ("Shirt", "long", LONG)]
    assert not applies.measure(scene(rows, may_not_apply=False), SLEEVE).figures


def test_of_a_set_whose_categories_are_not_known_false_alarms_alone_are_told():
    found = applies.measure(scene([("Trousers", "long", NOT)], set_name=""), SLEEVE).figures
    assert {name: figure.value for name, figure in found.items()} == {
        "design_flat/sleeve/does_not_apply_false_alarms": 1.0
    }


def test_a_word_that_the_taxonomy_does_not_have_tells_nothing():
    assert not applies.measure(scene([("Spacesuit", "", NOT)]), SLEEVE).figures
