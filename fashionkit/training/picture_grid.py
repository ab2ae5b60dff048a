"""Photos beside what an augmentation makes of them, to be looked at before anything is learned from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from fashionkit.config import positive_int
from fashionkit.errors import DataError

GAP = 4
"""White pixels between two pictures; the photo itself stands apart by twice as many."""


def picture_grid(
    photos: Sequence[NDArray[np.uint8]],
    augment: Callable[[NDArray[np.uint8], int, int], NDArray[np.uint8]],
    *,
    times: int = 7,
) -> NDArray[np.uint8]:
    """A row for each photo: itself, then what becomes of it the first `times` times that it is seen.

    Args:
        photos: At least one; uint8 H×W×3, all of the size that `augment` gives.
        augment: Pixels, the photo's number and the time → pixels, such as an `Augmentation`.
        times: How often, at least 1.

    Returns:
        uint8 H×W×3, for `PIL.Image.fromarray(grid).save("grid.png")`.

    Raises:
        DataError: There is no photo, or sizes differ.
        ConfigError: `times` is no whole number above 0.

    >>> photos = [np.zeros((16, 12, 3), np.uint8)] * 2
    >>> picture_grid(photos, lambda pixels, number, time: pixels, times=3).shape
    (44, 72, 3)
    """
    count = positive_int(times, "times, how often each photo is shown")
    if not photos:
        raise DataError("there is no photo to show; give at least one")
    rows = [[photo, *(augment(photo, number, time) for time in range(count))] for number, photo in enumerate(photos)]
    shapes = {picture.shape for row in rows for picture in row}
    if len(shapes) > 1:
        raise DataError(f"the pictures have the shapes {sorted(shapes)}; bring all photos to the model's size first")
    height, width, _ = next(iter(shapes))
    shape = ((height + GAP) * len(rows) + GAP, (width + GAP) * (count + 1) + 2 * GAP, 3)
    grid = np.full(shape, 255, np.uint8)
    for down, row in enumerate(rows):
        for right, picture in enumerate(row):
            top, left = GAP + down * (height + GAP), GAP + right * (width + GAP) + (GAP if right else 0)
            grid[top : top + height, left : left + width] = picture
    return grid
