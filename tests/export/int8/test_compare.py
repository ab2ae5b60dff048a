from __future__ import annotations

import csv
import shutil

import numpy as np
import pytest

from fashionkit.errors import DataError
from fashionkit.export.int8 import Comparison, Row
from fashionkit.export.int8.compare import agreement, compare_on, together
from fashionkit.runtime import EngineOptions, Model

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def model(checkpoint):
    return Model.load(checkpoint, EngineOptions(engine="onnx", threads=1))


@pytest.fixture
def labelled(model, photos, tmp_path):
    """A data set whose labels are what the model answers, but for one photo."""
    folder = tmp_path / "data"
    folder.mkdir()
    labels = [
        answer.label for _, answer in model.pipeline.stream(photos, lambda outputs: model.read("category", outputs))
    ]
    known = model.specs["category"].labels
    labels[0] = next(label for label in known if label != labels[0])
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "split", "category"])
        for photo, label in zip(photos, labels, strict=True):
            shutil.copyfile(photo, folder / photo.name)
            rows.writerow([photo.name, "val", label])
    return folder


def row(before, after, low, high):
    return Row("set/question/accuracy", before, after, low, high, 100)


def test_a_model_compared_with_itself_loses_nothing(model, labelled, photos):
    found = compare_on(model, model, labelled, "val")
    assert found.photos == len(photos)
    (figure,) = (each for each in found.figures if each.name.endswith("/accuracy"))
    assert figure.before == figure.after == pytest.approx(1 - 1 / len(photos))
    assert (figure.low, figure.high, figure.n) == (0, 0, len(photos))
    assert found.mean_difference == 0
    assert found.objection == ""
    assert found.alike["category"] == 1
    assert found.alike["embedding"] == pytest.approx(1, abs=1e-5)


def test_a_set_of_another_subject_is_refused(model, labelled):
    table = (labelled / "labels.csv").read_text("utf-8").replace("category", "weather")
    (labelled / "labels.csv").write_text(table, "utf-8")
    with pytest.raises(DataError):
        compare_on(model, model, labelled, "val")


def test_agreement_is_counted_by_question(model):
    spec = model.specs["attributes"]
    width, n = model.specs["category"].width, 4
    ours = {
        "category": np.eye(n, width, dtype=np.float32),
        "attributes": np.zeros((n, spec.width), np.float32),
        "embedding": np.eye(n, model.specs["embedding"].width, dtype=np.float32),
    }
    theirs = {name: values.copy() for name, values in ours.items()}
    theirs["category"][0] = np.roll(theirs["category"][0], 1)
    theirs["embedding"][0] = -theirs["embedding"][0]
    name, columns = next(iter(spec.group_columns.items()))
    theirs["attributes"][:2, columns.stop - 1] = 1
    found = dict(agreement(model, ours, theirs))
    assert found["category"] == 0.75
    assert found["embedding"] == 0.5
    assert found[f"attributes/{name}"] == 0.5


@pytest.mark.parametrize(
    ("figures", "alike", "objection"),
    [
        ((row(0.8, 0.797, -0.02, 0.01),), 1.0, ""),
        ((row(0.8, 0.79, -0.02, 0.001),), 1.0, "lose 1.00 points on average"),
        ((row(0.8, 0.79, -0.02, -0.006), row(0.8, 0.82, 0.0, 0.03)), 1.0, "surely more than 0.5 points"),
        ((row(0.8, 0.79, None, None), row(0.8, 0.82, 0.0, 0.03)), 1.0, ""),
        ((), 0.95, ""),
        ((), 0.85, "only 0.850 of the answers"),
        ((row(0.8, 0.8, 0, 0),), 0.85, ""),
    ],
)
def test_what_is_too_much_is_said(figures, alike, objection):
    found = Comparison(100, figures, {"category": alike}).objection
    assert objection in found
    assert bool(found) == bool(objection)


def test_several_sets_are_one_comparison():
    parts = [Comparison(10, (row(0.5, 0.6, 0, 0.2),), {"category": 0.5}), Comparison(30, (), {"category": 0.9})]
    found = together(parts)
    assert (found.photos, len(found.figures)) == (40, 1)
    assert found.alike["category"] == pytest.approx(0.8)
