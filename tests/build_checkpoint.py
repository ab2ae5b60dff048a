"""Writes the small checkpoint that the tests of the answering path read: `python tests/build_checkpoint.py FOLDER`.

It has the four built-in heads over a tiny backbone with random weights that are always the same. The graphs answer
differently for different photos, which is all that these tests need.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from drawing import draw_garment

from fashionkit import FashionModel, InputRule
from fashionkit.heads import get
from fashionkit.images import fit, read


def build(folder: Path) -> Path:
    torch.manual_seed(0)
    heads = {kind: get(kind).spec_class().example() for kind in ("category", "attributes", "embedding", "outfit")}
    model = FashionModel("test_efficientnet", heads, input=InputRule(size=(96, 64)), training={"data": "none"})
    spread_answers(model.eval())
    return model.save(folder)


@torch.no_grad()
def spread_answers(model: FashionModel) -> None:
    """Makes each output vary around 0 by about 2: an untrained network says nearly the same of every photo."""
    photos = np.stack([fit(read(draw_garment(seed)), model.input) for seed in range(24)])
    features = model.features(torch.from_numpy(photos))
    for name in model.photo_heads:
        (layer,) = model.heads[name].children()
        raw = layer(features.pooled)
        scale = 2 / raw.std(dim=0)
        layer.bias.sub_(raw.mean(dim=0)).mul_(scale)
        layer.weight.mul_(scale[:, None])


if __name__ == "__main__":
    build(Path(sys.argv[1]))
