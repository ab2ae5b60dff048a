import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import arrays

from fashionkit.images.alpha import over_white

pytestmark = pytest.mark.light


def naive(rgba):
    alpha = rgba[..., 3:].astype(np.float64) / 255
    return np.rint(rgba[..., :3] * alpha + 255 * (1 - alpha))


@settings(deadline=None)
@given(arrays(np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 4), st.just(4))))
def test_it_is_the_rounded_blend(rgba):
    before = rgba.copy()
    blended = over_white(rgba)
    np.testing.assert_array_equal(blended, naive(rgba))
    np.testing.assert_array_equal(rgba, before)
    assert blended.dtype == np.uint8
    assert not np.shares_memory(blended, rgba)


def test_every_colour_under_every_alpha():
    colour, alpha = np.meshgrid(np.arange(256), np.arange(256))
    rgba = np.stack([colour, colour, colour, alpha], axis=-1).astype(np.uint8)
    np.testing.assert_array_equal(over_white(rgba), naive(rgba))
