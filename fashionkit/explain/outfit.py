"""`OutfitExplanation`: what in an outfit holds it together, and which item does not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fashionkit.explain.drawing import save, small
from fashionkit.explain.overlay import overlaid
from fashionkit.heads import Floats
from fashionkit.heads.outfit.result import OutfitScore

HEIGHT, CAPTION, GAP = 240, 44, 8
"""Of each item, of what is below it, and between two, in pixels."""
BAR = 10
GREY, RED, BLACK = (205, 205, 205), (200, 40, 30), (40, 40, 40)
NARROWEST = 110
"""In pixels: a caption has to fit below."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OutfitExplanation:
    """What in an outfit holds it together.

    Attributes:
        scored: The outfit's score, and that without each item.
        maps: One an item, H×W float32 over its photo as it was given, in [0, 1]; 1 is the place that adds most to the
            score beside the other items. Read-only.
        photos: The items' photos as they were read, H×W×3 uint8; read-only.
    """

    scored: OutfitScore
    maps: tuple[Floats, ...]
    photos: tuple[NDArray[np.uint8], ...]

    def overlay(self) -> NDArray[np.uint8]:
        """The items side by side under their maps, H×W×3 uint8 RGB.

        Below each stands the outfit's score without it, where there are three items or more; the weakest has it in red.
        """
        gap = np.full((HEIGHT + CAPTION, GAP, 3), 255, np.uint8)
        tiles: list[NDArray[np.uint8]] = []
        for place in range(len(self.photos)):
            tiles += [gap, self._tile(place)]
        return np.hstack(tiles[1:])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the overlay; as `Explanation.save`."""
        return save(self.overlay(), path)

    def to_dict(self) -> dict[str, Any]:
        """The scores, as JSON can hold them."""
        return self.scored.to_dict()

    def _tile(self, place: int) -> NDArray[np.uint8]:
        drawn = overlaid(self.photos[place], self.maps[place])
        width = max(1, min(2 * HEIGHT, round(drawn.shape[1] * HEIGHT / drawn.shape[0])))
        resized = cv2.resize(drawn, (width, HEIGHT), interpolation=cv2.INTER_AREA)
        tile = np.full((HEIGHT + CAPTION, max(width, NARROWEST), 3), 255, np.uint8)
        left = (tile.shape[1] - width) // 2
        tile[:HEIGHT, left : left + width] = resized
        if self.scored.without is not None:
            score, weakest = self.scored.without[place], place == self.scored.weakest
            end = round(score * (tile.shape[1] - 1))
            tile[HEIGHT + 4 : HEIGHT + 4 + BAR] = 240
            tile[HEIGHT + 4 : HEIGHT + 4 + BAR, : end + 1] = RED if weakest else GREY
            at, font = (2, HEIGHT + CAPTION - 10), cv2.FONT_HERSHEY_SIMPLEX
            cv2.putText(tile, f"without {score:.2f}", at, font, 0.45, RED if weakest else BLACK, 1, cv2.LINE_AA)
        return tile

    def __repr__(self) -> str:
        return f"OutfitExplanation({self.scored!r})"

    def _repr_png_(self) -> bytes:
        return small(self.overlay())
