from __future__ import annotations

import json

import pytest

from fashionkit.cli import exits
from fashionkit.errors import DataError
from fashionkit.evaluation import Figure, Report
from fashionkit.evaluation.answers import Unreadable
from fashionkit.evaluation.part import Part

pytestmark = pytest.mark.light

FOUND = Part(
    figures={
        "mine/label/accuracy": Figure(0.8125, 0.75, 0.875, 734, {"chance": 0.1, "family_only": 0.0002}),
        "mine_flat/label/accuracy": Figure(0.5, 0.4, 0.6, 10),
    },
    notes=("mine/label: left out for a label with fewer than 10 train photos: 3",),
    warnings=("mine/kids: the same answer for all photos",),
    not_answered={"mine/colour": "it has no group 'colour'"},
)


@pytest.fixture
def measured(monkeypatch):
    """What the command asked for; nothing is measured."""
    asked = {"unreadable": ()}

    def evaluate(model, data, split, *, robustness, progress):
        asked.update(model=model, data=str(data), split=split, robustness=robustness)
        progress(1, 2)
        if split == "none":
            raise DataError("mine: there is no split 'none'; known: val")
        return Report("m", "mine", split, 734, FOUND, asked["unreadable"])

    monkeypatch.setattr("fashionkit.evaluation.evaluate", evaluate)
    return asked


def test_figures_stand_beside_their_controls(ask, measured):
    printed = ask("evaluate", "m", "mine")
    assert printed.exit_code == 0
    lines = [" ".join(line.split()) for line in printed.stdout.splitlines()]
    assert lines[0] == "m on mine, val: 734 photos"
    assert "mine/label/accuracy 0.812 0.750–0.875 734 chance 0.100, family only" in lines
    assert "- not answered by this model: mine/colour (it has no group 'colour')" in lines
    assert printed.stderr == "warning: mine/kids: the same answer for all photos\n"
    assert measured["split"] == "val"
    assert measured["robustness"] is False


def test_json_is_one_object_on_a_line(ask, measured):
    printed = ask("evaluate", "m", "mine", "--split", "test", "--robustness", "--json")
    (line,) = printed.stdout.splitlines()
    assert json.loads(line)["figures"]["mine/label/accuracy"] == {
        "value": 0.8125,
        "low": 0.75,
        "high": 0.875,
        "n": 734,
        "controls": {"chance": 0.1, "family_only": 0.0002},
    }
    assert (measured["split"], measured["robustness"]) == ("test", True)


def test_a_page_is_written(ask, measured, tmp_path):
    page = tmp_path / "report.html"
    printed = ask("evaluate", "m", "mine", "--report", page)
    assert printed.stdout.splitlines()[-1] == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_that_cannot_be_written_is_refused_before_the_work(ask, measured, tmp_path):
    refused = ask("evaluate", "m", "mine", "--report", tmp_path / "none" / "report.html")
    assert refused.exit_code == exits.ASKED_WRONGLY
    assert "model" not in measured


def test_photos_that_were_not_read_are_told(ask, measured):
    measured["unreadable"] = (Unreadable("a.jpg", "it is empty"),)
    printed = ask("evaluate", "m", "mine", "--json")
    assert printed.exit_code == exits.SOME_FAILED
    assert printed.stderr.startswith("error: a.jpg: it is empty\n")


def test_a_split_that_is_not_there_is_one_line(ask, measured):
    refused = ask("evaluate", "m", "mine", "--split", "none")
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert refused.stderr == "error: mine: there is no split 'none'; known: val\n"
