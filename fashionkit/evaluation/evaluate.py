"""`evaluate`: a model on one split of a data set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from fashionkit.datasets import DataSet, LabelledPhoto, Outfit, OutfitSet, open_data, splits_of
from fashionkit.errors import DataError, did_you_mean
from fashionkit.evaluation.answers import Progress
from fashionkit.evaluation.fields import columns_of
from fashionkit.evaluation.hardships import measure_hardships
from fashionkit.evaluation.known import known_set
from fashionkit.evaluation.outfit_set import evaluate_outfits
from fashionkit.evaluation.part import Part, together
from fashionkit.evaluation.photo_set import evaluate_photos
from fashionkit.evaluation.report import Report
from fashionkit.evaluation.search import search_of
from fashionkit.evaluation.train_split import TrainSplit
from fashionkit.evaluation.unseen import unseen_outfits, unseen_photos
from fashionkit.images.source import one_line
from fashionkit.runtime import Model, ModelSource

TRAIN = "train"
NOT_HARMED = "robustness is measured on photos with labels, and not on outfits"


def evaluate(
    model: ModelSource | Model = "default",
    data: str | os.PathLike[str] = ".",
    split: str = "val",
    *,
    robustness: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Measures a model on one split of a data set, with intervals and controls. Every photo is asked once.

    Photos and outfits that the model learned from are known by their contents, wherever they lie, and are left out:
    of a folder without splits, what training kept aside is measured.

    Args:
        model: "default", the folder of a checkpoint, `hf://owner/name`, a `FashionModel` in memory, or a `Model`.
        data: The folder of a data set. Only `split` needs to be in it; where the train split is there too, priors and
            classes that count come from it, and the gallery of a search is that of the whole folder.
        split: Which of its splits; a set without splits is taken whole.
        robustness: Also measures every accuracy on photos that were harmed: five passes in place of one.
        progress: Called with how many photos are done, and of how many.

    Returns:
        Figures by name, set/field/metric, and what to know of them.

    Raises:
        DataError: The data set cannot be read, has no such split, asks nothing that the model can answer, or holds
            nothing that the model did not learn from.
        ModelError: The model cannot be loaded.
        ConfigError: Its `config.json` is not valid.
        EngineError: The engine failed.
    """
    loaded = model if isinstance(model, Model) else Model.load(model)
    name = one_line(os.fspath(data))
    chosen, has_train = _split(data, split)
    opened = open_data(data, chosen)
    if isinstance(opened, OutfitSet):
        opened, left_out = unseen_outfits(opened, loaded.seen)
        answers, found = evaluate_outfits(opened, _train_outfits(data) if has_train else (), loaded, progress)
        found = together([left_out, found, Part(notes=(NOT_HARMED,) if robustness else ())])
    else:
        opened, left_out = unseen_photos(opened, loaded.seen)
        train = TrainSplit(
            known_set(opened.name, columns_of(opened.photos)), _train_photos(data) if has_train else (), opened
        )
        answers, found = evaluate_photos(opened, train, _searched_too(opened, data), loaded, progress)
        found = together([left_out, found])
        if robustness:
            found = together([found, measure_hardships(opened, answers, train, loaded, progress)])
    if not found.figures:
        why = "; ".join(f"{field}: {reason}" for field, reason in found.not_answered.items())
        raise DataError(f"{name}: nothing can be measured here ({why or 'its photos have no labels'})")
    return Report(_name(loaded), opened.name, chosen or "", len(answers.photos), found, answers.unreadable)


def _split(data: str | os.PathLike[str], split: str) -> tuple[str | None, bool]:
    """The split to open, None for a set without any, and whether there is a train split to compare with."""
    known = [each for each in splits_of(data) if each]
    if not known:
        return None, False
    if split not in known:
        raise DataError(f"{one_line(os.fspath(data))}: there is no split {split!r}; {did_you_mean(split, known)}")
    return split, TRAIN in known


def _train_photos(data: str | os.PathLike[str]) -> Sequence[LabelledPhoto]:
    train = open_data(data, TRAIN)
    return train.photos if isinstance(train, DataSet) else ()


def _train_outfits(data: str | os.PathLike[str]) -> Sequence[Outfit]:
    train = open_data(data, TRAIN)
    return train.outfits if isinstance(train, OutfitSet) else ()


def _searched_too(data: DataSet, folder: str | os.PathLike[str]) -> Sequence[LabelledPhoto]:
    """Photos of other splits that are in the gallery of the set's search."""
    search = search_of(data.name, columns_of(data.photos))
    whole = open_data(folder) if search.whole else None
    if not isinstance(whole, DataSet):
        return ()
    here = {photo.id for photo in data.photos}
    return [photo for photo in whole.photos if photo.id not in here and search.offered(photo)]


def _name(model: Model) -> str:
    """What to call the model where others may read it: never where it lies on this machine."""
    if not isinstance(model.source, str | os.PathLike):
        return "in memory"
    source = os.fspath(model.source)
    return source if source.startswith("hf://") else one_line(Path(source).resolve().name or source)
