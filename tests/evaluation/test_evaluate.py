from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from fashionkit import Classifier, DataError
from fashionkit.datasets import open_data
from fashionkit.evaluation import Figure, evaluate

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def report(model, things):
    return evaluate(model, things, "val")


def test_every_question_of_the_labels_has_its_figures(report, things):
    name = things.name
    fields = {figure.rsplit("/", 1)[0] for figure in report.figures}
    assert fields == {f"{name}/{field}" for field in ("category", "length", "tags", "year", "same_item")}
    assert {figure.rsplit("/", 1)[1] for figure in report.figures if "/same_item/" in figure} == {
        "r@1",
        "r@5",
        "r@20",
        "mrr",
        "map@r",
    }
    assert (report.photos, report.split, report.not_answered) == (24, "val", {})


def test_figures_are_those_of_the_answers(report, things, checkpoint):
    reference = pytest.importorskip("sklearn.metrics")
    data = [photo for photo in open_data(things, "val") if photo.labels.get("category")]
    given = [answer.label for answer in Classifier.load(checkpoint).predict([photo.photo for photo in data])]
    wanted = [photo.labels["category"] for photo in data]
    accuracy, macro = (report.figures[f"{things.name}/category/{metric}"] for metric in ("accuracy", "macro_f1"))
    assert accuracy.value == pytest.approx(reference.accuracy_score(wanted, given))
    assert macro.value == pytest.approx(reference.f1_score(wanted, given, average="macro"))
    assert accuracy.n == len(data) == 23  # one photo has no label


def test_values_lie_in_their_intervals_beside_their_controls(report, things):
    for name, figure in report.figures.items():
        assert figure.low <= figure.value <= figure.high, name
        assert all(np.isfinite(value) for value in figure.controls.values())
    accuracy = report.figures[f"{things.name}/category/accuracy"]
    assert accuracy.controls["chance"] == pytest.approx(1 / 3)
    assert accuracy.controls["prior"] == pytest.approx(8 / 23)
    assert set(report.figures[f"{things.name}/year/mae"].controls) == {"train_median"}


def test_the_report_is_json(report):
    read = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert list(read["figures"]) == list(report.figures)
    assert set(next(iter(read["figures"].values()))) == {"value", "low", "high", "n", "controls"}
    assert repr(report).count("\n") == 0


def test_a_folder_with_only_another_split_is_evaluated_on_that(model, wardrobe):
    report = evaluate(model, wardrobe, "test")
    assert {"outfits/mixed/fitb", "outfits/mixed/auc", "outfits/new_era/fitb", "outfits/old_era/auc"} <= set(
        report.figures
    )
    fitb = report.figures["outfits/mixed/fitb"]
    assert (fitb.n, set(fitb.controls)) == (8, {"chance", "cosine"})
    assert any("popularity and co-occurrence are left out" in note for note in report.notes)
    assert "outfits/type" in report.not_answered  # the small checkpoint knows three garments
    with pytest.raises(DataError, match="no split 'val'"):
        evaluate(model, wardrobe, "val")


def test_outfits_are_scored_by_the_outfit_head(model, wardrobe):
    from fashionkit import OutfitScorer

    reference = pytest.importorskip("sklearn.metrics")
    data = open_data(wardrobe, "test")
    scorer = OutfitScorer(model)
    scores = [scorer.score([data.items[item].photo for item in each.items]).score for each in data.judged]
    figure = evaluate(model, wardrobe, "test").figures["outfits/mixed/auc"]
    assert figure.value == pytest.approx(reference.roc_auc_score([each.compatible for each in data.judged], scores))


def test_photos_that_cannot_be_read_are_in_no_figure(model, things, tmp_path):
    folder = tmp_path / "broken"
    shutil.copytree(things, folder)
    (folder / "0.png").write_bytes(b"no picture")
    report = evaluate(model, folder, "val")
    assert [photo.id for photo in report.unreadable] == [open_data(folder, "val")[0].id]
    assert report.figures["broken/category/accuracy"].n == 22


def test_the_same_answer_for_every_photo_is_said_aloud(model, things, monkeypatch):
    from fashionkit.evaluation import answers

    honest = answers._rows

    def collapsed(outputs):
        return [{**row, "category": np.array([0, 9, 0], np.float32)} for row in honest(outputs)]

    monkeypatch.setattr(answers, "_rows", collapsed)
    (warning,) = evaluate(model, things).warnings
    assert "the same answer, 'shirt', for 100% of the photos" in warning


def test_one_photo_a_class_in_folders_without_splits(model, tmp_path, photos):
    for label, photo in zip(("dress", "shirt", "shoes", "dress"), photos, strict=False):
        (tmp_path / "mine" / label).mkdir(parents=True, exist_ok=True)
        shutil.copy(photo, tmp_path / "mine" / label)
    report = evaluate(model, tmp_path / "mine")
    assert report.split == ""
    assert report.figures["mine/category/accuracy"].n == 4


def test_labels_that_the_model_does_not_know_are_not_answered(model, tmp_path, photos):
    for label in ("boat", "car", "plane"):
        (tmp_path / "mine" / label).mkdir(parents=True)
        shutil.copy(photos[0], tmp_path / "mine" / label)
    with pytest.raises(DataError, match="the model knows 0 of its 3 labels"):
        evaluate(model, tmp_path / "mine")


@pytest.mark.parametrize("name", ["clothing", "design", "articles", "street"])
def test_a_folder_of_other_photos_may_have_the_name_of_a_public_set(model, things, tmp_path, name):
    shutil.copytree(things, tmp_path / name)
    figures = evaluate(model, tmp_path / name).figures
    assert {f"{name}/category/accuracy", f"{name}/same_item/r@1"} <= set(figures)


def test_progress_is_told(model, things):
    told = []
    evaluate(model, things, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (24, 24)


def test_it_needs_no_torch():
    code = "import sys, fashionkit.evaluation.evaluate; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_figure_reads_on_one_line():
    assert repr(Figure(0.5, 0.4, 0.6, 10)) == "Figure(0.500, 0.400–0.600, n=10)"
    assert Figure(0.5, 0.4, 0.6, 10).against(chance=0.1, probe=None).controls == {"chance": 0.1}
