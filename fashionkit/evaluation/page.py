"""Rendering: a report → one HTML page that needs nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files

import jinja2

from fashionkit.evaluation.figure import Figure
from fashionkit.evaluation.part import LabelDetail, NeighbourDetail, TagDetail
from fashionkit.evaluation.pictures import may_be_shown, picture_of
from fashionkit.evaluation.report import Report
from fashionkit.evaluation.tables import (
    ClassScore,
    Confusion,
    calibration_of,
    class_scores,
    confusion_of,
    surest_mistakes,
)
from fashionkit.metrics import Reliability
from fashionkit.version import __version__

PACKAGE = files("fashionkit")
MISTAKES, NEIGHBOURS = 8, 12

WITHOUT_PEOPLE = "Photos of this set show people, so none is on this page."


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo on the page, with what is said of it."""

    picture: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question with one label, as the page shows it."""

    name: str
    n: int
    figures: Mapping[str, Figure]
    confusion: Confusion
    classes: Sequence[ClassScore]
    calibration: Reliability
    mistakes: Sequence[Shown]
    hidden: str


@dataclass(frozen=True, slots=True)
class Tags:
    """A list of tags, as the page shows it: name, average precision and prevalence, the best found first."""

    name: str
    rows: Sequence[tuple[str, float, float]]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Wrong neighbours, as the page shows them: pairs of photos."""

    name: str
    pairs: Sequence[tuple[Shown, Shown, float]]


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page shows."""

    report: Report
    sets: Mapping[str, Mapping[str, Figure]]
    questions: Sequence[Question]
    tags: Sequence[Tags]
    neighbours: Sequence[Neighbours]
    hidden: str
    made: datetime
    version: str


def render(report: Report) -> str:
    """The page as HTML. Names and labels are text, whatever they hold."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters |= {"number": number, "controls": controls, "point": point}
    template = environment.from_string((PACKAGE / "evaluation" / "page.html").read_text(encoding="utf-8"))
    # The look of the demo's page, and what only this one has.
    parts = (PACKAGE / "assets" / "page.css", PACKAGE / "evaluation" / "page.css")
    style = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return template.render(page=_page(report), style=style)


def number(value: float) -> str:
    """A figure with three digits, and as many as a small one needs.

    >>> number(0.81234), number(0.00018), number(0.0)
    ('0.812', '0.0002', '0.000')
    """
    return f"{value:.3f}" if value >= 0.001 or value == 0 else f"{value:.1g}"  # noqa: PLR2004  # what would be 0.000


def controls(figure: Figure) -> str:
    """The controls of a figure in a row.

    >>> controls(Figure(0.5, 0.4, 0.6, 10, {"chance": 0.25, "family_only": 0.4}))
    'chance 0.250 · family only 0.400'
    """
    return " · ".join(f"{name} {number(value)}" for name, value in figure.beside.items())


def point(value: float) -> str:
    """A share in [0, 1] as a place in a drawing of 100, with a dot whatever the locale.

    >>> point(0.25)
    '25.0'
    """
    return f"{value * 100:.1f}"


def _page(report: Report) -> Page:
    sets: dict[str, dict[str, Figure]] = {}
    for name, figure in report.figures.items():
        set_name, _, rest = name.partition("/")
        sets.setdefault(set_name, {})[rest] = figure
    questions = [_question(report, detail) for detail in report.found.labels]
    neighbours = [_neighbours(report, detail) for detail in report.found.neighbours]
    return Page(
        report=report,
        sets=sets,
        questions=questions,
        tags=[_tags(detail) for detail in report.found.tags],
        neighbours=[each for each in neighbours if each.pairs],
        hidden="" if questions or neighbours else WITHOUT_PEOPLE,
        made=datetime.now(UTC),
        version=__version__,
    )


def _question(report: Report, detail: LabelDetail) -> Question:
    rows = surest_mistakes(detail, MISTAKES)
    shown = [row for row in rows if may_be_shown(report.data, detail.photos[row])]
    return Question(
        name=detail.name,
        n=len(detail.expected),
        figures={
            name.removeprefix(f"{detail.name}/"): figure
            for name, figure in report.figures.items()
            if name.startswith(f"{detail.name}/")
        },
        confusion=confusion_of(detail),
        classes=class_scores(detail),
        calibration=calibration_of(detail),
        mistakes=[each for row in shown if (each := _mistake(detail, row)) is not None],
        hidden=WITHOUT_PEOPLE if len(shown) < len(rows) else "",
    )


def _mistake(detail: LabelDetail, row: int) -> Shown | None:
    given, true = detail.classes[int(detail.predicted[row])], detail.classes[int(detail.expected[row])]
    sure = min(float(detail.probabilities[row]), 0.99)
    return _shown(detail, row, (f"{given}, {sure:.0%} sure", f"labelled {true}"))


def _shown(detail: LabelDetail, row: int, lines: tuple[str, ...]) -> Shown | None:
    photo = detail.photos[row]
    picture = picture_of(photo)
    return None if picture is None else Shown(picture, photo.id, lines)


def _tags(detail: TagDetail) -> Tags:
    rows = zip(detail.tags, detail.average_precision.tolist(), detail.prevalence.tolist(), strict=True)
    return Tags(detail.name, sorted(rows, key=lambda row: -row[1]))


def _neighbours(report: Report, detail: NeighbourDetail) -> Neighbours:
    pairs: list[tuple[Shown, Shown, float]] = []
    for pair in detail.pairs:
        allowed = all(may_be_shown(report.data, photo) for photo in (pair.photo, pair.neighbour))
        if allowed and len(pairs) < NEIGHBOURS:
            pictures = picture_of(pair.photo), picture_of(pair.neighbour)
            if pictures[0] is not None and pictures[1] is not None:
                first = Shown(pictures[0], pair.photo.id, (pair.label,))
                pairs.append((first, Shown(pictures[1], pair.neighbour.id, (pair.neighbour_label,)), pair.similarity))
    return Neighbours(detail.name, pairs)
