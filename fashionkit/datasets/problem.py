"""What a check of a data set finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem, with all places that have it.

    Attributes:
        severity: "error" where the set cannot be used as it is, or figures on it would mislead; "warning" where
            something is likely wrong; "note" for what one should know.
        what: What is wrong.
        where: The first few places.
        how_many: How many places there are; photos, pairs or labels, as `what` says.
        remedy: What to do.
    """

    severity: Severity
    what: str
    where: str
    how_many: int
    remedy: str

    def to_dict(self) -> dict[str, Any]:
        """It as JSON can hold it."""
        return asdict(self)


def named(places: Sequence[str]) -> str:
    """The first few of some names.

    >>> named(["a", "b", "c", "d", "e"])
    'a, b, c, …'
    """
    return ", ".join([*places[:MOST_NAMED], *(["…"] if len(places) > MOST_NAMED else [])])


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Errors, then warnings, then notes, each in the order in which they were found."""
    return sorted(problems, key=lambda problem: SEVERITIES.index(problem.severity))
