"""What a frozen backbone sees in every photo, computed once and kept on the disk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pooled import PooledSpec

from fashionkit import FashionModel, load_image
from fashionkit.runtime import Model

Matrix = NDArray[np.float16]


class FeatureStore:
    """The pooled features of photos, and of their mirror images, in one file a set.

    Args:
        data: The folder that the paths of photos begin at.
        folder: Where the files are kept; whoever changes the photos or the model empties it.
        model: Whose backbone looks, at photos of the size that it asks for.
    """

    def __init__(self, data: Path, folder: Path, model: FashionModel) -> None:
        self.data = data
        self.folder = folder
        self.model = model
        folder.mkdir(parents=True, exist_ok=True)

    def features(self, name: str, photos: Sequence[str], *, mirrored: bool = False) -> Matrix:
        """The features of photos, N×C, in the order given; computed where the file does not hold just these."""
        path = self.folder / f"{name}{'-mirrored' if mirrored else ''}.npz"
        if path.exists():
            kept = np.load(path)
            if kept["photos"].tolist() == list(photos):
                return kept["features"]
        features = self._compute(name, photos, mirrored)
        unfinished = path.with_suffix(".tmp.npz")
        np.savez(unfinished, photos=np.array(photos), features=features)
        unfinished.rename(path)
        return features

    def _compute(self, name: str, photos: Sequence[str], mirrored: bool) -> Matrix:
        began = time.monotonic()
        sources = self._mirrored(photos) if mirrored else (self.data / photo for photo in photos)
        model = self._backbone()
        rows = [row for _, row in model.pipeline.stream(sources, lambda outputs: model.read("pooled", outputs))]
        rate = len(rows) / (time.monotonic() - began)
        print(f"{name}: the features of {len(rows):,}{' mirrored' if mirrored else ''} photos, {rate:.0f} a second")
        return np.stack(rows).astype(np.float16)

    def _mirrored(self, photos: Sequence[str]) -> Iterator[NDArray[np.uint8]]:
        for photo in photos:
            yield np.ascontiguousarray(load_image(self.data / photo)[:, ::-1])

    def _backbone(self) -> Model:
        folder = self.folder / "backbone"
        if not folder.exists():
            spec = PooledSpec(self.model.backbone.widths.pooled)
            FashionModel(self.model.backbone, {"pooled": spec}, input=self.model.input).save(folder)
        return Model.load(folder)
