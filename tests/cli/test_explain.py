from __future__ import annotations

import sys

import numpy as np
import pytest
from PIL import Image

from fashionkit.cli import exits

pytest.importorskip("torch")


@pytest.fixture
def explain(ask, checkpoint, photos, tmp_path, monkeypatch):
    """Asks about the first photo, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: ask("explain", photos[0], "--model", checkpoint, *arguments)


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


def test_the_picture_is_written_and_the_answer_said(ask, checkpoint, photos, tmp_path):
    place = tmp_path / "why.png"
    done = ask("explain", photos[0], "-o", place, "--model", checkpoint)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.strip().endswith(f"%): {place}")
    assert size_of(place) == size_of(photos[0])


def test_json_says_what_was_asked_and_where_the_picture_is(ask, lines_of, checkpoint, photos, tmp_path):
    from fashionkit.explain import Explainer

    place = tmp_path / "why.png"
    asked = ("explain", photos[0], "-o", place, "--model", checkpoint, "--json")
    explainer = Explainer.load(checkpoint)
    (line,) = lines_of(ask(*asked, "--label", "shoes").stdout)
    expected = explainer.category(photos[0], "shoes")
    assert line == {"photo": str(photos[0]), **expected.to_dict(), "output": str(place)}
    np.testing.assert_array_equal(np.asarray(Image.open(place)), expected.overlay())
    (line,) = lines_of(ask(*asked, "--attribute", "sleeve=long").stdout)
    assert line["label"] == "sleeve=long"
    (line,) = lines_of(ask(*asked, "--attribute", "striped").stdout)
    assert line["label"] == "striped"
    (line,) = lines_of(ask(*asked, "--like", photos[1]).stdout)
    assert line == {
        "photo": str(photos[0]),
        "like": str(photos[1]),
        **explainer.likeness(photos[0], photos[1]).to_dict(),
        "output": str(place),
    }


def test_an_outfit_is_drawn_and_its_weakest_item_said(ask, lines_of, checkpoint, photos, tmp_path):
    asked = ("explain", photos[0], "--with", photos[1], "--with", photos[2], "-o", tmp_path / "a.png")
    (line,) = lines_of(ask(*asked, "--model", checkpoint, "--json").stdout)
    assert line["with"] == [str(photos[1]), str(photos[2])]
    assert len(line["without"]) == 3
    said = ask(*asked, "--model", checkpoint).stdout
    assert f"outfit {line['score']:.2f}, weakest {photos[line['weakest']]}: " in said
    assert size_of(tmp_path / "a.png")[1] > 240


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--label", "shrit"), exits.ASKED_WRONGLY, "did you mean 'shirt'"),
        (("--attribute", "year"), exits.ASKED_WRONGLY, "is a number"),
        (("--label", "shirt", "--with", "b.png"), exits.ASKED_WRONGLY, "one of"),
        (("--label", "shirt", "--attribute", "sleeve"), exits.ASKED_WRONGLY, "one of"),
        (("--like", "gone.png"), exits.SOME_FAILED, "gone.png"),
        (("-o", "nowhere/map.png"), exits.ASKED_WRONGLY, "no folder"),
        (("-o", "map.gif"), exits.ASKED_WRONGLY, "ends in .png"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(explain, tmp_path, arguments, code, words):
    refused = explain(*arguments)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert words in " ".join(refused.stderr.split())
    assert not list(tmp_path.glob("*.png"))


def test_a_photo_that_cannot_be_read_is_named(ask, checkpoint, broken_photo, tmp_path):
    refused = ask("explain", broken_photo, "-o", tmp_path / "why.png", "--model", checkpoint)
    assert (refused.exit_code, refused.stdout) == (exits.SOME_FAILED, "")
    assert str(broken_photo) in refused.stderr


@pytest.mark.parametrize("asked", [("--label", "shrit"), ("--attribute", "sleve"), ("--attribute", "sleeve=longg")])
def test_what_the_model_does_not_know_is_said_before_torch_is_loaded(explain, monkeypatch, asked):
    monkeypatch.delitem(sys.modules, "fashionkit.cli.explaining", raising=False)
    monkeypatch.setitem(sys.modules, "fashionkit.explain.explainer", None)
    refused = explain(*asked)
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert "did you mean" in " ".join(refused.stderr.split())
