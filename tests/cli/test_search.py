from __future__ import annotations

import pytest

from fashionkit import Retriever
from fashionkit.cli import exits
from fashionkit.cli.search import conditions

pytestmark = pytest.mark.light


@pytest.fixture
def catalogue(tmp_path, checkpoint, photos):
    with pytest.warns(UserWarning, match="new catalogue"):
        retriever = Retriever.open(tmp_path / "catalogue", model=checkpoint, create=True)
    known = [{"kind": "tops" if place % 2 else "shoes", "category": f"c{place}", "size": place} for place in range(12)]
    with retriever:
        retriever.add(photos, metadata=known)
    return tmp_path / "catalogue"


def test_json_is_what_the_library_finds(ask, lines_of, checkpoint, catalogue, photos):
    printed = ask("search", catalogue, photos[4], "-k", 3, "--model", checkpoint, "--json")
    assert (printed.exit_code, printed.stderr) == (0, "")
    lines = lines_of(printed.stdout)
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        hits = retriever.search(photos[4], 3)
    assert [line["id"] for line in lines] == [hit.id for hit in hits]
    assert lines[0]["id"] == str(photos[4])
    assert lines[0]["metadata"] == {"kind": "shoes", "category": "c4", "size": 4}
    assert [line["score"] for line in lines] == pytest.approx([hit.score for hit in hits], abs=1e-5)


def test_a_person_sees_what_it_is_and_can_open_it(ask, checkpoint, catalogue, photos, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    shown = ask("search", catalogue, photos[4], "-k", 2, "--model", checkpoint).stdout
    assert "1.000" in shown
    assert "shoes \u203a c4" in shown
    assert "size=4" in shown
    assert str(photos[4]) in shown.replace("\n", "").replace(" ", "")


def test_filters_are_kept(ask, lines_of, checkpoint, catalogue, photos):
    command = ["search", catalogue, photos[4], "--model", checkpoint, "--json"]
    tops = lines_of(ask(*command, "--where", "kind=tops").stdout)
    assert {line["metadata"]["kind"] for line in tops} == {"tops"}
    assert len(tops) == 6
    (one,) = lines_of(ask(*command, "--where", "kind=tops", "--where", "size=3").stdout)
    assert one["metadata"]["category"] == "c3"


def test_finding_nothing_is_an_answer(ask, checkpoint, catalogue, photos):
    nothing = ask("search", catalogue, photos[0], "--where", "kind=hats", "--model", checkpoint)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr == f"nothing found: of 12 items in {catalogue}, none has kind=hats\n"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], {}),
        (["a=b", "c=d=e"], {"a": "b", "c": "d=e"}),
        (["a=1", "b=1.5", "c=true", "d=null"], {"a": 1, "b": 1.5, "c": True, "d": None}),
        (['a="1"', "b=", "c= x"], {"a": "1", "b": "", "c": " x"}),
        (["a=NaN", "b=Infinity", "c=[1]", "d={}", "e=[" * 5000], None),
    ],
)
def test_values_are_numbers_where_they_read_like_one(given, expected):
    literal = {key: value for key, _, value in (each.partition("=") for each in given)}
    assert conditions(given) == (literal if expected is None else expected)


@pytest.mark.parametrize("given", [["kind"], ["=tops"], [""], ["kind=a", "kind=b"]])
def test_what_is_no_condition_is_refused(ask, catalogue, photos, given):
    refused = ask("search", catalogue, photos[0], *[part for each in given for part in ("--where", each)])
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert "--where" in refused.stderr


@pytest.mark.parametrize("k", [0, -1, "many"])
def test_k_is_a_count(ask, catalogue, photos, k):
    assert ask("search", catalogue, photos[0], "-k", k).exit_code == exits.ASKED_WRONGLY


def test_a_missing_catalogue_and_a_bad_photo_are_told_apart(ask, checkpoint, catalogue, photos, broken_photo):
    missing = ask("search", catalogue / "none", photos[0], "--model", checkpoint)
    assert missing.exit_code == exits.REFUSED
    assert "fashionkit index add" in missing.stderr
    bad = ask("search", catalogue, broken_photo, "--model", checkpoint)
    assert (bad.exit_code, bad.stdout) == (exits.SOME_FAILED, "")
