"""Whether a model can be asked for an answer: found out from its specs, before torch is loaded."""

from __future__ import annotations

from fashionkit.errors import DataError, did_you_mean
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.labels import place_of


def check_attribute(spec: AttributesSpec, attribute: str, value: str | None) -> None:
    """Refuses what has no places in a photo that speak for it.

    Args:
        spec: Of the head that is asked.
        attribute: The name of a group or a tag.
        value: A label of the group; None for the one that the model gives, and for tags.

    Raises:
        DataError: The head has no such attribute or value, or it is a number, which has no probability.

    >>> from fashionkit.heads.attributes.spec import NumberRule
    >>> check_attribute(AttributesSpec(numbers={"year": NumberRule()}), "year", None)
    Traceback (most recent call last):
    fashionkit.errors.DataError: 'year' is a number, which has no places that speak for it; give a group or a tag
    """
    if attribute in spec.groups:
        if value is not None:
            place_of(value, spec.groups[attribute].choices, attribute)
    elif attribute in spec.tags:
        if value is not None:
            raise DataError(f"{attribute!r} is a tag, so it has no value {value!r:.40}; leave the value out")
    elif attribute in spec.numbers:
        raise DataError(f"{attribute!r} is a number, which has no places that speak for it; give a group or a tag")
    else:
        known = did_you_mean(str(attribute), [*spec.groups, *spec.tags])
        raise DataError(f"the model knows no attribute {attribute!r:.40}; {known}")
