"""The features of all photos with their tables, split into train and val."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from features import FeatureStore
from tables import Photo, Tables
from torch import Tensor


@dataclass(frozen=True)
class Part:
    """The photos of one split, set by set.

    Attributes:
        photos: What the tables say of each.
        features: Their features, N×C float32.
        mirrored: Those of their mirror images, N×C.
    """

    photos: Sequence[Photo]
    features: Tensor
    mirrored: Tensor

    def __len__(self) -> int:
        return len(self.photos)

    def places(self, *names: str) -> list[int]:
        """Where the photos of some sets stand."""
        return [place for place, photo in enumerate(self.photos) if photo.set in names]

    def draw(self, places: Tensor) -> Tensor:
        """The features of some photos, every second one mirrored at random."""
        mirror = torch.rand(len(places), 1) < 0.5  # noqa: PLR2004  # a half
        return torch.where(mirror, self.mirrored[places], self.features[places])


def load_part(tables: Tables, store: FeatureStore, split: str) -> Part:
    """The photos of one split, with their features."""
    photos, plain, mirrored = [], [], []
    for name, listed in tables.items():
        files = [photo.file for photo in listed]
        rows = np.flatnonzero([photo.split == split for photo in listed])
        photos += [listed[row] for row in rows]
        plain.append(store.features(name, files)[rows])
        mirrored.append(store.features(name, files, mirrored=True)[rows])
    return Part(photos, _tensor(plain), _tensor(mirrored))


def _tensor(parts: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.concatenate(parts).astype(np.float32))
