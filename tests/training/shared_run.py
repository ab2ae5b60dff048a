"""Trains as one of several processes, or alone: `python shared_run.py FOLDER`, with `tests` in PYTHONPATH."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from small_training import drawn, small_model

from fashionkit import FashionModel
from fashionkit.training.recipe import Optimiser, Phase, Recipe
from fashionkit.training.trainer import fit

RECIPE = Recipe(
    phases=(
        Phase(steps=2, learning_rate=0.01, cached=True),
        Phase(steps=3, learning_rate=0.01, stages="all"),
    ),
    batch_size=8,
    optimiser=Optimiser(name="sgd", arguments={"momentum": 0.9}),
    clip=1.0,
    ema=0.9,
    balance="uncertainty",
)

torch.set_num_threads(1)
FashionModel.save = lambda _self, folder: folder
# A transformer: batch normalisation would see each process's part of a batch.
fit(
    small_model("test_vit"),
    drawn(20),
    RECIPE,
    Path(sys.argv[1]),
    validate=lambda model: {"weights/loss": float(sum(weight.abs().sum() for weight in model.heads.parameters()))},
    device="cpu",
)
