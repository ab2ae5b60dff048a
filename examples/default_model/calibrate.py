"""Brings probabilities in line with how often they are right on val, and picks the thresholds of tags there.

A temperature changes no ranking, so it moves no figure but those of probabilities themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import torch
from labels import Labels
from numpy.typing import NDArray
from outfits import Outfits, Vectors, scores
from photos import Part
from torch.nn.functional import binary_cross_entropy_with_logits

from fashionkit import FashionModel
from fashionkit.heads import Features
from fashionkit.heads.probabilities import sigmoid
from fashionkit.losses import label_set_cross_entropy

TEMPERATURES = np.geomspace(0.5, 4.0, 43)
THRESHOLDS = np.arange(0.2, 0.8, 0.05)


@torch.no_grad()
def calibrate(model: FashionModel, val: Part, labels: Labels) -> None:
    """Gives the specs of a model their temperatures and thresholds."""
    answers = model.answer(Features(val.features, val.features[:, None]))
    category, attributes = model.specs["category"], model.specs["attributes"]
    allowed = torch.from_numpy(category.encode([labels.types(photo) or None for photo in val.photos]))
    targets = attributes.encode([labels.attributes(photo, attributes) for photo in val.photos])
    model.specs["category"] = msgspec.structs.replace(category, temperature=_best(answers["category"], allowed))
    groups = {}
    for place, (name, columns) in enumerate(attributes.group_columns.items()):
        one_hot = torch.from_numpy(targets[:, place, None] == np.arange(columns.stop - columns.start))
        temperature = _best(answers["attributes"][:, columns], one_hot)
        groups[name] = msgspec.structs.replace(attributes.groups[name], temperature=temperature)
    street = val.places("street")
    logits = answers["attributes"][street][:, attributes.tag_columns].numpy()
    first = len(attributes.groups)
    known = targets[street, first : first + len(attributes.tags)]
    tags = {
        name: msgspec.structs.replace(rule, threshold=_threshold(sigmoid(logits[:, place], 1.0), known[:, place]))
        for place, (name, rule) in enumerate(attributes.tags.items())
    }
    model.specs["attributes"] = msgspec.structs.replace(attributes, groups=groups, tags=tags)


@torch.no_grad()
def calibrate_outfits(model: FashionModel, outfits: Outfits, vectors: Vectors) -> None:
    """Gives the outfit head its temperature."""
    made = torch.tensor([float(whether) for _, whether in outfits.judged])
    logits = torch.from_numpy(scores(model, [items for items, _ in outfits.judged], vectors))
    losses = [binary_cross_entropy_with_logits(logits / temperature, made).item() for temperature in TEMPERATURES]
    best = round(float(TEMPERATURES[int(np.argmin(losses))]), 3)
    model.specs["outfit"] = msgspec.structs.replace(model.specs["outfit"], temperature=best)


def _best(logits: torch.Tensor, allowed: torch.Tensor) -> float:
    """The temperature with the least cross-entropy."""
    losses = [label_set_cross_entropy(logits / temperature, allowed).item() for temperature in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 3)


def _threshold(probabilities: NDArray[np.float32], present: NDArray[np.float32]) -> float:
    """The threshold with the best F1; the highest of equal ones, which claims least."""
    reached: Sequence[float] = [_f1(probabilities >= threshold, present == 1) for threshold in THRESHOLDS]
    return round(float(max(zip(reached, THRESHOLDS, strict=True))[1]), 2)


def _f1(given: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> float:
    both = (given & wanted).sum()
    return float(2 * both / max(1, given.sum() + wanted.sum()))
