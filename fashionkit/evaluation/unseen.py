"""What of a data set a model has not learned from: a figure of what it has says nothing of new photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import DataSet, LabelledPhoto, OutfitSet
from fashionkit.errors import DataError
from fashionkit.evaluation.part import Part
from fashionkit.models.seen import Hashes, are_among, hashes_of, hashes_of_outfits


def unseen_photos(data: DataSet, seen: Hashes) -> tuple[DataSet, Part]:
    """The photos of a split that a model did not learn from, and what is to be said of the others.

    Raises:
        DataError: There is none.
    """
    learned = _learned(data.photos, seen)
    if not learned.any():
        return data, Part()
    if learned.all():
        raise DataError(
            f"the model learned from all {len(data):,} photos of {_named(data)}, so a figure would say nothing of new "
            "ones; measure it on photos that it has not seen, such as another split"
        )
    kept = tuple(photo for photo, known in zip(data.photos, learned, strict=True) if not known)
    said = f"{_named(data)}: {learned.sum():,} of {len(data):,} photos are left out, as the model learned from them"
    return replace(data, photos=kept), Part(notes=(said,))


def unseen_outfits(data: OutfitSet, seen: Hashes) -> tuple[OutfitSet, Part]:
    """The questions about outfits that a model did not learn from, and what is to be said of the others.

    That it knows some of the items is fair, as a stylist knows a stock; that it knows the outfit is not.

    Raises:
        DataError: It learned from every outfit that is asked about.
    """
    if not len(seen):
        return data, Part()
    photos = {item: photo.photo for item, photo in data.items.items()}

    def learned(outfits: Sequence[Sequence[str]]) -> list[bool]:
        known: list[bool] = are_among(hashes_of_outfits(photos, outfits), seen).tolist()
        return known

    whole = learned([(*each.context, each.answer) for each in data.questions])
    made = learned([each.items for each in data.judged])
    outfits = tuple(
        each
        for each, known in zip(data.outfits, learned([each.items for each in data.outfits]), strict=True)
        if not known
    )
    questions = tuple(each for each, known in zip(data.questions, whole, strict=True) if not known)
    judged = tuple(each for each, known in zip(data.judged, made, strict=True) if not (each.compatible and known))
    asked, kept = len(data.questions) + len(data.judged), len(questions) + len(judged)
    if kept == asked:
        return replace(data, outfits=outfits), Part()
    if not questions and not any(each.compatible for each in judged):
        raise DataError(
            f"the model learned from every outfit of {_named(data)}; measure it on outfits that it has not seen"
        )
    said = f"{_named(data)}: {asked - kept:,} of {asked:,} questions are left out, as the model learned their outfits"
    return replace(data, outfits=outfits, questions=questions, judged=judged), Part(notes=(said,))


def knows_items(photos: Sequence[LabelledPhoto], seen: Hashes) -> bool:
    """Whether a model learned from any of some items."""
    return bool(_learned(photos, seen).any())


def _learned(photos: Sequence[LabelledPhoto], seen: Hashes) -> NDArray[np.bool_]:
    return are_among(hashes_of([photo.photo for photo in photos]), seen) if len(seen) else np.zeros(len(photos), bool)


def _named(data: DataSet | OutfitSet) -> str:
    return f"{data.name}, split {data.split!r}" if data.split else data.name
