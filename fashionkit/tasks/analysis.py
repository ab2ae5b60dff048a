"""`Analysis`: all the answers for one photo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fashionkit.errors import ModelError, did_you_mean
from fashionkit.heads.attributes.result import Attributes
from fashionkit.heads.category.result import Category
from fashionkit.heads.embedding.result import Embedding


@dataclass(frozen=True, slots=True)
class Analysis:
    """All the answers for one photo, by the name of the head that gave them.

    `analysis["category"]` is the answer of the head of that name; heads with the built-in names can also be read as
    `analysis.category`, `analysis.attributes` and `analysis.embedding`.

    >>> import numpy as np
    >>> Analysis({"embedding": Embedding(np.ones(4, np.float32) / 2)}).embedding
    Embedding(4 dimensions)
    """

    answers: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        try:
            return self.answers[name]
        except KeyError:
            raise ModelError(f"the model gave no {name!r}; {did_you_mean(str(name), self.answers)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def __contains__(self, name: object) -> bool:
        return name in self.answers

    @property
    def category(self) -> Category:
        """What it is. ModelError where the model has no head of this name."""
        answer: Category = self["category"]
        return answer

    @property
    def attributes(self) -> Attributes:
        """What it is like. ModelError where the model has no head of this name."""
        answer: Attributes = self["attributes"]
        return answer

    @property
    def embedding(self) -> Embedding:
        """Where it lies among look-alikes. ModelError where the model has no head of this name."""
        answer: Embedding = self["embedding"]
        return answer

    def to_dict(self) -> dict[str, Any]:
        """The answers as JSON can hold them, by head."""
        return {name: answer.to_dict() for name, answer in self.answers.items()}

    def __repr__(self) -> str:
        return f"Analysis({', '.join(repr(answer) for answer in self.answers.values())})"

    def _repr_html_(self) -> str:
        return "".join(answer._repr_html_() for answer in self.answers.values())
