"""Rendering: cards and outfits → one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from statistics import median

import jinja2

from fashionkit.demo.cards import Card, Section
from fashionkit.demo.outfits import Outfit
from fashionkit.demo.pictures import Pictures
from fashionkit.demo.report import Unreadable

HERE = files("fashionkit.demo")
ALMOST_ONE = 0.995
NARROWEST, WIDEST = 2 / 3, 1.25
FEW = 24
# A photo of nearly the frame's shape fills it, losing at most so much of one side; others keep a margin.
MAY_BE_CUT = 0.12


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows.

    Attributes:
        title: What was looked at.
        drawn: Whether the garments were drawn, since no photos were given.
        cards: One a photo, in the order of their places.
        sections: The same cards by kind.
        outfits: The best outfits, perhaps none.
        about_outfits: A sentence that introduces them, or says why there is none.
        unreadable: Photos that could not be read.
        found: How many photos there were to choose from.
        model: The name of the model.
        engine: What ran it.
        seconds_a_photo: How long the pass took, per photo.
        made: When.
        version: Of the package.
    """

    title: str
    drawn: bool
    cards: Sequence[Card]
    sections: Sequence[Section]
    outfits: Sequence[Outfit]
    about_outfits: str
    unreadable: Sequence[Unreadable]
    found: int
    model: str
    engine: str
    seconds_a_photo: float
    made: datetime
    version: str


def render(page: Page) -> str:
    """The page as HTML. Names and labels are text, whatever they hold."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    shape = shape_of([card.pictures for card in page.cards])
    filters = (percent, score, compatibility, capital, duration, day, columns)
    environment.filters |= {filter_.__name__: filter_ for filter_ in filters}
    environment.filters["fills"] = lambda pictures: abs(pictures.width / pictures.height / shape - 1) <= MAY_BE_CUT
    template = environment.from_string((HERE / "page.html").read_text(encoding="utf-8"))
    style = (files("fashionkit") / "assets" / "page.css").read_text(encoding="utf-8")
    return template.render(page=page, style=style, shape=shape)


def shape_of(pictures: Sequence[Pictures]) -> float:
    """Width over height of the frames that the photos are shown in: what most of them have, within reason.

    >>> shape_of([Pictures("", "", 300, 400), Pictures("", "", 360, 480), Pictures("", "", 480, 20)])
    0.75
    """
    middle = median(picture.width / picture.height for picture in pictures)
    return min(max(middle, NARROWEST), WIDEST)


def percent(share: float) -> str:
    """A share in [0, 1] as a whole percentage, never rounded to certainty.

    >>> percent(0.834), percent(0.999), percent(0.001)
    ('83%', '>99%', '<1%')
    """
    if share >= ALMOST_ONE:
        return ">99%"
    return f"{round(share * 100)}%" if share >= 1 - ALMOST_ONE else "<1%"


def score(value: float) -> str:
    """A score in [-1, 1], with two digits and a true minus.

    >>> score(0.834), score(-0.1), score(-0.001)
    ('0.83', '−0.10', '0.00')
    """
    return f"{value:z.2f}".replace("-", "−")


def compatibility(value: float) -> str:
    """A score of an outfit in [0, 1], with two digits and never quite 1: nothing goes together for certain.

    >>> compatibility(0.834), compatibility(0.9999)
    ('0.83', '0.99')
    """
    return f"{min(value, 0.99):.2f}"


def columns(count: int) -> int:
    """In how many columns so many small pictures leave the fewest gaps.

    >>> columns(60), columns(38), columns(18), columns(2)
    (10, 10, 6, 4)
    """
    choices = range(7, 11) if count > FEW else range(4, 7)
    return max(choices, key=lambda choice: (-(-count % choice), choice))


def capital(text: str) -> str:
    """Text with a capital letter in front, the rest as it is.

    >>> capital("t-shirt"), capital("")
    ('T-shirt', '')
    """
    return text[:1].upper() + text[1:]


def duration(seconds: float) -> str:
    """A short time in words that fit it.

    >>> duration(0.0142), duration(0.0042), duration(1.26)
    ('14 ms', '4.2 ms', '1.3 s')
    """
    if seconds >= 1:
        return f"{seconds:.1f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if round(milliseconds, 1) >= 10 else f"{milliseconds:.1f} ms"  # noqa: PLR2004


def day(moment: datetime) -> str:
    """The day in words, in any locale.

    >>> day(datetime(2026, 11, 5))
    '5 November 2026'
    """
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
