"""Small trainings of small models on drawn garments."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from drawing import draw_garment

from fashionkit import AttributesSpec, CategorySpec, EmbeddingSpec, FashionModel, Group, InputRule
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.training.recipe import HeadLoss, Phase, Recipe

LABELS = ("dress", "shirt", "shorts", "skirt")

RECIPE = Recipe(
    phases=(
        Phase(steps=4, learning_rate=0.01, cached=True, schedule="constant"),
        Phase(steps=5, learning_rate=0.003, stages=2, schedule="cosine"),
        Phase(steps=4, learning_rate=0.002, stages="all", warmup=0.25),
    ),
    batch_size=6,
    accumulate=2,
    clip=1.0,
    ema=0.8,
    balance="uncertainty",
    heads={"category": HeadLoss(loss="cross-entropy", arguments={"smoothing": 0.1})},
    save_every=3,
    seed=5,
)
"""With all that a run must remember: dropout, averages, accumulation, phases, weights that are learned."""


def drawn(count: int, first: int = 0) -> DataSet:
    """Garments whose category goes with their colour; some labels are not known."""
    photos = [
        LabelledPhoto(
            np.asarray(draw_garment(seed)),
            {
                "category": LABELS[seed % 4],
                "attributes": {"shade": ("dark", "light")[seed % 2]} if seed % 3 else None,
                "embedding": f"drawn/{seed % 8}",
            },
            id=f"garment {seed}",
        )
        for seed in range(first, first + count)
    ]
    return DataSet("drawn", "train", tuple(photos), Path())


def small_model(backbone: str = "test_efficientnet", hidden: int = 0) -> FashionModel:
    """Three heads over a tiny backbone, always the same weights."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        heads = {
            "category": CategorySpec(labels=LABELS, hidden=hidden),
            "attributes": AttributesSpec(groups={"shade": Group(("dark", "light"))}),
            "embedding": EmbeddingSpec(dimension=8),
        }
        return FashionModel(backbone, heads, input=InputRule(size=(64, 64)))
