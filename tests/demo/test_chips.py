from __future__ import annotations

import pytest

from fashionkit.demo.chips import MOST_CHIPS, chips_of
from fashionkit.demo.swatches import SWATCHES, swatch_of
from fashionkit.heads.attributes.result import DOES_NOT_APPLY, Attributes, Choice, Tag

pytestmark = pytest.mark.light


def attributes(tags=(), **choices):
    return Attributes(
        {
            name: Choice(name, label, probability, {label: probability})
            for name, (label, probability) in choices.items()
        },
        {name: Tag(name, probability > 0.2, probability) for name, probability in tags},
        {},
    )


def test_what_is_unsure_or_does_not_apply_is_not_shown():
    given = attributes(
        sleeve=("long", 0.49), neck=(DOES_NOT_APPLY, 0.99), pattern=("solid", 0.5), closure=("none", 0.9)
    )
    assert [chip.label for chip in chips_of(given)] == ["solid"]


def test_of_groups_that_say_the_same_the_first_sure_one_is_shown():
    given = attributes(base_colour=("navy blue", 0.9), colour=("blue", 0.6), colour_tone=("dark", 0.9))
    assert [(chip.name, chip.label) for chip in chips_of(given)] == [("colour", "blue")]
    given = attributes(base_colour=("navy blue", 0.9), colour=("blue", 0.4))
    assert [(chip.name, chip.swatch) for chip in chips_of(given)] == [("base colour", "#1d2a4d")]


def test_the_surest_are_shown_in_an_order_that_reads_well():
    names = ("zip", "season", "neck", "sleeve", "length", "fabric", "pattern", "colour")
    given = attributes(**{name: (name[::-1], 0.6 + place / 100) for place, name in enumerate(names)})
    shown = [chip.name for chip in chips_of(given)]
    assert shown == ["colour", "pattern", "fabric", "sleeve", "neck", "length"]
    assert len(shown) == MOST_CHIPS


def test_groups_that_nobody_foresaw_are_shown_too():
    assert [chip.name for chip in chips_of(attributes(heel_height=("flat", 0.8), sleeve=("long", 0.7)))] == [
        "sleeve",
        "heel height",
    ]


def test_tags_are_shown_surest_first_and_never_what_the_type_says():
    given = attributes(
        tags=[("striped", 0.7), ("Dress", 0.9), ("dotted", 0.6), ("unsure", 0.4), ("absent", 0.1)],
        sleeve=("dress", 0.9),
    )
    assert [chip.label for chip in chips_of(given, said_already="dress")] == ["striped", "dotted"]


def test_swatches_are_colours_by_lower_case_names():
    for name, colour in SWATCHES.items():
        assert name == name.casefold()
        assert swatch_of(name) == colour
        assert len(colour) == 7
        assert int(colour.removeprefix("#"), 16) >= 0
