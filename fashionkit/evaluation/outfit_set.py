"""All protocols that a set of outfits allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from fashionkit.datasets import DataSet, Judged, Outfit, OutfitSet, Question
from fashionkit.errors import DataError
from fashionkit.evaluation import outfits
from fashionkit.evaluation.answers import Answers, Floats, Progress, answers_of, head_of
from fashionkit.evaluation.fields import questions_of
from fashionkit.evaluation.part import Part, together
from fashionkit.evaluation.photo_set import measured
from fashionkit.evaluation.recommending import recommended
from fashionkit.evaluation.scene import Scene
from fashionkit.evaluation.train_split import TrainSplit
from fashionkit.heads.outfit.spec import MAX_ITEMS, MIN_ITEMS
from fashionkit.runtime import Model

NO_TRAIN = "popularity and co-occurrence are left out: the folder has no train outfits to count"


def evaluate_outfits(
    data: OutfitSet, train: Sequence[Outfit], model: Model, progress: Progress | None
) -> tuple[Answers, Part]:
    """Asks a model about the items of a split, and measures how it judges outfits and what it says of single items.

    Args:
        data: The split.
        train: Outfits of train; none where the folder has none.
        model: The model.
        progress: Called as photos are answered.

    Returns:
        The answers to the items, and what was found.
    """
    asked = {item for question in data.questions for item in (*question.context, question.answer, *question.wrong)}
    asked |= {item for judged in data.judged for item in judged.items}
    own = {item for outfit in data.outfits for item in outfit.items}
    photos = [photo for item, photo in data.items.items() if item in asked | own]
    answers = answers_of(model, photos, progress)
    found = [_compatibility(data, train, model, answers), _recommended(data, train, model, answers)]
    return answers, together([*found, *_items(data, train, model, answers, own)])


def _compatibility(data: OutfitSet, train: Sequence[Outfit], model: Model, answers: Answers) -> Part:
    name, head = f"{data.name}/outfits", head_of(model, "outfit")
    if head is None:
        return Part(not_answered={name: "it has no outfit head"})
    (embedding,) = model.specs[head].reads
    vectors = _vectors(data, answers, embedding)

    def score(sets: outfits.Sets) -> Floats:
        stacked = [np.stack([vectors[item] for item in items]) for items in sets]
        return np.array([answer.score for answer in model.read_sets(head, stacked)])

    scored = _scorable(data, vectors)
    left_out = len(data.questions) + len(data.judged) - len(scored.questions) - len(scored.judged)
    notes = [f"{name}: questions left out for an unreadable item or more than {MAX_ITEMS} items: {left_out}"]
    try:
        found = outfits.measure(scored, score, outfits.controls_of(train, vectors), model.seen)
    except DataError as error:
        return Part(not_answered={name: str(error)})
    said = Part(notes=(*(notes if left_out else ()), *(() if train else (NO_TRAIN,))))
    return together([found, said])


def _recommended(data: OutfitSet, train: Sequence[Outfit], model: Model, answers: Answers) -> Part:
    head = head_of(model, "embedding")
    if head is None:
        return Part()
    found = recommended(data, train, _vectors(data, answers, head))
    return Part(figures={f"{data.name}/recommend/{metric}": figure for metric, figure in found.items()})


def _vectors(data: OutfitSet, answers: Answers, embedding: str) -> dict[str, Floats]:
    item_of = {photo.id: item for item, photo in data.items.items()}
    return {item_of[photo.id]: row for photo, row in zip(answers.photos, answers.raw[embedding], strict=True)}


def _scorable(data: OutfitSet, vectors: Mapping[str, Floats]) -> OutfitSet:
    """The questions whose items all have a vector, and that are of a size that the head takes."""

    def sound(items: Sequence[str], size: int) -> bool:
        return MIN_ITEMS <= size <= MAX_ITEMS and all(item in vectors for item in items)

    def keep_question(each: Question) -> bool:
        return sound((*each.context, each.answer, *each.wrong), len(each.context) + 1)

    def keep_judged(each: Judged) -> bool:
        return sound(each.items, len(each.items))

    return replace(
        data,
        questions=tuple(filter(keep_question, data.questions)),
        judged=tuple(filter(keep_judged, data.judged)),
    )


def _items(data: OutfitSet, train: Sequence[Outfit], model: Model, answers: Answers, own: set[str]) -> list[Part]:
    """What the model says of single items: of those that no train outfit holds, so that none was learned."""
    learned = {item for outfit in train for item in outfit.items}
    fresh = {data.items[item].id for item in own - learned}
    seen = answers.only(lambda photo: photo.id in fresh)
    if not seen.photos:
        return []
    split = DataSet(data.name, data.split, seen.photos, data.root)
    train_photos = tuple(data.items[item] for item in data.items if item in learned)
    counts = TrainSplit(data.name, train_photos, split)
    return measured(Scene(data.name, data.split, seen, counts, model.specs), questions_of(split))
