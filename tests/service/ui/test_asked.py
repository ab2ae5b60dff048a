from __future__ import annotations

import pytest

pytest.importorskip("gradio")

from fashionkit.errors import DataError, ImageError
from fashionkit.service.problems import NOT_FORESEEN, Problem
from fashionkit.service.ticket import current
from fashionkit.service.ui.asked import Asked, ask, photo_of


def raising(error):
    def work():
        raise error

    return work


def test_an_answer_is_given_as_it_is():
    assert ask(lambda: [1], 5, {}) == Asked([1])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ImageError("shirt.jpg", "the file is empty"), "shirt.jpg: the file is empty"),
        (Problem(404, "there is no catalogue"), "there is no catalogue"),
        (DataError("/home/me/model: an outfit is a list"), "the model: an outfit is a list"),
        (ZeroDivisionError("/home/me"), NOT_FORESEEN),
        (MemoryError(), "there is not enough memory now; come again"),
    ],
)
def test_what_goes_wrong_is_one_line_without_places(error, line):
    assert ask(raising(error), 5, {"/home/me/model": "the model"}) == Asked(None, line)


def test_work_that_takes_too_long_is_given_up_and_said():
    def work():
        while True:
            current.get().check()

    assert ask(work, 0.05, {}).refusal == "there was no answer after 0.05 s; come again"


def test_the_ticket_of_the_thread_is_as_it_was():
    before = current.get()
    ask(raising(KeyError()), 5, {})
    assert current.get() is before


def test_a_photo_has_the_name_that_the_visitor_gave_it(photos):
    photo = photo_of({"path": str(photos[0]), "orig_name": "my\nshirt.png"})
    assert photo.name == "my\\nshirt.png"
    assert bytes(photo) == photos[0].read_bytes()


def test_a_photo_that_was_taken_away_is_none():
    assert photo_of(None) is None


@pytest.mark.parametrize("sent", [{}, {"path": None}, {"path": "/nowhere/x.png"}, {"path": "a\0b"}, [], "x", 3])
def test_what_is_no_file_is_a_problem(sent):
    with pytest.raises(Problem, match="drop it again"):
        photo_of(sent)


def test_what_is_no_photo_is_not_decoded(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"%PDF-1.7")
    with pytest.raises(ImageError, match=r"^x\.jpg: .*PDF"):
        photo_of({"path": str(tmp_path / "x.jpg"), "orig_name": "x.jpg"})
