from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_training import LABELS, drawn, small_model

from fashionkit import CategorySpec
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.datasets.known_sets import KNOWN
from fashionkit.errors import DataError
from fashionkit.evaluation import Figure
from fashionkit.evaluation.ablation.trial import Settings, measure, run, without_probes
from fashionkit.evaluation.ablation.variants import Variant
from fashionkit.evaluation.part import Part
from fashionkit.training import Phase, Recipe

SPEC = CategorySpec(labels=LABELS)

FOUND = Part(
    figures={
        "design/worn_to_flat/r@1": Figure(0.1, 0.08, 0.12, 951, {"chance": 0.001, "probe": 0.037}),
        "design_flat/sleeve/accuracy": Figure(0.8, 0.77, 0.83, 678, {"probe": 0.864}),
    },
    notes=("said",),
)


def of(name, columns):
    return DataSet(name, "val", (LabelledPhoto("a.jpg", fields=dict.fromkeys(columns, "")),), Path())


def test_a_probe_among_more_photos_is_no_control():
    found = without_probes(of("design", KNOWN["design"].needs), FOUND)
    assert {name: dict(figure.controls) for name, figure in found.figures.items()} == {
        "design/worn_to_flat/r@1": {"chance": 0.001},
        "design_flat/sleeve/accuracy": {"probe": 0.864},
    }
    assert found.notes == ("said",)


@pytest.mark.parametrize("columns", [(), ("file", "label")])
def test_other_sets_keep_theirs(columns):
    assert without_probes(of("design", columns), FOUND) is FOUND


def test_photos_that_cannot_be_read_are_said_and_in_no_figure(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    data = drawn(8)
    broken = LabelledPhoto(tmp_path / "broken.png", {"category": "dress"}, id="broken.png")
    photos, found, each = measure(small_model(), Settings([data], [replace(data, photos=(*data.photos, broken))]))
    assert photos == found.figures["drawn/category/accuracy"].n == len(each["drawn/category/accuracy"]) == 8
    assert any("1 of 9 photos that judge cannot be read" in warning for warning in found.warnings)


@pytest.mark.parametrize("against", ["", "joint"])
def test_only_a_base_must_have_something_to_be_measured_by(tmp_path, against):
    bare = replace(drawn(4), photos=tuple(replace(photo, labels={}) for photo in drawn(4)))
    recipe = Recipe(phases=(Phase(steps=1, learning_rate=0.01, cached=True),), batch_size=4, size=32)
    variant = Variant("single: category", against, "test_efficientnet", "", {"category": SPEC}, recipe)
    settings = Settings([drawn(8)], [bare], device="cpu")
    if against:
        found = run(variant, 0, tmp_path, settings)
        assert found.figures == {}
        assert found.warnings == ("nothing can be measured (they have no labels for it)",)
    else:
        with pytest.raises(DataError, match="nothing can be measured on the photos that judge"):
            run(variant, 0, tmp_path, settings)
