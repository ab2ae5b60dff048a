from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from fashionkit.datasets import LabelledPhoto
from fashionkit.evaluation import evaluate
from fashionkit.evaluation.part import LabelDetail
from fashionkit.evaluation.pictures import may_be_shown, picture_of
from fashionkit.evaluation.tables import class_scores, confusion_of, surest_mistakes

pytestmark = pytest.mark.light


@pytest.fixture(scope="module")
def report(model, things):
    return evaluate(model, things)


class Reader(HTMLParser):
    """What a browser would fetch, and the pictures with their alternative texts."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.pictures = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.addresses += [values[name] for name in ("src", "href") if name in values]
        if tag == "img":
            self.pictures.append(values.get("alt"))


def test_the_page_needs_nothing_beside_it(report):
    page = Reader(report.to_html())
    assert page.addresses
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    assert not re.search(r"url\((?!data:)", report.to_html())
    assert page.pictures
    assert all(page.pictures)


def test_figures_and_notes_are_on_it(report):
    text = report.to_html()
    for name, figure in report.figures.items():
        assert name.partition("/")[2] in text
        assert f"{figure.value:.3f}" in text
    assert all(note.split(":")[0] in text for note in report.notes)


def test_what_a_label_holds_is_text(report):
    bad = "<script>alert(1)</script>"
    details = tuple(replace(each, classes=(bad, *each.classes[1:])) for each in report.found.labels)
    harmed = replace(report, data=bad, found=replace(report.found, labels=details, warnings=(bad,)))
    assert "<script" not in harmed.to_html()


def test_photos_of_people_are_not_on_it(report):
    photos = [replace(photo, fields={"view": "worn"}) for each in report.found.labels for photo in each.photos]
    assert not any(may_be_shown("design", photo) for photo in photos)
    street = replace(report, data="street").to_html()
    assert not Reader(street).pictures
    assert "show people" in street


def test_a_photo_that_cannot_be_read_has_no_picture(tmp_path):
    assert picture_of(LabelledPhoto(tmp_path / "none.png")) is None


def detail(expected, predicted, sure=None, classes=3):
    n = len(expected)
    names = tuple(f"class {place}" for place in range(classes))
    shares = np.array(sure if sure is not None else [0.5] * n, float)
    photos = [LabelledPhoto(f"{at}.png") for at in range(n)]
    return LabelDetail("set/field", names, np.array(expected), np.array(predicted), shares, photos)


def test_confusions_are_counted_by_row():
    found = confusion_of(detail([0, 0, 1, 2], [0, 1, 1, 0]))
    assert {(cell.row, cell.column): (cell.count, cell.share) for cell in found.cells} == {
        (0, 0): (1, 0.5),
        (0, 1): (1, 0.5),
        (1, 1): (1, 1.0),
        (2, 0): (1, 1.0),
    }


def test_of_many_classes_those_with_mistakes_are_shown():
    expected = [*range(40), 39]
    found = confusion_of(detail(expected, [*range(40), 38], classes=40))
    assert len(found.classes) == 24
    assert found.left_out == 16
    assert {"class 38", "class 39"} <= set(found.classes)


def test_classes_come_by_size_and_mistakes_by_sureness():
    one = detail([0, 1, 1, 2], [1, 1, 0, 2], sure=[0.6, 0.9, 0.8, 0.7])
    assert [score.support for score in class_scores(one)] == [2, 1, 1]
    assert surest_mistakes(one, 5) == [2, 0]
