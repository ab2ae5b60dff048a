from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from fashionkit import Classifier, OutfitScorer, Retriever
from fashionkit.catalogue import Catalogue
from fashionkit.cli import adding, exits, photo_file
from fashionkit.tasks.asking import Question

pytestmark = pytest.mark.light


@pytest.fixture
def catalogue(tmp_path):
    return tmp_path / "catalogue"


@pytest.fixture
def add(ask, checkpoint, folder, catalogue):
    """Puts a folder, the one with twelve photos where none is given, into the catalogue."""
    return lambda given=folder: ask("index", "add", catalogue, given, "--model", checkpoint)


def test_every_photo_goes_in_under_its_full_path_with_its_category(add, checkpoint, folder, catalogue):
    printed = add()
    assert (printed.exit_code, printed.stderr) == (0, "")
    assert "12 added" in printed.stdout
    inside = sorted(map(str, folder.rglob("*.png")))
    categories = Classifier.load(checkpoint).predict(inside)
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        assert list(retriever.catalogue.ids()) == inside
        known = retriever.catalogue.metadata(inside)
        assert [each["category"] for each in known] == [category.label for category in categories]
        assert [each.get("kind") for each in known] == [category.kind for category in categories]
        assert retriever.search(inside[3], k=1)[0].id == inside[3]


def test_kinds_are_known_to_those_who_complete_outfits(add, checkpoint, catalogue, photos):
    add()
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        kinds = {each.get("kind") for each in retriever.catalogue.metadata(list(retriever.catalogue.ids()))} - {None}
        assert kinds
        scorer = OutfitScorer(retriever.model)
        assert all(scorer.complete([photos[0]], retriever, kind=kind) for kind in kinds)


def test_the_same_folder_again_reads_only_what_is_new_or_changed(add, checkpoint, folder, catalogue, photos):
    add()
    again = add()
    assert again.exit_code == 0
    assert "0 added" in again.stdout
    assert "12 were in already" in again.stdout
    changed = folder / photos[0].name
    changed.write_bytes(photos[1].read_bytes())
    os.utime(changed, ns=(1, 1))
    (folder / "new.png").write_bytes(photos[2].read_bytes())
    assert "2 added" in add().stdout
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        assert retriever.search(photos[1], k=2)[1].score == pytest.approx(1, abs=1e-5)
        assert len(retriever) == 13


@pytest.fixture
def embedded(monkeypatch):
    """The photos that were read by a model, in order."""
    photos: list[str] = []
    stream = Question.stream

    def noted(self, given, on_error="raise"):
        def passing():
            for each in given:
                photos.append(Path(each).name)
                yield each

        return stream(self, passing(), on_error)

    monkeypatch.setattr(Question, "stream", noted)
    return photos


def test_a_file_of_another_time_and_the_same_content_is_not_embedded_again(add, folder, catalogue, photos, embedded):
    add()
    assert len(embedded) == 12
    touched = folder / photos[0].name
    with Catalogue.open(catalogue) as opened:
        vector = opened.vectors([str(touched)])
    os.utime(touched, ns=(1, 1))
    assert "12 were in already" in add().stdout
    assert len(embedded) == 12
    with Catalogue.open(catalogue) as opened:
        (known,) = opened.metadata([str(touched)])
        assert known["modified_ns"] == 1
        assert "category" in known
        np.testing.assert_allclose(opened.vectors([str(touched)]), vector, atol=1e-7)


def test_other_content_of_the_same_size_is_embedded_again(add, folder, catalogue, photos, embedded):
    changed = folder / photos[0].name
    changed.write_bytes(photos[0].read_bytes() + b"after the end: 1")
    add()
    changed.write_bytes(photos[0].read_bytes() + b"after the end: 2")
    os.utime(changed, ns=(1, 1))
    assert "1 added" in add().stdout
    assert embedded[12:] == [changed.name]


def test_what_changes_while_it_is_read_is_read_again_next_time(add, folder, photos, monkeypatch, embedded):
    changed = folder / photos[0].name
    contents = photo_file.contents_of

    def changing(asked):
        hashes = contents(asked)
        changed.write_bytes(photos[1].read_bytes())
        os.utime(changed, ns=(1, 1))
        return hashes

    with monkeypatch.context() as patched:
        patched.setattr("fashionkit.cli.adding.contents_of", changing)
        add()
    assert "1 added" in add().stdout
    assert embedded[12:] == [changed.name]


def test_many_photos_are_asked_for_few_at_a_time(add, folder, monkeypatch):
    monkeypatch.setattr(adding, "ASKED_AT_A_TIME", 5)
    asked = []
    known = Catalogue.known
    monkeypatch.setattr(Catalogue, "known", lambda self, ids: asked.append(len(ids)) or known(self, ids))
    assert "12 added" in add().stdout
    assert "12 were in already" in add().stdout
    assert asked == [5, 5, 2] * 2


def test_how_far_it_has_come_is_told(checkpoint, folder, catalogue, photos, broken_photo):
    (folder / "broken.png").write_bytes(broken_photo.read_bytes())
    for turn, passed in ((0, 0), (1, 12)):
        told = []
        with adding.open_catalogue(str(catalogue), str(checkpoint)) as retriever:
            work = adding.Adding(retriever)
            failed = list(work.add(adding.find_photos(str(folder)), lambda *numbers, told=told: told.append(numbers)))
        assert [Path(photo).name for photo, _ in failed] == ["broken.png"]
        assert (work.added, work.passed_over, work.failed) == (12 - passed, passed, 1), turn
        assert told == sorted(told)
        assert told[-1] == (13, 13, passed)


def test_folders_with_equal_names_within_stand_side_by_side(add, checkpoint, catalogue, photos, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shirt.png").write_bytes(photos[0].read_bytes())
        assert add(tmp_path / name).exit_code == 0
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        assert len(retriever) == 2


def test_a_folder_given_in_another_way_is_the_same_folder(add, folder, monkeypatch):
    add()
    monkeypatch.chdir(folder)
    for other in (".", "shelf/..", f"../{folder.name}"):
        assert "12 were in already" in add(other).stdout, other
    (folder.parent / "link").symlink_to(folder)
    assert "12 were in already" in add("../link").stdout


def test_unreadable_photos_get_a_line_and_the_others_go_in(add, folder, broken_photo):
    (folder / "broken.png").write_bytes(broken_photo.read_bytes())
    (folder / "notes.txt").write_text("no photo")
    printed = add()
    assert printed.exit_code == exits.SOME_FAILED
    assert "12 added" in printed.stdout
    assert "1 could not be read" in printed.stdout
    (line,) = printed.stderr.splitlines()
    assert line.startswith(f"error: {folder / 'broken.png'}: ")


def test_photos_that_are_left_out_are_told_of(add, folder):
    (folder / "phone.heic").touch()
    printed = add()
    assert (printed.exit_code, printed.stderr) == (0, "note: HEIF photos are left out (1); convert them to JPEG\n")
    assert "12 added" in printed.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are no text")
def test_a_name_that_is_no_text_is_passed_over(add, folder, photos):
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes(photos[0].read_bytes())
    printed = add()
    assert printed.exit_code == exits.SOME_FAILED
    assert "12 added" in printed.stdout
    assert "not valid Unicode" in printed.stderr


@pytest.mark.parametrize("portion", [1, 5, 12, 100])
def test_portions_of_any_size_bring_everything_in(add, checkpoint, catalogue, monkeypatch, portion):
    monkeypatch.setattr(adding, "PORTION", portion)
    add()
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        assert len(retriever) == 12


def test_an_interruption_says_what_is_in_and_the_next_run_goes_on(add, monkeypatch):
    monkeypatch.setattr(adding, "PORTION", 5)
    put = adding.Adding._put

    def interrupted(self, portion):
        if self.added:
            raise KeyboardInterrupt
        put(self, portion)

    with monkeypatch.context() as patched:
        patched.setattr(adding.Adding, "_put", interrupted)
        stopped = add()
    assert stopped.exit_code == exits.INTERRUPTED
    assert "5 photos went into" in stopped.stderr
    resumed = add().stdout
    assert "7 added" in resumed
    assert "5 were in already" in resumed


@pytest.mark.parametrize("name", ["missing", "file", "empty"])
def test_what_is_no_folder_of_photos_is_refused_and_makes_no_catalogue(add, catalogue, tmp_path, name):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    refused = add(tmp_path / name)
    assert (refused.exit_code, refused.stdout) == (exits.ASKED_WRONGLY, "")
    assert len(refused.stderr.splitlines()) == 1
    assert not catalogue.exists()


def test_info_counts_what_is_in(ask, add, read, catalogue):
    add()
    (line,) = read("index", "info", catalogue)
    assert line["items"] == sum(line["categories"].values()) == 12
    assert line["size"] > 0
    shown = ask("index", "info", catalogue).stdout
    assert "12" in shown
    assert all(category in shown for category in line["categories"])


def test_info_reads_catalogues_that_hold_something_else(add, read, checkpoint, catalogue, photos):
    with pytest.warns(UserWarning, match="new catalogue"):
        retriever = Retriever.open(catalogue, model=checkpoint, create=True)
    with retriever:
        retriever.add(photos[:2], metadata=[{"price": 3}, {"kind": 7}])
    (line,) = read("index", "info", catalogue)
    assert (line["kinds"], line["categories"]) == ({"7": 1}, {})


def test_info_without_a_catalogue_says_how_to_make_one(ask, tmp_path):
    refused = ask("index", "info", tmp_path)
    assert refused.exit_code == exits.REFUSED
    assert "fashionkit index add" in refused.stderr
