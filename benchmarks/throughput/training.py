"""Photos a second that training learns from, forward and backward, at several sizes."""

from __future__ import annotations

import statistics
import time

import torch

from fashionkit import FashionModel, InputRule
from fashionkit.heads import get

SIZES = (128, 160, 224)
BATCH = 32
STEPS = 4


def training(threads: int) -> dict[str, float]:
    """Photos a second by size: EfficientNet-Lite0 with four heads, all of it learning, channels last."""
    torch.set_num_threads(threads)
    return {f"{size} px, photos/s": BATCH / _seconds(size) for size in SIZES}


def _seconds(size: int) -> float:
    heads = {kind: get(kind).spec_class().example() for kind in ("category", "attributes", "embedding")}
    model = FashionModel("tf_efficientnet_lite0", heads, input=InputRule(size=(size, size))).train()
    model = model.to(memory_format=torch.channels_last)
    photos = torch.randint(256, (BATCH, size, size, 3), dtype=torch.uint8)
    took = []
    for _ in range(STEPS):
        began = time.perf_counter()
        sum(raw.square().mean() for raw in model(photos).values()).backward()
        took.append(time.perf_counter() - began)
    return statistics.median(took[1:])
