"""All protocols that a set of photos allows."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.evaluation import applies, labels, quantities, search, tags
from fashionkit.evaluation.answers import Answers, Progress, answers_of, head_of
from fashionkit.evaluation.fields import Field, Questions, columns_of, questions_of
from fashionkit.evaluation.labels import Asked
from fashionkit.evaluation.part import Part, together
from fashionkit.evaluation.scene import Scene, with_probes
from fashionkit.evaluation.search import search_of
from fashionkit.evaluation.train_split import TrainSplit
from fashionkit.evaluation.views import View, views_of
from fashionkit.runtime import Model


def evaluate_photos(
    data: DataSet, train: TrainSplit, searched_too: Sequence[LabelledPhoto], model: Model, progress: Progress | None
) -> tuple[Answers, Part]:
    """Asks a model about a split, and measures all that its labels ask and the search that it allows.

    Args:
        data: The split.
        train: What the train split says.
        searched_too: Photos of other splits that are in the gallery of the search.
        model: The model.
        progress: Called as photos are answered.

    Returns:
        The answers to the photos of the split, and what was found.
    """
    embedding = head_of(model, "embedding")
    others = searched_too if embedding is not None else ()
    every = answers_of(model, [*data.photos, *others], progress)
    here = {photo.id for photo in data.photos}
    answers = every.only(lambda photo: photo.id in here)
    if not answers.photos:
        raise DataError("none of the photos of this split can be read")
    parts = measured(Scene(data.name, data.split, answers, train, model.specs), questions_of(data))
    if embedding is not None:
        parts += list(_search(data, answers, every, embedding))
    return answers, together(parts)


def measured(scene: Scene, asked: Questions) -> list[Part]:
    """The figures of all questions of a set, view by view."""
    return [part for view, seen in _views(scene) for part in _view(view, seen, asked)]


def asked_of(scene: Scene, asked: Questions) -> list[tuple[View, Asked]]:
    """Every question with one label that the model can answer, of whole views."""
    found = []
    for view, seen in _views(scene):
        for field in asked.fields if not view.field else ():
            # Why the others are not answered was said where they were measured.
            with contextlib.suppress(DataError):
                found.append((view, labels.ask(seen, field)))
    return found


def _views(scene: Scene) -> list[tuple[View, Scene]]:
    return [
        (view, replace(scene, name=view.name, answers=scene.answers.only(view.shows)))
        for view in views_of(scene.name, columns_of(scene.photos))
    ]


def _view(view: View, scene: Scene, asked: Questions) -> Iterator[Part]:
    for field in asked.fields:
        if view.field in ("", field.name):
            yield _tried(f"{view.name}/{field.name}", partial(_labels, scene, field, view.commonest))
            if not view.field:
                yield applies.measure(scene, field)
    if not view.field:
        for quantity in asked.quantities:
            yield _tried(f"{view.name}/{quantity.name}", partial(quantities.measure, scene, quantity))
        for tag_list in asked.tag_lists:
            yield _tried(f"{view.name}/{tag_list.name}", partial(tags.measure, scene, tag_list))


def _labels(scene: Scene, field: Field, commonest: int) -> Part:
    return labels.measure(scene, labels.ask(scene, field, commonest))


def _tried(name: str, protocol: Callable[[], Part]) -> Part:
    """What a protocol finds, or why the model cannot answer."""
    try:
        return protocol()
    except DataError as error:
        return Part(not_answered={name: str(error)})


def _search(data: DataSet, answers: Answers, every: Answers, embedding: str) -> Iterator[Part]:
    """The search of a set, and what is found in place of the right thing."""
    looked_for = search_of(data.name, columns_of(data.photos))
    yield Part(warnings=search.collapse(f"{data.name}/{embedding}", answers.raw[embedding]))
    if any(map(looked_for.item, answers.photos)):
        gallery = every if looked_for.whole else answers
        found = _tried(looked_for.name, partial(search.measure, looked_for, answers, gallery, embedding))
        yield replace(found, figures=with_probes(found.figures, data.split))
    for field in questions_of(data).fields[:1]:
        # Of `design` the photos that lie flat: the others show people.
        view = views_of(data.name, columns_of(data.photos))[0]
        seen, name = answers.only(view.shows), f"{view.name}/{field.name}"
        yield Part(neighbours=(search.wrong_neighbours(name, seen.photos, seen.raw[embedding], field.label),))
