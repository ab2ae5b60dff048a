from __future__ import annotations

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit.errors import ConfigError, DataError
from fashionkit.training.augment import augmentation
from fashionkit.training.picture_grid import GAP, picture_grid


def test_each_row_is_a_photo_and_what_becomes_of_it():
    photos = [np.asarray(draw_garment(seed, (20, 30))) for seed in range(3)]
    augment = augmentation("standard", (30, 20), seed=1)
    grid = picture_grid(photos, augment, times=4)
    assert grid.dtype == np.uint8
    assert grid.shape == (3 * 34 + GAP, 5 * 24 + 2 * GAP, 3)
    for number, photo in enumerate(photos):
        top = GAP + 34 * number
        assert np.array_equal(grid[top : top + 30, GAP : GAP + 20], photo)
        for time in range(4):
            left = 2 * GAP + 24 * (time + 1)
            assert np.array_equal(grid[top : top + 30, left : left + 20], augment(photo, number, time))
    assert (grid[:GAP] == 255).all()


@pytest.mark.parametrize(
    ("photos", "times", "error", "message"),
    [
        ([], 3, DataError, "no photo to show"),
        ([np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8)], 3, DataError, "have the shapes"),
        ([np.zeros((4, 4, 3), np.uint8)], 0, ConfigError, "times, how often"),
    ],
)
def test_what_does_not_fit_is_refused(photos, times, error, message):
    with pytest.raises(error, match=message):
        picture_grid(photos, lambda pixels, number, time: pixels, times=times)
