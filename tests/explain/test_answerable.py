from __future__ import annotations

import pytest

from fashionkit.errors import DataError
from fashionkit.explain.answerable import check_attribute
from fashionkit.heads.attributes.spec import AttributesSpec, Group, NumberRule, TagRule

pytestmark = pytest.mark.light
SPEC = AttributesSpec(
    groups={"sleeve": Group(("long", "short"), may_not_apply=True)},
    tags={"striped": TagRule()},
    numbers={"year": NumberRule()},
)


@pytest.mark.parametrize(("attribute", "value"), [("sleeve", None), ("sleeve", "long"), ("striped", None)])
def test_groups_and_tags_can_be_asked_for(attribute, value):
    check_attribute(SPEC, attribute, value)


@pytest.mark.parametrize(
    ("attribute", "value", "words"),
    [
        ("sleeve", "lnog", "did you mean 'long'"),
        ("sleeve", "", "unknown label ''"),
        ("striped", "yes", "is a tag, so it has no value"),
        ("year", None, "is a number"),
        ("stripped", None, "did you mean 'striped'"),
        ("", None, "knows no attribute ''"),
    ],
)
def test_the_rest_is_refused(attribute, value, words):
    with pytest.raises(DataError, match=words):
        check_attribute(SPEC, attribute, value)
