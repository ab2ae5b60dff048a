"""What a model sees in the items of outfits, computed once: a head that judges outfits reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fashionkit.heads import PhotoModule
from fashionkit.images import Source
from fashionkit.models.fashion_model import FashionModel
from fashionkit.training.load_photos import Pixels, ahead, load_batch

ABSENT = -1
WIDTH = 2
"""The axis of N×H×W×3 photos along which a mirror turns them."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemVectors:
    """The vectors of items, one for each view of its photo.

    Attributes:
        rows: By an item's name, its row; an item that is not here has a photo that could not be read.
        views: V×N×D float32; the first view is the photo as it is.
    """

    rows: Mapping[str, int]
    views: NDArray[np.float32]

    def packed(self, sets: Sequence[Sequence[str]], draw: np.random.Generator | None = None) -> dict[str, Tensor]:
        """Outfits as their head reads them, but no longer than the longest of them.

        Args:
            sets: N outfits of at most L items, by name; at least one.
            draw: Where chance comes from: each item is then seen in any view. In the first view where there is none.

        Returns:
            `items` N×L×D float32 and `present` N×L bool.
        """
        places = np.full((len(sets), max(map(len, sets))), ABSENT)
        for place, items in enumerate(sets):
            places[place, : len(items)] = [self.rows[item] for item in items]
        view: NDArray[Any] | int = 0 if draw is None else draw.integers(len(self.views), size=places.shape)
        present = places != ABSENT
        vectors = self.views[view, places]
        vectors[~present] = 0
        return {"items": torch.from_numpy(vectors), "present": torch.from_numpy(present)}


@torch.no_grad()
def item_vectors(
    model: FashionModel,
    head: str,
    photos: Mapping[str, Source],
    *,
    mirrored: bool = False,
    batch_size: int = 64,
    threads: int = 2,
) -> ItemVectors:
    """What a photo head gives for the photos of items; each is read once. The model is left in the mode it had.

    Args:
        model: On any device; it is asked in evaluation mode.
        head: Whose output it is.
        photos: By the name of the item; at least one. A warning is given for each that cannot be read.
        mirrored: Whether the mirror image is a second view.
        batch_size: Photos in one pass.
        threads: That read photos.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    names, given = list(photos), list(photos.values())
    batches = [given[start : start + batch_size] for start in range(0, len(given), batch_size)]
    views: list[list[Tensor]] = [[], []] if mirrored else [[]]
    readable: list[NDArray[np.bool_]] = []
    try:
        for batch in ahead(batches, lambda batch: load_batch(batch, model.input, _as_they_are), threads):
            pixels = torch.from_numpy(batch.pixels).to(model.mean.device)
            for seen, view in zip(views, (pixels, pixels.flip(WIDTH)), strict=False):
                seen.append(cast("PhotoModule", model.heads[head])(model.features(view)).float().cpu())
            readable.append(batch.readable)
    finally:
        for module, mode in modes:
            module.training = mode
    kept = np.flatnonzero(np.concatenate(readable))
    vectors = np.stack([torch.cat(seen).numpy()[kept] for seen in views])
    return ItemVectors({names[place]: row for row, place in enumerate(kept.tolist())}, vectors)


def _as_they_are(pixels: Pixels, _: int) -> Pixels:
    return pixels
