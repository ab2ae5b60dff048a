"""Probabilities that mean what they say: temperatures and thresholds, picked on what a model did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from numpy.typing import NDArray

from fashionkit.datasets import DataSet, OutfitSet
from fashionkit.heads import Features
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.calibrate_head import Calibrated, Floats, calibrate_head
from fashionkit.training.examples import gather
from fashionkit.training.features import see
from fashionkit.training.learn_outfits import outfit_heads
from fashionkit.training.outfit_examples import gather_questions, usable
from fashionkit.training.outfit_figures import scores_of
from fashionkit.training.outfit_vectors import item_vectors

RECORD = "calibration"
"""Under which name of a model's training record the outcome stands."""


def calibrate(
    model: FashionModel,
    data: DataSet | OutfitSet | Sequence[DataSet | OutfitSet],
    *,
    batch_size: int = 64,
    threads: int = 2,
) -> tuple[Calibrated, ...]:
    """Gives the specs of a model the temperatures, and its tags the thresholds, that fit photos and outfits best.

    Probabilities then are as high as answers are right often; no temperature changes which answer comes first. What too
    little is known of stays as it is (see `calibrate_head`). Afterwards figures of probabilities, and of tags that are
    found, flatter a little on these data: honest ones need others, such as the split "test".

    Args:
        model: Trained, in evaluation mode. Its specs are changed, and its training record holds what was picked under
            "calibration"; a checkpoint that was saved before knows of neither, so save it again.
        data: Photos and outfits that it did not learn from, such as those of val.
        batch_size: Photos in one pass.
        threads: That read photos.

    Returns:
        What was picked, by question.

    Raises:
        DataError: There is no photo in the data sets, or a label is not among those of the model.
    """
    sets = [data] if isinstance(data, DataSet | OutfitSet) else list(data)
    photos = [each for each in sets if not isinstance(each, OutfitSet)]
    outfits = [each for each in sets if isinstance(each, OutfitSet)]
    picked = _by_photos(model, photos, batch_size, threads) if photos or not outfits else ()
    return (*picked, *(_by_outfits(model, outfits, batch_size, threads) if outfits else ()))


def calibrate_by(
    model: FashionModel, raw: Mapping[str, Floats], targets: Mapping[str, NDArray[Any]]
) -> tuple[Calibrated, ...]:
    """The same by answers that were given already; heads that are not named stay as they are.

    Args:
        model: Its specs and its training record are changed.
        raw: By head, N rows of its raw output.
        targets: By head, N rows, as its spec encodes labels; what is not known does not count.

    Returns:
        What was picked, by question.
    """
    picked: list[Calibrated] = []
    for name, answers in raw.items():
        model.specs[name], of_head = calibrate_head(name, model.specs[name], answers, targets[name])
        picked += of_head
    rows = [each.to_row() for each in picked]
    again = {row["question"] for row in rows}
    earlier = [row for row in model.training_record.get(RECORD, ()) if row["question"] not in again]
    if rows:
        model.training_record[RECORD] = [*earlier, *rows]
    return tuple(picked)


@torch.no_grad()
def _by_photos(model: FashionModel, photos: Sequence[DataSet], batch_size: int, threads: int) -> tuple[Calibrated, ...]:
    examples = gather(photos, model.specs)
    seen, readable = see(model, examples.photos, batch_size=batch_size, threads=threads)
    answers = model.answer(Features(*(kept.to(model.mean.device) for kept in seen)))
    raw = {name: answer.float().cpu().numpy()[readable] for name, answer in answers.items()}
    return calibrate_by(model, raw, {name: rows[readable] for name, rows in examples.targets.items()})


def _by_outfits(
    model: FashionModel, outfits: Sequence[OutfitSet], batch_size: int, threads: int
) -> tuple[Calibrated, ...]:
    questions = gather_questions(outfits)
    used = {item for items, _ in questions.judged for item in items}
    photos = {item: photo for item, photo in questions.photos.items() if item in used}
    raw, targets = {}, {}
    for name in outfit_heads(model) if photos else ():
        (embedding,) = model.specs[name].reads
        vectors = item_vectors(model, embedding, photos, batch_size=batch_size, threads=threads)
        judged = [(items, made) for items, made in questions.judged if usable(items, vectors.rows.__contains__)]
        if judged:
            raw[name] = scores_of(model, name, [items for items, _ in judged], vectors)[:, None]
            targets[name] = model.specs[name].encode([made for _, made in judged])
    return calibrate_by(model, raw, targets)
