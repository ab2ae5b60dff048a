from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest

from fashionkit.demo.cards import cards_of, sections_of
from fashionkit.demo.outfits import Clash, Outfit
from fashionkit.demo.page import Page, render
from fashionkit.demo.pictures import Pictures
from fashionkit.demo.report import Unreadable
from fashionkit.demo.survey import Piece
from fashionkit.heads.attributes.result import Attributes, Choice, Number, Tag
from fashionkit.heads.category.result import Category
from fashionkit.heads.embedding.result import Embedding
from fashionkit.tasks.analysis import Analysis

pytestmark = pytest.mark.light

VOID = {"meta", "link", "img", "br", "circle"}
PICTURES = Pictures("data:image/webp;base64,TEFSR0U=", "data:image/webp;base64,U01BTEw=", 300, 400)
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}.jpg"


class Document(HTMLParser):
    """What is in a page; refuses tags that do not match."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another tag"

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.texts).split())

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


def piece(name, seed=0, label="shirt"):
    vector = np.random.default_rng(seed).normal(size=4).astype(np.float32)
    kinds = {"shirt": "tops", "jeans": "bottoms", "boot": "footwear", "thing": None}
    labels = tuple(kinds)
    probabilities = np.array([0.85 if other == label else 0.05 for other in labels], np.float32)
    answers = {
        "category": Category(labels, probabilities, tuple(kinds.values())),
        "attributes": Attributes(
            {"colour": Choice("colour", "navy", 0.9, {"navy": 0.9, "red": 0.1})},
            {"striped": Tag("striped", True, 0.8)},
            {"year": Number("year", 2019.0)},
        ),
        "embedding": Embedding(vector / np.linalg.norm(vector)),
    }
    return Piece(name, Analysis(answers), PICTURES)


def page_of(pieces, **changes):
    cards = cards_of(pieces, category="category", attributes="attributes", embedding="embedding")
    page = Page(
        title="summer",
        drawn=False,
        cards=cards,
        sections=sections_of(cards),
        outfits=(),
        about_outfits="No outfit could be put together.",
        unreadable=(),
        found=len(pieces),
        model="mine",
        engine="onnx",
        seconds_a_photo=0.0142,
        made=datetime(2026, 11, 5, tzinfo=UTC),
        version="1.2.3",
    )
    return replace(page, **changes)


FOUR = [piece("a.jpg", 0), piece("b.jpg", 1, "jeans"), piece("c.jpg", 2, "boot"), piece("d.jpg", 3, "boot")]
OUTFIT = Outfit((0, 1, 2), ("top", "bottom", "shoes"), 0.834, Clash(2, 3, 0.21))


@pytest.fixture
def document():
    return Document(render(page_of(FOUR, outfits=(OUTFIT,))))


def test_a_page_says_what_was_seen(document):
    for words in ("summer", "4 photos.", "14 ms with onnx", "mine", "5 November 2026", "1.2.3", "Shirt", "85%"):
        assert words in document.text
    assert "colour navy" in document.text
    assert "striped" in document.text
    assert "2019" in document.text


def test_nothing_is_fetched_and_no_script_runs(document):
    text = render(page_of(FOUR, outfits=(OUTFIT,)))
    for _, attributes in document.tags:
        for name in ("src", "href", "srcset", "action", "data"):
            assert (attributes.get(name) or "#").startswith(("#", "data:")), attributes
        assert not any(name.startswith("on") for name in attributes)
    assert all(address.startswith("data:") for address in re.findall(r"url\(\s*['\"]?([^)]*)", text))
    assert not re.search(r"https?:|//[a-z]|@import|<script", text)
    policy = next(meta["content"] for meta in document.all("meta") if "http-equiv" in meta)
    assert policy.startswith("default-src 'none'")


def test_names_and_labels_are_text_whatever_they_hold():
    pieces = [piece(NASTY), piece("b.jpg", 1)]
    page = page_of(pieces, title=NASTY, unreadable=(Unreadable(NASTY, NASTY),), model=NASTY, about_outfits=NASTY)
    document = Document(render(page))
    assert not document.all("script")
    assert len(document.all("img")) == 2
    assert document.text.count(" ".join(NASTY.split())) >= 5
    assert any(image["alt"] == f"{NASTY}: shirt" for image in document.all("img"))


def test_every_picture_is_named_and_every_link_leads_somewhere(document):
    assert len(document.all("img")) == 4
    assert all(image["alt"] and image["src"] == PICTURES.large for image in document.all("img"))
    places = [attributes["id"] for _, attributes in document.tags if "id" in attributes]
    assert len(places) == len(set(places))
    for link in document.all("a"):
        assert link["href"].removeprefix("#") in places
    thumbs = [link for link in document.all("a") if "thumb" in link.get("class", "")]
    assert thumbs
    assert all(link["aria-label"] for link in thumbs)
    for _, attributes in document.tags:
        assert attributes.get("aria-labelledby", places[0]) in places


def test_headings_go_down_by_one(document):
    levels = [int(tag[1]) for tag, _ in document.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_a_photo_is_on_the_page_once_in_each_size():
    text = render(page_of(FOUR, outfits=(OUTFIT, OUTFIT)))
    assert text.count(PICTURES.large) == len(FOUR)
    assert text.count(PICTURES.small) == len(FOUR)


def test_an_outfit_shows_its_score_and_what_would_clash(document):
    assert "Would clash Another boot 0.83 → falls to 0.21" in document.text
    swapped = Document(render(page_of(FOUR, outfits=(replace(OUTFIT, clash=Clash(0, 3, 0.21)),))))
    assert "Would clash Boot for the shirt 0.83 → falls to 0.21" in swapped.text
    assert any(svg.get("aria-label") == "Compatibility 0.83 of 1" for svg in document.all("svg"))


def test_without_outfits_a_sentence_says_why():
    document = Document(render(page_of(FOUR)))
    assert "No outfit could be put together." in document.text
    assert not document.all("svg")


def test_without_a_clash_there_is_none_shown():
    document = Document(render(page_of(FOUR, outfits=(replace(OUTFIT, clash=None),))))
    assert not any(attributes.get("class") == "clash" for attributes in document.all("div"))


def test_photos_that_cannot_be_read_are_listed():
    document = Document(render(page_of(FOUR, unreadable=(Unreadable("x.jpg", "the file is empty"),), found=5)))
    assert "1 photo could not be read. x.jpg — the file is empty" in document.text
    assert "4 photos." in document.text


def test_a_choice_of_many_says_so():
    assert (
        "4 photos, spread evenly over the 50,000 of the folder." in Document(render(page_of(FOUR, found=50_000))).text
    )


def test_drawn_garments_say_so():
    assert "4 drawn garments. fashionkit demo FOLDER shows your own" in Document(render(page_of(FOUR, drawn=True))).text


def test_one_photo_has_nobody_beside_it():
    document = Document(render(page_of(FOUR[:1])))
    assert "1 photo." in document.text
    assert not any("thumb" in link.get("class", "") for link in document.all("a"))


def test_a_model_may_lack_heads():
    bare = [Piece(f"{place}.jpg", Analysis({}), PICTURES) for place in range(3)]
    cards = cards_of(bare, category=None, attributes=None, embedding=None)
    document = Document(render(page_of(FOUR, cards=cards, sections=sections_of(cards))))
    assert [image["alt"] for image in document.all("img")] == ["0.jpg", "1.jpg", "2.jpg"]
    assert not document.all("details")
