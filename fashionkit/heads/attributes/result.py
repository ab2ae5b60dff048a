"""What the attributes head answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fashionkit.errors import ModelError, did_you_mean
from fashionkit.results import html_table

DOES_NOT_APPLY = "does not apply"


@dataclass(frozen=True, slots=True)
class Choice:
    """The answer of a group of labels that exclude each other.

    Attributes:
        name: The group, such as "sleeve".
        label: The most probable label, or "does not apply".
        probability: In [0, 1].
        probabilities: Of every label of the group, by label; they sum to 1.
    """

    name: str
    label: str
    probability: float
    probabilities: Mapping[str, float]

    @property
    def applies(self) -> bool:
        """Whether the garment can have this attribute at all: trousers have no sleeve."""
        return self.label != DOES_NOT_APPLY

    def to_dict(self) -> dict[str, Any]:
        """The choice as JSON can hold it."""
        return {"label": self.label, "probability": self.probability, "applies": self.applies}

    def __repr__(self) -> str:
        return f"Choice({self.name}={self.label!r}, probability={self.probability:.3f})"


@dataclass(frozen=True, slots=True)
class Tag:
    """The answer about one tag, which any other may stand beside.

    Attributes:
        name: The tag, such as "striped".
        present: Whether the probability reaches the tag's threshold.
        probability: In [0, 1].
    """

    name: str
    present: bool
    probability: float

    def to_dict(self) -> dict[str, Any]:
        """The tag as JSON can hold it."""
        return {"present": self.present, "probability": self.probability}

    def __repr__(self) -> str:
        return f"Tag({self.name!r}, present={self.present}, probability={self.probability:.3f})"


@dataclass(frozen=True, slots=True)
class Number:
    """The answer of a numeric attribute.

    Attributes:
        name: The attribute, such as "year".
        value: Its value, in `unit`.
        unit: The unit; "" where it has none.
    """

    name: str
    value: float
    unit: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The number as JSON can hold it."""
        return {"value": self.value, "unit": self.unit}

    def __repr__(self) -> str:
        return f"Number({self.name}={self.value:.4g}{self.unit})"


@dataclass(frozen=True, slots=True, repr=False)
class Attributes:
    """What a garment is like.

    `attributes["sleeve"]` is a `Choice`, `attributes["striped"]` a `Tag`, `attributes["year"]` a `Number`.

    Attributes:
        choices: The answer of every group, by its name.
        every_tag: The answer about every tag, present or not, by its name.
        numbers: Every numeric attribute, by its name.

    >>> attributes = Attributes({"sleeve": Choice("sleeve", "long", 0.9, {"long": 0.9, "short": 0.1})}, {}, {})
    >>> attributes["sleeve"].label
    'long'
    >>> attributes
    Attributes(sleeve='long')
    """

    choices: Mapping[str, Choice]
    every_tag: Mapping[str, Tag]
    numbers: Mapping[str, Number]

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that are present, most probable first."""
        present = [tag for tag in self.every_tag.values() if tag.present]
        return tuple(tag.name for tag in sorted(present, key=lambda tag: -tag.probability))

    def __getitem__(self, name: str) -> Any:
        for answers in (self.choices, self.every_tag, self.numbers):
            if name in answers:
                return answers[name]
        raise ModelError(f"the model knows no attribute {name!r}; {did_you_mean(str(name), self._names())}")

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    def __contains__(self, name: object) -> bool:
        return name in self._names()

    def _names(self) -> list[str]:
        return [*self.choices, *self.every_tag, *self.numbers]

    def to_dict(self) -> dict[str, Any]:
        """Every group, the tags that are present with their probabilities, and every number, as JSON can hold them."""
        return {
            "groups": {name: choice.to_dict() for name, choice in self.choices.items()},
            "tags": {name: self.every_tag[name].probability for name in self.tags},
            "numbers": {name: number.to_dict() for name, number in self.numbers.items()},
        }

    def __repr__(self) -> str:
        parts = [f"{choice.name}={choice.label!r}" for choice in self.choices.values() if choice.applies]
        parts += [f"{number.name}={number.value:.4g}{number.unit}" for number in self.numbers.values()]
        if self.tags:
            parts.append(f"tags={list(self.tags)}")
        return _on_one_line(parts)

    def _repr_html_(self) -> str:
        choices = [(choice.name, choice.label, choice.probability) for choice in self.choices.values()]
        tags = [("tag", name, self.every_tag[name].probability) for name in self.tags]
        numbers = [(number.name, f"{number.value:.4g} {number.unit}", None) for number in self.numbers.values()]
        return html_table("Attributes", [*choices, *tags, *numbers])


def _on_one_line(parts: list[str], room: int = 100) -> str:
    shown: list[str] = []
    for part in parts:
        if sum(map(len, shown)) + len(part) > room:
            return f"Attributes({', '.join([*shown, f'… {len(parts) - len(shown)} more'])})"
        shown.append(part)
    return f"Attributes({', '.join(shown)})"
