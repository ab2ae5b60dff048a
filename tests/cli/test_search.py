from __future__ import annotations

import pytest

from fashionkit import Retriever
from fashionkit.cli import exits

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
    some = lines_of(ask(*command, "--where", "size>=3", "--where", "size<8", "--where", "kind!=tops").stdout)
    assert {line["metadata"]["size"] for line in some} == {4, 6}
    either = lines_of(ask(*command, "--where", '{"or": [{"size": {"<": 2}}, {"category": ["c9", "c10"]}]}').stdout)
    assert {line["metadata"]["size"] for line in either} == {0, 1, 9, 10}


def test_groups_and_diversity(ask, lines_of, checkpoint, catalogue, photos):
    command = ["search", catalogue, photos[4], "--model", checkpoint, "--json"]
    best = lines_of(ask(*command, "--group-by", "kind").stdout)
    assert [line["metadata"]["kind"] for line in best] == ["shoes", "tops"]
    spread = lines_of(ask(*command, "-k", 12, "--diversity", "0.9").stdout)
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        assert [line["id"] for line in spread] == [hit.id for hit in retriever.search(photos[4], 12, diversity=0.9)]


@pytest.mark.parametrize("diversity", ["1", "-0.1", "nan", "much"])
def test_diversity_is_a_share(ask, catalogue, photos, diversity):
    assert ask("search", catalogue, photos[0], "--diversity", diversity).exit_code == exits.ASKED_WRONGLY


def test_finding_nothing_is_an_answer(ask, checkpoint, catalogue, photos):
    nothing = ask("search", catalogue, photos[0], "--where", "kind=hats", "--model", checkpoint)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert nothing.stderr == f"nothing found: of 12 items in {catalogue}, none has kind=hats\n"


def test_an_empty_catalogue_says_how_it_is_filled(ask, checkpoint, tmp_path, photos):
    with pytest.warns(UserWarning, match="made a new catalogue"):
        Retriever.open(tmp_path / "empty", model=checkpoint, create=True).close()
    nothing = ask("search", tmp_path / "empty", photos[0], "--model", checkpoint)
    assert (nothing.exit_code, nothing.stdout) == (0, "")
    assert f"is empty; put photos in with: fashionkit index add {tmp_path / 'empty'} FOLDER" in nothing.stderr


def test_a_photo_in_place_of_the_catalogue_is_told(ask, catalogue, photos, broken_photo):
    refused = ask("search", broken_photo, catalogue)
    assert refused.exit_code == exits.REFUSED
    assert "this is a file; give the folder of a catalogue, and what is asked about after it" in refused.stderr


@pytest.mark.parametrize(
    "given",
    [
        *(["kind"], ["=tops"], [""], ["<5"], ["5"], ["[1]"], ["kind=a", "kind=b"], ["kind=a", "kind<b"]),
        *(["a<1", "a<2"], ["a<1", "a=2"], ["a<true"], ["a<[1]"], ["a=18446744073709551616"], ["a<\0"]),
        *(['{"a": {"=<": 1}}'], ['{"or": 1}'], ['{"a": {}}']),
    ],
)
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
