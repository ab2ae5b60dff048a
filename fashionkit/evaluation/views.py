"""Which parts of a data set have figures of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from fashionkit.datasets import LabelledPhoto
from fashionkit.evaluation.known import known_set


@dataclass(frozen=True, slots=True)
class View:
    """A part of a set.

    Attributes:
        name: What its figures begin with, such as "design_flat".
        shows: Whether a photo belongs to it.
        field: The only question that is put to it; "" for all.
        commonest: Only so many of its labels, the commonest of train; 0 for all.
    """

    name: str
    shows: Callable[[LabelledPhoto], bool]
    field: str = ""
    commonest: int = 0


def views_of(set_name: str, columns: Collection[str]) -> tuple[View, ...]:
    """The parts of a set; of most the whole alone.

    Args:
        set_name: What the set is called. A folder of other photos may have the name of a public set.
        columns: Those of its table.

    >>> [view.name for view in views_of("clothing", ["file", "split", "label", "kids", "group"])]
    ['clothing', 'clothing_10']
    """
    known = known_set(set_name, columns)
    if known == "clothing":
        return View("clothing", _every), View("clothing_10", _every, "label", commonest=10)
    if known == "products" and "pixels" in columns:
        parts = (View(f"products_{size}", _with("pixels", size), "articleType") for size in ("224", "80"))
        return View("products", _every), *parts
    if known == "design":
        return tuple(View(f"design_{side}", _with("view", side)) for side in ("flat", "worn"))
    return (View(set_name, _every),)


def _every(_photo: LabelledPhoto) -> bool:
    return True


def _with(column: str, value: str) -> Callable[[LabelledPhoto], bool]:
    return lambda photo: photo.fields.get(column) == value
