from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.images import InputRule, fit

placed = pytest.importorskip("fashionkit.explain.placing").placed

FITS = ("squash", "crop", "pad")
sides = st.integers(1, 300)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FITS), sides, sides, st.integers(1, 64), st.integers(1, 64))
def test_a_map_is_as_large_as_the_photo_and_keeps_its_range(how, height, width, rows, columns):
    grid = np.random.default_rng(0).random((3, 2), np.float32)
    heat = placed(grid, InputRule(size=(rows, columns), fit=how), height, width)
    assert (heat.shape, heat.dtype) == ((height, width), np.float32)
    assert heat.min() >= 0
    assert heat.max() <= grid.max() + 1e-6


@pytest.mark.parametrize("how", FITS)
@pytest.mark.parametrize("size", [(120, 300), (300, 120), (200, 200)])
@pytest.mark.parametrize("place", [(0.3, 0.4), (0.5, 0.5), (0.7, 0.6)])
def test_a_spot_is_put_back_where_it_was(how, size, place):
    """Draws a spot, fits the photo, takes what the model looks at as the map, and expects the spot in its place."""
    height, width = size
    row, column = round(height * place[0]), round(width * place[1])
    if how == "crop":  # a spot that is cut off cannot come back
        column = width // 2 + round((place[1] - 0.5) * min(size))
        row = height // 2 + round((place[0] - 0.5) * min(size))
    photo = np.full((height, width, 3), 255, np.uint8)
    photo[row - 8 : row + 8, column - 8 : column + 8] = 0
    rule = InputRule(size=(96, 96), fit=how)
    dark = 255 - fit(photo, rule)[..., 0].astype(np.float32)
    found = np.argwhere(placed(dark, rule, height, width) > 200).mean(axis=0)
    np.testing.assert_allclose(found, (row - 0.5, column - 0.5), atol=2)


def test_what_was_cut_off_says_nothing():
    heat = placed(np.ones((2, 2), np.float32), InputRule(size=(10, 10), fit="crop"), 10, 30)
    assert heat[:, 10:20].all()
    assert not heat[:, :10].any()
    assert not heat[:, 20:].any()
