from __future__ import annotations

import json

import pytest

from fashionkit.errors import ModelError
from fashionkit.heads.attributes.result import Attributes, Choice, Number, Tag

pytestmark = pytest.mark.light

RESULT = Attributes(
    {
        "sleeve": Choice("sleeve", "long", 0.75, {"long": 0.75, "does not apply": 0.25}),
        "heel": Choice("heel", "does not apply", 0.5, {"high": 0.5, "does not apply": 0.5}),
    },
    {"a": Tag("a", True, 0.5), "b": Tag("b", False, 0.25), "c": Tag("c", True, 0.75)},
    {"price": Number("price", 12.3456789, "€"), "year": Number("year", 2017.0)},
)


def test_tags_are_those_present_most_probable_first():
    assert RESULT.tags == ("c", "a")


@pytest.mark.parametrize(("name", "kind"), [("sleeve", Choice), ("b", Tag), ("price", Number)])
def test_an_answer_is_read_by_its_name(name, kind):
    assert type(RESULT[name]) is kind
    assert RESULT[name].name == name
    assert name in RESULT


def test_an_unknown_attribute_is_an_error_with_a_suggestion():
    assert "sleve" not in RESULT
    with pytest.raises(ModelError, match=r"no attribute 'sleve'; did you mean 'sleeve'\?"):
        RESULT["sleve"]


def test_it_is_written_as_json():
    plain = RESULT.to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert plain["groups"]["heel"] == {"label": "does not apply", "probability": 0.5, "applies": False}
    assert plain["tags"] == {"c": 0.75, "a": 0.5}
    assert plain["numbers"]["year"] == {"value": 2017.0, "unit": ""}
    assert RESULT["b"].to_dict() == {"present": False, "probability": 0.25}


def test_it_is_shown_on_a_line():
    assert repr(RESULT) == "Attributes(sleeve='long', price=12.35€, year=2017, tags=['c', 'a'])"
    assert repr(RESULT["sleeve"]) == "Choice(sleeve='long', probability=0.750)"
    assert repr(RESULT["b"]) == "Tag('b', present=False, probability=0.250)"
    assert repr(RESULT["price"]) == "Number(price=12.35€)"
    assert "heel" in RESULT._repr_html_()


@pytest.mark.parametrize("label", ["long", "x" * 1000])
def test_it_stays_on_a_line_however_much_there_is(label):
    many = Attributes({f"group{n}": Choice(f"group{n}", label, 1.0, {label: 1.0}) for n in range(50)}, {}, {})
    shown = repr(many)
    assert len(shown) < 150
    assert shown.endswith(" more)")
    assert "(, " not in shown
