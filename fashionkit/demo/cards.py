"""What the page says of each photo, and under which kind it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fashionkit.demo.chips import Chip, chips_of
from fashionkit.demo.pictures import Pictures
from fashionkit.demo.survey import Neighbours, Piece, nearest
from fashionkit.heads.attributes.result import Attributes
from fashionkit.heads.category.result import Category, Guess
from fashionkit.taxonomy import Taxonomy

MOST_NEIGHBOURS = 4
MOST_GUESSES = 5
# A type that is surer than this needs no second opinion beside it.
SURE = 0.7
WORTH_A_WORD = 0.1
ALL = "photos"


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of all that the model says of a photo: a probability in [0, 1], or None where a number has none."""

    name: str
    label: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Card:
    """What the page says of one photo.

    Attributes:
        place: Its place among the photos, which links and pictures go by.
        name: Its name.
        title: What it is in a word or two; its name where the model has no category head.
        kind: The kind of garment, or "".
        probability: Of the type, or None without one.
        perhaps: The next most probable type where the first is not sure.
        chips: Its strongest attributes.
        answers: All that the model says of it.
        neighbours: The photos most like it.
        pictures: The photo.
    """

    place: int
    name: str
    title: str
    kind: str
    probability: float | None
    perhaps: Guess | None
    chips: tuple[Chip, ...]
    answers: tuple[Answer, ...]
    neighbours: Neighbours
    pictures: Pictures


@dataclass(frozen=True, slots=True)
class Section:
    """The cards of one kind, the surest of each type first."""

    title: str
    cards: tuple[Card, ...]


def cards_of(
    pieces: Sequence[Piece], *, category: str | None, attributes: str | None, embedding: str | None
) -> list[Card]:
    """A card for each photo, in their order; the heads are named, or None where the model has none of the kind."""
    vectors = [piece.analysis[embedding].vector for piece in pieces] if embedding else []
    neighbours = nearest(np.stack(vectors), MOST_NEIGHBOURS) if vectors else [()] * len(pieces)
    return [
        _card(
            place,
            piece,
            piece.analysis[category] if category else None,
            piece.analysis[attributes] if attributes else None,
            neighbours[place],
        )
        for place, piece in enumerate(pieces)
    ]


def sections_of(cards: Sequence[Card]) -> list[Section]:
    """Cards by kind, kinds in the order of the taxonomy and then of the alphabet; those without one come last."""
    order = {kind: place for place, kind in enumerate(dict.fromkeys(Taxonomy.load().kinds.values()))}
    by_kind: dict[str, list[Card]] = {}
    for card in cards:
        by_kind.setdefault(card.kind, []).append(card)
    kinds = sorted(by_kind, key=lambda kind: (not kind, order.get(kind, len(order)), kind))
    other = "other" if len(kinds) > 1 else ALL
    return [
        Section(kind or other, tuple(sorted(by_kind[kind], key=lambda card: (card.title, -(card.probability or 0)))))
        for kind in kinds
    ]


def _card(
    place: int, piece: Piece, category: Category | None, attributes: Attributes | None, neighbours: Neighbours
) -> Card:
    guesses = category.top(MOST_GUESSES) if category else []
    best, second = guesses[0] if guesses else None, guesses[1] if len(guesses) > 1 else None
    unsure = best and second and best.probability < SURE and second.probability >= WORTH_A_WORD
    return Card(
        place=place,
        name=piece.name,
        title=best.label if best else piece.name,
        kind=(best.kind or "") if best else "",
        probability=best.probability if best else None,
        perhaps=second if unsure else None,
        chips=tuple(chips_of(attributes, said_already=best.label if best else "")) if attributes else (),
        answers=tuple(_answers(guesses, attributes)),
        neighbours=neighbours,
        pictures=piece.pictures,
    )


def _answers(guesses: Sequence[Guess], attributes: Attributes | None) -> list[Answer]:
    answers = [Answer("" if place else "type", guess.label, guess.probability) for place, guess in enumerate(guesses)]
    if attributes is None:
        return answers
    answers += [
        Answer(choice.name.replace("_", " "), choice.label, choice.probability)
        for choice in attributes.choices.values()
    ]
    answers += [Answer("tag", name, attributes.every_tag[name].probability) for name in attributes.tags]
    answers += [
        Answer(number.name, f"{number.value:.4g} {number.unit}".strip(), None) for number in attributes.numbers.values()
    ]
    return answers
