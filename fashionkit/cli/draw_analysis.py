"""What a person sees of the answers for one photo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.printable import printable
from fashionkit.cli.show import WITHIN, listed, percent
from fashionkit.heads.attributes.result import Attributes
from fashionkit.heads.category.result import Category

# Below this the model itself holds another answer for more likely.
CONFIDENT = 0.5
GUESSES_WHEN_UNSURE = 3
MOST_TAGS = 12
# Bars are as long as this, and are left out on terminals that are narrower than that.
BAR, ROOM_FOR_BARS = 20, 60


class Row(NamedTuple):
    """One line: what was asked, the answer, and how sure it is in [0, 1] where that is known."""

    name: str
    answer: str
    share: float | None = None
    style: str = ""


def draw(photo: str, answers: Mapping[str, Any], width: int) -> RenderableType:
    """The name of the photo and below it its answers, for so many columns."""
    every = [row for name, answer in answers.items() for row in rows(name, answer)]
    margin = min(max((len(row.name) for row in every), default=0), width // 3)
    sure = _table(margin)
    sure.add_column(justify="right", no_wrap=True)
    if width >= ROOM_FOR_BARS:
        sure.add_column(no_wrap=True)
    # Of its own: a long line here would push all the figures to the far right.
    plain = _table(margin)
    for row in every:
        name, answer = Text(printable(row.name)), Text(printable(row.answer), style=row.style)
        if row.share is None:
            plain.add_row("", name, answer)
        else:
            cells: list[RenderableType] = ["", name, answer, percent(row.share), _bar(row.share)]
            sure.add_row(*cells[: len(sure.columns)])
    return Group(Text(printable(photo), style="bold", overflow="fold"), sure, plain, "")


def rows(name: str, answer: Any) -> Iterator[Row]:
    """What is worth a line in the answer of one head.

    >>> from fashionkit.heads.attributes.result import Choice
    >>> sleeve = Choice("sleeve", "long", 0.9, {"long": 0.9, "short": 0.1})
    >>> list(rows("attributes", Attributes({"sleeve": sleeve}, {}, {})))
    [Row(name='sleeve', answer='long', share=0.9, style='')]
    """
    if isinstance(answer, Category):
        yield from _of_category(name, answer)
    elif isinstance(answer, Attributes):
        yield from _of_attributes(answer)
    else:
        # The vector of an embedding, or the answer of a head that we do not know.
        yield Row(name, repr(answer))


def _of_category(name: str, category: Category) -> Iterator[Row]:
    count = 1 if category.probability >= CONFIDENT else GUESSES_WHEN_UNSURE
    for place, guess in enumerate(category.top(count)):
        what = f"{guess.kind} {WITHIN} {guess.label}" if guess.kind else guess.label
        yield Row("or" if place else name, what, guess.probability, "" if place else "bold")


def _of_attributes(attributes: Attributes) -> Iterator[Row]:
    applying = [choice for choice in attributes.choices.values() if choice.applies]
    for choice in applying:
        if choice.probability >= CONFIDENT:
            yield Row(choice.name, choice.label, choice.probability)
    for number in attributes.numbers.values():
        yield Row(number.name, f"{number.value:.4g} {number.unit}".rstrip())
    if attributes.tags:
        yield Row("tags", listed(attributes.tags, MOST_TAGS))
    unsure = [choice.name for choice in applying if choice.probability < CONFIDENT]
    if unsure:
        yield Row("unsure of", listed(unsure, len(unsure)), style="dim")


def _table(margin: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(style="dim", width=margin, overflow="fold")
    table.add_column(overflow="fold")
    return table


def _bar(share: float) -> Text:
    filled = round(share * BAR)
    return Text("━" * filled, style="cyan").append("─" * (BAR - filled), style="dim")
