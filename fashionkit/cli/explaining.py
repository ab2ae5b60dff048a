"""What `fashionkit explain` does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from fashionkit.cli.printable import printable
from fashionkit.cli.show import percent
from fashionkit.explain import Explainer, Explanation, Likeness, OutfitExplanation
from fashionkit.explain.drawing import checked_place
from fashionkit.runtime.flow import Pixels

Drawn: TypeAlias = Explanation | Likeness | OutfitExplanation


@dataclass(frozen=True)
class Asked:
    """A photo, and what is asked of it: its category where nothing else is."""

    photo: str
    label: str | None = None
    attribute: str | None = None
    like: str | None = None
    beside: tuple[str, ...] = ()


def explained(model: Path, asked: Asked, pixels: Mapping[str, Pixels], output: Path) -> tuple[Drawn, Path]:
    """Explains what is asked for of photos that were read, by name, and writes the picture.

    Raises:
        DataError: The picture cannot be written, or the model has no such label or attribute.
        ModelError: There is no such model, it cannot be explained, or torch is missing.
    """
    checked_place(output)  # before the model is loaded
    drawn = _drawn(Explainer.load(model), asked, pixels)
    return drawn, drawn.save(output)


def in_words(asked: Asked, drawn: Drawn) -> str:
    """The answer on one line."""
    if isinstance(drawn, Explanation):
        return f"{printable(drawn.label)} ({percent(drawn.probability)})"
    if isinstance(drawn, Likeness):
        return f"likeness {drawn.similarity:.2f}"
    weakest = drawn.scored.weakest
    photos = (asked.photo, *asked.beside)
    of_weakest = "" if weakest is None else f", weakest {printable(photos[weakest])}"
    return f"outfit {drawn.scored.score:.2f}{of_weakest}"


def _drawn(explainer: Explainer, asked: Asked, pixels: Mapping[str, Pixels]) -> Drawn:
    photo = pixels[asked.photo]
    if asked.beside:
        return explainer.outfit([photo, *(pixels[name] for name in asked.beside)])
    if asked.like is not None:
        return explainer.likeness(photo, pixels[asked.like])
    if asked.attribute is not None:
        name, _, value = asked.attribute.partition("=")
        return explainer.attribute(photo, name, value or None)
    return explainer.category(photo, asked.label)
