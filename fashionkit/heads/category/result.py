"""What the category head answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.results import html_table


@dataclass(frozen=True, slots=True)
class Guess:
    """One label with its probability.

    Attributes:
        label: The label.
        probability: In [0, 1]; over all labels they sum to 1.
        kind: The kind of garment that the label belongs to (tops for a shirt), or None where none is known.
    """

    label: str
    probability: float
    kind: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The guess as JSON can hold it."""
        return {"label": self.label, "probability": self.probability, "kind": self.kind}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Category:
    """What a garment is.

    Attributes:
        labels: All labels the model knows, in its order; K of them.
        probabilities: K float32, in the order of `labels`, summing to 1; read-only.
        kinds: The kind of each label, or None.

    >>> category = Category(("dress", "shirt"), np.array([0.25, 0.75], np.float32), (None, "tops"))
    >>> category
    Category('shirt', probability=0.750)
    >>> category.kind, [guess.label for guess in category.top(5)]
    ('tops', ['shirt', 'dress'])
    """

    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    kinds: tuple[str | None, ...]

    @property
    def best(self) -> Guess:
        """The most probable label with its probability and kind; among equals the first."""
        return self._guess(int(self.probabilities.argmax()))

    @property
    def label(self) -> str:
        """The most probable label."""
        return self.best.label

    @property
    def probability(self) -> float:
        """How probable the label is, in [0, 1]."""
        return self.best.probability

    @property
    def kind(self) -> str | None:
        """The kind of garment that the label belongs to, or None where none is known."""
        return self.best.kind

    def top(self, k: int = 5) -> list[Guess]:
        """The k most probable labels, most probable first; all of them where there are fewer.

        Raises:
            ConfigError: k is no int above 0.
        """
        count = positive_int(k, "k, how many labels to give")
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return [self._guess(int(place)) for place in order]

    def _guess(self, place: int) -> Guess:
        return Guess(self.labels[place], float(self.probabilities[place]), self.kinds[place])

    def to_dict(self) -> dict[str, Any]:
        """The label, its kind and probability, and the five most probable, as JSON can hold them."""
        return {**self.best.to_dict(), "top": [guess.to_dict() for guess in self.top(5)]}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Category):
            return NotImplemented
        return (self.labels, self.kinds) == (other.labels, other.kinds) and np.array_equal(
            self.probabilities, other.probabilities
        )

    def __hash__(self) -> int:
        return hash((self.labels, self.probabilities.tobytes()))

    def __repr__(self) -> str:
        return f"Category({self.label!r}, probability={self.probability:.3f})"

    def _repr_html_(self) -> str:
        return html_table("Category", [(guess.label, guess.kind or "", guess.probability) for guess in self.top(5)])
