"""The numpy half of the attributes head.

The raw output holds, side by side, the logits of each group (its labels, then "does not apply" where that is possible),
one logit a tag, and one standardised value a number. Targets hold one column a group (the label's place), tag (0 or 1)
and number (standardised), NaN where it is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ConfigError, DataError, did_you_mean
from fashionkit.heads.attributes.result import DOES_NOT_APPLY, Attributes, Choice, Number, Tag
from fashionkit.heads.contract import Floats, Outputs, checked_raw
from fashionkit.heads.hidden import check_hidden
from fashionkit.heads.labels import check_labels, place_of
from fashionkit.heads.probabilities import check_temperature, sigmoid, softmax

Value: TypeAlias = Mapping[str, Any]

ALL_TAGS = "tags"
"""The key of a label that lists every tag present, so that all others are known to be absent."""

# Raw outputs are float32, so a rule within its range reads every one of them as a finite number.
LARGEST = float(np.finfo(np.float32).max)


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Labels that exclude each other.

    Attributes:
        labels: At least two, or one beside "does not apply".
        may_not_apply: Whether some garments cannot have it (no sleeve on trousers); then that is an answer of its own.
        temperature: Logits are divided by it before the softmax.
    """

    labels: tuple[str, ...]
    may_not_apply: bool = False
    temperature: float = 1.0

    def __post_init__(self) -> None:
        labels = check_labels(self.labels, "groups", at_least=1 if self.may_not_apply else 2)
        msgspec.structs.force_setattr(self, "labels", labels)
        if DOES_NOT_APPLY in self.labels:
            raise ConfigError(f"{DOES_NOT_APPLY!r} is no label of its own; set may_not_apply instead")
        check_temperature(self.temperature)

    @property
    def choices(self) -> tuple[str, ...]:
        """The labels, and "does not apply" behind them where it is possible."""
        return (*self.labels, DOES_NOT_APPLY) if self.may_not_apply else self.labels


class TagRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a tag counts as present.

    Attributes:
        threshold: From this probability on, in [0, 1].
        temperature: The logit is divided by it before the sigmoid.
    """

    threshold: float = 0.5
    temperature: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ConfigError(f"threshold must lie in 0..1, got {self.threshold}")
        check_temperature(self.temperature)


class NumberRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a standardised output reads as a number: output × scale + centre.

    Attributes:
        centre: The mean of the training data, within float32.
        scale: Its standard deviation, above 0 and within float32.
        unit: What it counts; "" for none.
    """

    centre: float = 0.0
    scale: float = 1.0
    unit: str = ""

    def __post_init__(self) -> None:
        if not (abs(self.centre) <= LARGEST and 0 < self.scale <= LARGEST):
            raise ConfigError(f"a number needs a finite centre and a scale above 0, got {self.centre} and {self.scale}")
        if self.unit and not self.unit.isprintable():
            raise ConfigError(f"a unit stands on one line, got {self.unit!r}")


class AttributesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Groups of labels that exclude each other, tags that stand alone, and numbers.

    Attributes:
        groups: By name.
        tags: By name.
        numbers: By name. No name may be used twice over the three, and "tags" is taken.
        hidden: Width of a hidden layer between features and answers; 0 for none.

    >>> spec = AttributesSpec(groups={"sleeve": Group(("long", "short"))}, numbers={"year": NumberRule(2016.0, 2.0)})
    >>> spec.read(np.array([[3.0, 0.0, 0.5]], np.float32), {})
    [Attributes(sleeve='long', year=2017)]
    """

    groups: dict[str, Group] = {}
    tags: dict[str, TagRule] = {}
    numbers: dict[str, NumberRule] = {}
    hidden: int = 0

    kind: ClassVar[str] = "attributes"
    metrics: ClassVar[tuple[str, ...]] = ("macro_f1", "mean_average_precision", "mean_absolute_error")

    def __post_init__(self) -> None:
        check_hidden(self.hidden)
        names = self.names
        if not names:
            raise ConfigError("attributes need at least one group, tag or number")
        for name in names:
            if not name.strip() or not name.isprintable() or name == ALL_TAGS or names.count(name) > 1:
                raise ConfigError(
                    f"attribute name {name!r} is empty, not on one line, taken by the list of tags, or used twice"
                )

    @property
    def names(self) -> list[str]:
        """All names: groups, tags, numbers. They are also the columns of the targets."""
        return [*self.groups, *self.tags, *self.numbers]

    @property
    def group_columns(self) -> dict[str, slice]:
        """Where the logits of each group stand in the raw output."""
        columns, start = {}, 0
        for name, group in self.groups.items():
            columns[name] = slice(start, start + len(group.choices))
            start += len(group.choices)
        return columns

    @property
    def tag_columns(self) -> slice:
        """Where the logits of the tags stand in the raw output."""
        start = sum(len(group.choices) for group in self.groups.values())
        return slice(start, start + len(self.tags))

    @property
    def number_columns(self) -> slice:
        """Where the standardised numbers stand in the raw output."""
        start = self.tag_columns.stop
        return slice(start, start + len(self.numbers))

    @property
    def width(self) -> int:
        """One column a choice, a tag and a number."""
        return int(self.number_columns.stop)

    @property
    def reads(self) -> tuple[str, ...]:
        """It needs no other output."""
        return ()

    def read(self, raw: Floats, outputs: Outputs) -> list[Attributes]:  # noqa: ARG002  # the contract's signature
        """N×width raw output → N attributes.

        Raises:
            EngineError: The shape is not N×width, or a value is NaN or infinite.
        """
        raw = checked_raw(raw, self.width, self.kind)
        choices = [self._choices(name, raw[:, columns]) for name, columns in self.group_columns.items()]
        tags = [
            self._tag(name, raw[:, column])
            for name, column in zip(self.tags, range(self.tag_columns.start, self.tag_columns.stop), strict=True)
        ]
        numbers = [
            self._number(name, raw[:, column])
            for name, column in zip(
                self.numbers, range(self.number_columns.start, self.number_columns.stop), strict=True
            )
        ]
        return [
            Attributes(
                {answers[row].name: answers[row] for answers in choices},
                {answers[row].name: answers[row] for answers in tags},
                {answers[row].name: answers[row] for answers in numbers},
            )
            for row in range(len(raw))
        ]

    def _choices(self, name: str, logits: Floats) -> list[Choice]:
        group = self.groups[name]
        probabilities = softmax(logits, group.temperature)
        best = probabilities.argmax(axis=1)
        return [
            Choice(name, group.choices[place], float(row[place]), dict(zip(group.choices, row.tolist(), strict=True)))
            for place, row in zip(best, probabilities, strict=True)
        ]

    def _tag(self, name: str, logits: Floats) -> list[Tag]:
        rule = self.tags[name]
        return [
            Tag(name, probability >= rule.threshold, probability)
            for probability in sigmoid(logits, rule.temperature).tolist()
        ]

    def _number(self, name: str, standardised: Floats) -> list[Number]:
        rule = self.numbers[name]
        return [Number(name, value * rule.scale + rule.centre, rule.unit) for value in standardised.tolist()]

    def encode(self, values: Sequence[Value | None]) -> NDArray[np.float32]:
        """N labels → N×names float32, NaN where unknown.

        A label is a mapping from attribute names to a group's label (or "does not apply"), to True or False for a tag,
        or to a number. "tags" may list all tags that are present; then every other one is known to be absent, unless
        it is named beside the list. What is missing, None or "" is unknown.

        Raises:
            DataError: An attribute, label or tag is unknown, or a value is of the wrong type.

        >>> spec = AttributesSpec(groups={"sleeve": Group(("long", "short"))}, tags={"striped": TagRule()})
        >>> spec.encode([{"sleeve": "short", "tags": ["striped"]}, {"striped": False}, None]).tolist()
        [[1.0, 1.0], [nan, 0.0], [nan, nan]]
        """
        targets = np.full((len(values), len(self.names)), np.nan, np.float32)
        column = {name: place for place, name in enumerate(self.names)}
        for row, value in zip(targets, values, strict=True):
            known = {name: answer for name, answer in _as_mapping(value).items() if not _is_empty(answer)}
            if ALL_TAGS in known:
                self._encode_all_tags(row, known.pop(ALL_TAGS))
            for name, answer in known.items():
                if name not in column:
                    raise DataError(f"unknown attribute {name!r}; {did_you_mean(str(name), self.names)}")
                row[column[name]] = self._encode_one(name, answer)
        return targets

    def _encode_all_tags(self, row: Floats, present: Any) -> None:
        if isinstance(present, str) or not isinstance(present, Iterable):
            raise DataError(f"'tags' takes a list of tags, got {present!r}; give ['striped'] for one")
        start = len(self.groups)
        row[start : start + len(self.tags)] = 0
        for tag in present:
            row[start + place_of(tag, list(self.tags), "tags")] = 1

    def _encode_one(self, name: str, answer: Any) -> float:
        if name in self.groups:
            return place_of(answer, self.groups[name].choices, name)
        if name in self.tags:
            if np.isscalar(answer) and answer in (True, False):
                return float(bool(answer))
            raise DataError(f"tag {name!r} takes True, False or None, got {answer!r}")
        if isinstance(answer, bool | np.bool_) or not isinstance(answer, int | float | np.integer | np.floating):
            raise DataError(f"{name!r} takes a finite number or None, got {answer!r}")
        return self._standardise(name, answer)

    def _standardise(self, name: str, answer: Any) -> float:
        rule = self.numbers[name]
        try:
            standardised = (float(answer) - rule.centre) / rule.scale
        except OverflowError:  # a whole number beyond all floats
            standardised = math.inf
        if not abs(standardised) <= LARGEST:
            raise DataError(f"{name!r} takes a finite number or None, not too far from {rule.centre}; got {answer!r}")
        return standardised

    @classmethod
    def example(cls) -> AttributesSpec:
        """A group that may not apply, one that always does, two tags and a number."""
        return cls(
            groups={
                "sleeve": Group(("long", "short"), may_not_apply=True),
                "length": Group(("mini", "midi", "maxi"), temperature=2.0),
            },
            tags={"striped": TagRule(), "checked": TagRule(threshold=0.25)},
            numbers={"year": NumberRule(centre=2016.0, scale=2.0)},
        )

    def example_values(self, n: int, seed: int) -> list[dict[str, Any]]:
        """Labels, tags and numbers in turn."""
        places = range(seed, seed + n)
        return [
            {
                **{name: group.choices[place % len(group.choices)] for name, group in self.groups.items()},
                **{name: (place + order) % 2 == 0 for order, name in enumerate(self.tags)},
                **{name: rule.centre + (place % 3 - 1) * rule.scale for name, rule in self.numbers.items()},
            }
            for place in places
        ]


def _as_mapping(value: Any) -> Value:
    if _is_empty(value):
        return {}
    if not isinstance(value, Mapping):
        raise DataError(f"the attributes of a photo are a mapping such as {{'sleeve': 'long'}}, or None; got {value!r}")
    return value


def _is_empty(answer: Any) -> bool:
    return answer is None or (isinstance(answer, str) and answer == "")
