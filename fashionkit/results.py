"""Answers as plain data, and how an answer looks in a notebook.

Every result is frozen, has a `repr` that fits a line, a `to_dict()` that JSON can hold and a `_repr_html_()`.
The results of the heads live beside their heads, and `Analysis`, all answers for a photo together, beside its task;
here is what is left: a hit of a search, and a suggestion for an outfit.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec


class Result(Protocol):
    """What every answer can do."""

    def to_dict(self) -> dict[str, Any]:
        """The answer as dicts, lists, strings, numbers and None, so that JSON can hold it."""
        ...

    def _repr_html_(self) -> str: ...


def html_table(title: str, rows: Iterable[tuple[str, str, float | None]]) -> str:
    """A small table for a notebook: a name, a value, and a bar where there is a share in [0, 1].

    >>> "sleeve" in html_table("Attributes", [("sleeve", "long", 0.9)])
    True
    """
    lines = [f"<table><caption>{html.escape(title)}</caption>"]
    for name, value, share in rows:
        bar = "" if share is None else f'<meter min="0" max="1" value="{share:.3f}"></meter> {share:.2f}'
        lines.append(f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td><td>{bar}</td></tr>")
    return "".join([*lines, "</table>"])


class Hit(msgspec.Struct, frozen=True, gc=False):
    """One item that a search found.

    A struct and no data class, as searches make very many: it is made several times as fast, and Python's garbage
    collector does not look through it.

    Attributes:
        id: The item's id in the catalogue.
        score: Cosine similarity to the query, in [-1, 1]; 1 is the same direction.
        metadata: What was stored with the item.

    >>> Hit("shirt-1", 0.875, {"price": 20})
    Hit('shirt-1', score=0.875)
    """

    id: str
    score: float
    metadata: Mapping[str, Any] = msgspec.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The hit as JSON can hold it."""
        return {"id": self.id, "score": self.score, "metadata": dict(self.metadata)}

    def __repr__(self) -> str:
        return f"Hit({self.id!r}, score={self.score:.3f})"

    def _repr_html_(self) -> str:
        details = [(name, str(value), None) for name, value in self.metadata.items()]
        return html_table("Hit", [(self.id, "score", max(0.0, self.score)), *details])


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One item that would complete an outfit.

    Attributes:
        item: The candidate: its place in the list of candidates, or its id in the catalogue.
        score: How well the outfit holds together with it, in [0, 1].

    >>> Suggestion("belt-7", 0.91)
    Suggestion('belt-7', score=0.910)
    """

    item: int | str
    score: float

    def to_dict(self) -> dict[str, Any]:
        """The suggestion as JSON can hold it."""
        return {"item": self.item, "score": self.score}

    def __repr__(self) -> str:
        return f"Suggestion({self.item!r}, score={self.score:.3f})"

    def _repr_html_(self) -> str:
        return html_table("Suggestion", [(str(self.item), "", self.score)])
