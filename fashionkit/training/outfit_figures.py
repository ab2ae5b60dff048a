"""How well a head judges outfits, over vectors of items that were computed before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from fashionkit.metrics import fill_in_the_blank_accuracy, roc_auc
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.outfit_examples import Items, OutfitQuestions, usable
from fashionkit.training.outfit_vectors import ItemVectors

AT_ONCE = 1024
"""So many outfits are judged in one pass."""


def outfit_figures(
    model: FashionModel, head: str, questions: OutfitQuestions, vectors: ItemVectors
) -> dict[str, float]:
    """How well an outfit head of a model, in evaluation mode, answers those questions whose items it can read.

    "fitb" is over the questions with the most items on offer, of which a random pick is right equally often; "auc"
    needs outfits of both sorts. What is not asked is left out.
    """
    known = vectors.rows.__contains__
    blanks = [choices for choices in questions.blanks if all(usable(outfit, known) for outfit in choices)]
    most = max(map(len, blanks), default=0)
    asked = [choices for choices in blanks if len(choices) == most]
    judged = [(items, made) for items, made in questions.judged if usable(items, known)]
    figures = {}
    if asked:
        scores = scores_of(model, head, [outfit for choices in asked for outfit in choices], vectors)
        figures["fitb"] = fill_in_the_blank_accuracy(scores.reshape(len(asked), most))
    if len({made for _, made in judged}) > 1:
        scores = scores_of(model, head, [items for items, _ in judged], vectors)
        figures["auc"] = roc_auc(scores, [made for _, made in judged])
    return figures


@torch.no_grad()
def scores_of(model: FashionModel, head: str, sets: Sequence[Items], vectors: ItemVectors) -> NDArray[np.float32]:
    """One logit an outfit: N float32.

    Args:
        model: In evaluation mode.
        head: Its outfit head.
        sets: N outfits, at least one, whose items all have a vector.
        vectors: Of the items.
    """
    device, parts = model.mean.device, []
    for start in range(0, len(sets), AT_ONCE):
        packed = vectors.packed(sets[start : start + AT_ONCE])
        logits = model.score_sets(head, {name: value.to(device) for name, value in packed.items()})
        parts.append(logits[:, 0].float().cpu().numpy())
    return np.concatenate(parts)
