"""How good a model is while it is trained: a few figures, quickly. `fashionkit evaluate` looks closer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fashionkit.datasets import DataSet, OutfitSet
from fashionkit.heads import Features, HeadSpec
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.metrics import average_precision, mean_absolute_error, standing
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.examples import Examples, gather
from fashionkit.training.features import see
from fashionkit.training.learn_outfits import outfit_heads
from fashionkit.training.outfit_examples import gather_questions
from fashionkit.training.outfit_figures import outfit_figures
from fashionkit.training.outfit_vectors import item_vectors

FEW = 2
"""So many photos of one product make a search."""


class Validation:
    """A judge of models: what `validation` gives. Calling it gives all figures, those of outfits last.

    Args:
        data: As for `validation`; so are the others.
    """

    def __init__(self, data: Sequence[DataSet | OutfitSet], *, batch_size: int = 64, threads: int = 2) -> None:
        self.photos = [each for each in data if not isinstance(each, OutfitSet)]
        self.outfits = [each for each in data if isinstance(each, OutfitSet)]
        self._batch_size = batch_size
        self._threads = threads
        self._kept: dict[str, tuple[Features, NDArray[np.bool_]]] = {}

    def __call__(self, model: FashionModel) -> dict[str, float]:
        """All figures of a model."""
        return {**(self.of_photos(model) if self.photos else {}), **(self.of_outfits(model) if self.outfits else {})}

    def of_photos(self, model: FashionModel) -> dict[str, float]:
        """The figures of heads that read photos."""
        examples = gather(self.photos, model.specs)
        backbone = _digest(model)
        if backbone not in self._kept:
            self._kept.clear()
            self._kept[backbone] = see(model, examples.photos, batch_size=self._batch_size, threads=self._threads)
        features, readable = self._kept[backbone]
        return figures_of(model, examples, features, readable)

    def of_outfits(self, model: FashionModel) -> dict[str, float]:
        """The figures of heads that judge outfits."""
        figures: dict[str, float] = {}
        questions = gather_questions(self.outfits)
        if not questions.photos:
            return {}
        for head in outfit_heads(model):
            (embedding,) = model.specs[head].reads
            vectors = item_vectors(
                model, embedding, questions.photos, batch_size=self._batch_size, threads=self._threads
            )
            found = outfit_figures(model, head, questions, vectors)
            figures |= {f"{head}/{name}": figure for name, figure in found.items()}
        return figures


def validation(
    data: DataSet | OutfitSet | Sequence[DataSet | OutfitSet], *, batch_size: int = 64, threads: int = 2
) -> Validation:
    """A judge of models, for `fit`: figures of every head that the data have labels for, over all that is known.

    By head: "accuracy" of a category (an answer is right where the label can mean it) and of each group of attributes;
    "precision", the mean average precision of tags; "error", the mean absolute error of a number, in its unit;
    "hit_rate_at_1" of an embedding, where each photo searches its product among all other photos of a product. A head
    of another kind is judged by its "loss". With several heads "score" comes first: the mean of their figures, but for
    errors and losses.

    Sets of outfits give "fitb", how often the right one of the items on offer fills the blank, and "auc", how well
    outfits are told from mixed ones, of every outfit head. `fit` asks for them once that head has learned. Other heads
    are not judged by the items: those of val outfits may well be in train outfits too.

    As long as the backbone stands still, it sees the photos once.

    Raises:
        DataError: When it is called: a label is not among those of the model.
    """
    sets = [data] if isinstance(data, DataSet | OutfitSet) else list(data)
    return Validation(sets, batch_size=batch_size, threads=threads)


@torch.no_grad()
def figures_of(
    model: FashionModel, examples: Examples, features: Features, readable: NDArray[np.bool_]
) -> dict[str, float]:
    """The figures of a model, in evaluation mode, by what its backbone saw in the examples."""
    figures: dict[str, float] = {}
    answers = model.answer(Features(*(kept.to(model.mean.device) for kept in features)))
    for name, raw in answers.items():
        known = examples.known[name] & readable
        if known.any():
            of_head = _figures(model, name, raw.float().cpu().numpy()[known], examples.targets[name][known])
            figures |= {f"{name}/{what}": value for what, value in of_head.items()}
    shares = [value for name, value in figures.items() if name.count("/") == 1 and not name.endswith(("error", "loss"))]
    return {"score": float(np.mean(shares)), **figures} if len(shares) > 1 else figures


def _figures(model: FashionModel, name: str, raw: NDArray[np.float32], targets: NDArray[Any]) -> dict[str, float]:
    spec: HeadSpec = model.specs[name]
    if spec.kind == "category":
        return {"accuracy": float(targets[np.arange(len(raw)), raw.argmax(axis=1)].mean())}
    if spec.kind == "embedding":
        return _search(raw, targets)
    if isinstance(spec, AttributesSpec):
        return _attributes(spec, raw, targets)
    device = model.mean.device
    loss = model.heads[name].loss(torch.from_numpy(raw).to(device), torch.from_numpy(targets).to(device))  # type: ignore[operator]
    return {"loss": float(loss)}


def _search(vectors: NDArray[np.float32], products: NDArray[np.int64]) -> dict[str, float]:
    _, place, count = np.unique(products, return_inverse=True, return_counts=True)
    queries = np.flatnonzero(count[place] >= FEW)
    if len(queries) == 0:
        return {}
    found = standing(vectors[queries], vectors, place[queries], place, own=queries)
    return {"hit_rate_at_1": found.hit_rate_at_k(1)}


def _attributes(spec: AttributesSpec, raw: NDArray[np.float32], targets: NDArray[np.float32]) -> dict[str, float]:
    """The mean over groups first, then each group, the tags, and each number."""
    known = ~np.isnan(targets)
    groups = {}
    for place, (name, columns) in enumerate(spec.group_columns.items()):
        rows = known[:, place]
        if rows.any():
            groups[f"{name}/accuracy"] = float((raw[rows, columns].argmax(axis=1) == targets[rows, place]).mean())
    figures = {"accuracy": float(np.mean(list(groups.values()))), **groups} if groups else {}
    start = len(spec.groups)
    figures |= _tags(raw[:, spec.tag_columns], targets[:, start : start + len(spec.tags)])
    for place, (name, rule) in enumerate(spec.numbers.items()):
        wanted = targets[:, start + len(spec.tags) + place]
        if not np.isnan(wanted).all():
            error = mean_absolute_error(raw[:, spec.number_columns][:, place], wanted)
            figures[f"{name}/error"] = error * rule.scale
    return figures


def _tags(logits: NDArray[np.float32], wanted: NDArray[np.float32]) -> dict[str, float]:
    """Mean average precision over the tags that some photo has and some has not."""
    precisions = []
    for scores, column in zip(logits.T, wanted.T, strict=True):
        rows = ~np.isnan(column)
        if 0 < column[rows].sum() < rows.sum():
            precisions.append(average_precision(scores[rows], column[rows]))
    return {"precision": float(np.mean(precisions))} if precisions else {}


def _digest(model: FashionModel) -> str:
    """A hash of the backbone's weights and statistics: where it is the same, so is all that the backbone sees."""
    hashed = hashlib.sha256()
    for name, value in sorted(model.backbone.state_dict().items()):
        hashed.update(name.encode())
        hashed.update(value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return hashed.hexdigest()
