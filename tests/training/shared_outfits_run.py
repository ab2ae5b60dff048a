"""Learns outfits as one of several processes: `shared_outfits_run.py MODEL OUTFITS`, with `tests` in PYTHONPATH."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from small_outfits import OUTFITS, coloured, outfit_model

from fashionkit import FashionModel
from fashionkit.datasets import open_data
from fashionkit.training.recipe import Optimiser, Phase, Recipe
from fashionkit.training.trainer import fit
from fashionkit.training.validate import validation

torch.set_num_threads(1)
FashionModel.save = lambda _self, folder: folder
place, outfits = map(Path, sys.argv[1:])
train, val = (open_data(outfits, split) for split in ("train", "val"))
recipe = Recipe(
    phases=(Phase(steps=3, learning_rate=0.01, cached=True),),
    batch_size=8,
    optimiser=Optimiser(name="sgd"),
    outfits=OUTFITS,
)
judge = validation([coloured(train), val])
model = fit(outfit_model(), [coloured(train), train], recipe, place, validate=judge, device="cpu")
place.mkdir(exist_ok=True)
save_file(
    {name: value.contiguous() for name, value in model.state_dict().items()},
    place / f"{os.environ.get('RANK', '0')}.safetensors",
)
