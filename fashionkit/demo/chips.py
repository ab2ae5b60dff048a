"""The few attributes that a card shows: those that the model is sure of, and none that says the same twice."""

from __future__ import annotations

from dataclasses import dataclass

from fashionkit.demo.swatches import swatch_of
from fashionkit.heads.attributes.result import Attributes, Choice

MOST_CHIPS = 6
MOST_TAGS = 4
SURE_ENOUGH = 0.5
# "Closure none" tells a reader nothing that is worth a chip.
NOTHING = "none"

FAMILIES: tuple[tuple[str, ...], ...] = (
    ("colour", "base_colour", "colour_name"),
    ("pattern",),
    ("fabric", "weave", "knit"),
    ("sleeve",),
    ("neck",),
    ("length",),
    ("silhouette",),
    ("waist",),
    ("closure",),
    ("occasion",),
    ("season",),
    ("gender", "age_group", "department"),
)
"""Groups that say much the same; of each family the first that is sure is shown. A group that is not named here is a
family of its own, behind these."""

LEFT_OUT = ("colour_shade", "colour_tone", "garment_group")
"""Groups that repeat what the colour and the type say."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One attribute on a card.

    Attributes:
        name: The group; "" for a tag, which says all itself.
        label: The answer.
        probability: In [0, 1].
        swatch: The colour that it names, as CSS writes it, or None.
    """

    name: str
    label: str
    probability: float
    swatch: str | None = None


def chips_of(attributes: Attributes, *, said_already: str = "") -> list[Chip]:
    """At most six groups and four tags: the surest, in an order that reads well.

    Args:
        attributes: All answers.
        said_already: The type of the garment; no chip repeats it.
    """
    known = {*LEFT_OUT, *(name for family in FAMILIES for name in family)}
    families = [*FAMILIES, *((name,) for name in attributes.choices if name not in known)]
    groups = [
        sure[0]
        for family in families
        if (sure := [attributes.choices[name] for name in family if _is_sure(attributes.choices.get(name))])
    ]
    groups = [choice for choice in groups if choice.label.casefold() != said_already.casefold()]
    surest = sorted(groups, key=lambda choice: -choice.probability)[:MOST_CHIPS]
    chips = [_chip(choice) for choice in groups if choice in surest]
    tags = [attributes.every_tag[name] for name in attributes.tags if name.casefold() != said_already.casefold()]
    # A tag may count as present well below a half; that is for the list of all answers.
    return chips + [Chip("", tag.name, tag.probability) for tag in tags[:MOST_TAGS] if tag.probability >= SURE_ENOUGH]


def _is_sure(choice: Choice | None) -> bool:
    return choice is not None and choice.applies and choice.label != NOTHING and choice.probability >= SURE_ENOUGH


def _chip(choice: Choice) -> Chip:
    name = choice.name.replace("_", " ")
    return Chip(name, choice.label, choice.probability, swatch_of(choice.label) if "colo" in name else None)
