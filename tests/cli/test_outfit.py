from __future__ import annotations

import pytest

from fashionkit import OutfitScorer
from fashionkit.cli import exits

pytestmark = pytest.mark.light


def test_json_is_what_the_library_answers(ask, lines_of, checkpoint, photos):
    printed = ask("outfit", *photos[:4], "--model", checkpoint, "--json")
    assert (printed.exit_code, printed.stderr) == (0, "")
    (line,) = lines_of(printed.stdout)
    expected = OutfitScorer.load(checkpoint).score(photos[:4])
    assert line["photos"] == list(map(str, photos[:4]))
    assert line["score"] == pytest.approx(expected.score, abs=1e-5)
    assert line["weakest"] == expected.weakest
    assert line["without"] == pytest.approx(expected.without, abs=1e-5)


@pytest.mark.parametrize("first", [0, 1, 2])
def test_a_person_sees_the_score_and_which_item_is_weakest(ask, checkpoint, photos, first):
    given = [*photos[first:3], *photos[:first]]
    shown = ask("outfit", *given, "--model", checkpoint).stdout
    scored = OutfitScorer.load(checkpoint).score(given)
    assert f"{scored.score:.2f}" in shown.splitlines()[0]
    assert shown.count("weakest") == 1
    below = "".join(line.strip() for line in shown.partition("without it")[2].splitlines())
    after = [below.find(name, below.index("weakest")) for name in (photo.name for photo in given[: scored.weakest + 1])]
    assert set(after) == {-1}
    assert all(photo.name in below.partition("weakest")[2] for photo in given[scored.weakest + 1 :])


def test_two_items_have_a_score_and_no_weakest(ask, lines_of, checkpoint, photos):
    assert "weakest" not in ask("outfit", *photos[:2], "--model", checkpoint).stdout
    (line,) = lines_of(ask("outfit", *photos[:2], "--model", checkpoint, "--json").stdout)
    assert (line["weakest"], line["without"]) == (None, None)


def test_the_same_photo_may_come_twice(ask, checkpoint, photos):
    assert ask("outfit", photos[0], photos[0], "--model", checkpoint).exit_code == 0


@pytest.mark.parametrize("count", [1, 17])
def test_too_few_or_too_many_are_refused(ask, checkpoint, photos, count):
    refused = ask("outfit", *[photos[0]] * count, "--model", checkpoint)
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert "2 to 16" in refused.stderr


def test_a_photo_that_cannot_be_read_is_named(ask, checkpoint, photos, broken_photo):
    refused = ask("outfit", photos[0], broken_photo, "--model", checkpoint)
    assert (refused.exit_code, refused.stdout) == (exits.SOME_FAILED, "")
    assert str(broken_photo) in refused.stderr
