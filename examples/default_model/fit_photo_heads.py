"""Fits category, attributes and embedding on features that were computed before: minutes on two cores."""

from __future__ import annotations

import itertools
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from labels import Labels
from photos import Part
from torch import Tensor, nn

from fashionkit import FashionModel
from fashionkit.heads import Features

BATCH = 1024
# The schedule rises for a tenth of the steps, and needs two for that.
FEWEST_STEPS = 20
# So much of what the backbone saw is left out at random.
DROPOUT = 0.3
# How many groups of photos a batch of pairs is drawn from.
PAIRS = 512


@dataclass(frozen=True)
class Way:
    """How a head is fitted; found by trying some, on val.

    Attributes:
        rate: The learning rate at its height.
        decay: The weight decay.
        hidden_dropout: So much of the hidden layer is left out at random.
        power: A set's photos are drawn as often as their number to the power of 1 - `power`: small sets come more
            often than they would.
        street: Photos of the street come so many times as often, for only they have all tags of whole outfits.
    """

    rate: float
    decay: float
    hidden_dropout: float = 0.0
    power: float = 0.0
    street: float = 1.0


CATEGORY = Way(rate=2e-3, decay=0.05, hidden_dropout=0.4, power=0.7, street=2.0)
ATTRIBUTES = Way(rate=2e-3, decay=0.01, hidden_dropout=0.3, power=0.6, street=3.0)
EMBEDDING = Way(rate=1e-3, decay=0.05)

Batch = tuple[Tensor, Tensor]


def fit_category(model: FashionModel, train: Part, labels: Labels, epochs: int) -> None:
    """What is it: all sets at once, each label of a set meaning one or several types of the taxonomy."""
    targets = torch.from_numpy(model.specs["category"].encode([labels.types(photo) or None for photo in train.photos]))
    _fit(
        model.heads["category"],
        train,
        _labelled(train, targets, targets.any(1), CATEGORY),
        _steps(train, epochs),
        CATEGORY,
    )


def fit_attributes(model: FashionModel, train: Part, labels: Labels, epochs: int) -> None:
    """What is it like: all sets at once, each knowing some of the attributes."""
    spec = model.specs["attributes"]
    targets = torch.from_numpy(spec.encode([labels.attributes(photo, spec) for photo in train.photos]))
    known = ~targets.isnan().all(1)
    _fit(
        model.heads["attributes"],
        train,
        _labelled(train, targets, known, ATTRIBUTES),
        _steps(train, epochs),
        ATTRIBUTES,
    )


def fit_embedding(model: FashionModel, train: Part, epochs: int) -> None:
    """What looks like it: flat beside worn, one product in several colours, and things that share all their labels."""
    same = [_groups(train, "design", "product"), _groups(train, "articles", "product")]
    alike = [
        _groups(train, "products", "articleType", "baseColour", "gender"),
        _groups(train, "outfits", "type", "colour_name"),
        _groups(train, "clothing", "label"),
    ]
    turns = [source for other in alike for source in (*same, *same, other)]
    _fit(
        model.heads["embedding"],
        train,
        _pairs(train, [groups for groups in turns if groups]),
        _steps(train, epochs),
        EMBEDDING,
    )


def _steps(train: Part, epochs: int) -> int:
    return max(FEWEST_STEPS, epochs * len(train) // BATCH)


def _labelled(train: Part, targets: Tensor, known: Tensor, way: Way) -> Iterator[Batch]:
    """Photos drawn for ever, small sets more often than their share."""
    names = [photo.set for photo in train.photos]
    count = {name: names.count(name) for name in set(names)}
    shares = {name: n**-way.power * (way.street if name == "street" else 1.0) for name, n in count.items()}
    weights = torch.tensor([shares[name] for name in names]) * known
    while True:
        places = torch.multinomial(weights, BATCH, replacement=True)
        yield train.draw(places), targets[places]


def _groups(train: Part, name: str, *columns: str) -> list[list[int]]:
    """The places of photos of a set that agree in some columns; only where there are two at least."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place in train.places(name):
        found[tuple(train.photos[place].row[column] for column in columns)].append(place)
    return [places for places in found.values() if len(places) > 1]


def _pairs(train: Part, sources: Sequence[list[list[int]]]) -> Iterator[Batch]:
    """Two photos of each of some groups, drawn for ever from each source in turn."""
    draw = np.random.default_rng(0)
    for groups in itertools.cycle(sources):
        chosen = draw.choice(len(groups), min(PAIRS, len(groups)), replace=False)
        places = np.concatenate([draw.choice(groups[group], 2, replace=False) for group in chosen])
        yield train.draw(torch.from_numpy(places)), torch.arange(len(chosen)).repeat_interleave(2)


def _fit(head: nn.Module, train: Part, batches: Iterator[Batch], steps: int, way: Way) -> None:
    """Fits a head on features brought to mean 0 and spread 1, and then folds that into its first layer."""
    began = time.monotonic()
    head.train()
    for layer in head.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = way.hidden_dropout
    mean, std = train.features.mean(0), train.features.std(0) + 1e-3
    optimizer = torch.optim.AdamW(head.parameters(), lr=way.rate, weight_decay=way.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, way.rate, total_steps=steps, pct_start=0.1)
    for pooled, targets in itertools.islice(batches, steps):
        seen = nn.functional.dropout((pooled - mean) / std, DROPOUT)
        loss = head.loss(head(Features(seen, seen[:, None])), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    _fold(head, mean, std)
    head.eval()
    print(f"{type(head).__name__}: {steps} steps, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)


@torch.no_grad()
def _fold(head: nn.Module, mean: Tensor, std: Tensor) -> None:
    """Lets a head that learned on (x - mean) / std read x."""
    first = next(layer for layer in head.modules() if isinstance(layer, nn.Linear))
    first.weight /= std
    first.bias -= first.weight @ mean
