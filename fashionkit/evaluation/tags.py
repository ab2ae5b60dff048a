"""Questions with any number of tags: mean average precision, and DeepFashion's top-k recall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.evaluation.fields import TagList
from fashionkit.evaluation.figure import Figure, resampled
from fashionkit.evaluation.part import Part, TagDetail
from fashionkit.evaluation.reading import LEAST_KNOWN, Specs
from fashionkit.evaluation.scene import Scene
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.metrics import attribute_recall_at_k, average_precision, mean_average_precision

RECALL_AT = (3, 5)


def measure(scene: Scene, asked: TagList) -> Part:
    """The figures of one list of tags, over those that the model knows.

    Raises:
        DataError: The model cannot answer it, or no photo has its tags; the message says so.
    """
    head, spec = _head(scene.specs)
    shown = [asked.tags(photo) for photo in scene.photos]
    rows = np.array([row for row, tags in enumerate(shown) if tags is not None], np.int64)
    every = {tag for tags in shown for tag in tags or ()}
    if not every:
        raise DataError("no photo of this split has tags")
    tags = tuple(tag for tag in spec.tags if tag in every)
    if len(tags) < LEAST_KNOWN * len(every):
        raise DataError(f"the model knows {len(tags)} of its {len(every)} tags; it was made for other ones")
    present = np.array([[tag in (shown[row] or ()) for tag in tags] for row in rows])
    columns = [spec.tag_columns.start + list(spec.tags).index(tag) for tag in tags]
    scores = scene.answers.raw[head][rows][:, columns].astype(np.float64)
    name = f"{scene.name}/{asked.name}"
    precision = [average_precision(column, flags) for column, flags in zip(scores.T, present.T, strict=True)]
    return Part(
        figures=scene.named(asked.name, _figures(scores, present)),
        notes=tuple(_notes(name, every.difference(spec.tags), len(scene.photos) - len(rows))),
        tags=(TagDetail(name, tags, np.array(precision), present.mean(axis=0)),),
    )


def _figures(scores: NDArray[np.float64], present: NDArray[np.bool_]) -> dict[str, Figure]:
    n, prevalence, flags = len(present), present.mean(axis=0), present.astype(np.float64)
    mean = resampled(lambda rows: mean_average_precision(scores[rows], flags[rows]), n)
    always = np.broadcast_to(prevalence, present.shape)
    figures = {"map": mean.against(prior=float(prevalence.mean()))}
    for k in RECALL_AT:
        chance, prior = min(1, k / len(prevalence)), attribute_recall_at_k(always, present, k)
        figures[f"recall@{k}"] = _recall(scores, present, k).against(chance=chance, prior=prior)
    return figures


def _recall(scores: NDArray[np.float64], present: NDArray[np.bool_], k: int) -> Figure:
    return resampled(lambda rows: attribute_recall_at_k(scores[rows], present[rows], k), len(present))


def _notes(name: str, unknown: set[str], unlabelled: int) -> list[str]:
    notes = [f"{name}: left out for having no tags: {unlabelled}"] if unlabelled else []
    if unknown:
        notes.append(f"{name}: the model does not know {', '.join(sorted(unknown))}; they are left out")
    return notes


def _head(specs: Specs) -> tuple[str, AttributesSpec]:
    for name, spec in specs.items():
        if isinstance(spec, AttributesSpec) and spec.tags:
            return name, spec
    raise DataError("it has no tags")
