"""A map drawn over its photo."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from fashionkit.heads import Floats

Pixels = NDArray[np.uint8]

# Where nothing speaks for the answer the photo stays, pale and grey; where most does, so much of it is colour.
MOST_COLOUR = 0.7
PALER = 0.35


def overlaid(photo: Pixels, heat: Floats) -> Pixels:
    """The photo in pale grey, under a colour that grows from yellow to dark red as the map does.

    Args:
        photo: H×W×3 uint8, RGB; it is not changed.
        heat: H×W float32 in [0, 1].

    Returns:
        H×W×3 uint8, a new array.
    """
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY).astype(np.float32)
    pale = (grey + PALER * (255 - grey))[..., None]
    levels = np.rint(255 * heat).astype(np.uint8)
    # The middle of the scale up: its lowest colours are nearly black, and would look like much where there is little.
    colours = cv2.applyColorMap(255 - levels // 2, cv2.COLORMAP_HOT)[..., ::-1].astype(np.float32)
    share = MOST_COLOUR * heat[..., None]
    return np.rint((1 - share) * pale + share * colours).astype(np.uint8)
