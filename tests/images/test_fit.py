import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ImageError
from fashionkit.images import InputRule, fit

pytestmark = pytest.mark.light

FITS = ("squash", "crop", "pad")
WAYS = ("area", "bilinear", "bicubic")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", FITS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (1, 70_000), (224, 224), (37, 53), (500, 400)])
def test_every_photo_comes_out_at_the_size(shape, kind, way):
    pixels = np.full((*shape, 3), 77, np.uint8)
    fitted = fit(pixels, InputRule((32, 24), kind, way))
    assert fitted.shape == (32, 24, 3)
    assert fitted.dtype == np.uint8
    assert fitted.flags.c_contiguous
    assert fitted.flags.owndata
    assert set(np.unique(fitted)) <= ({77, 255} if kind == "pad" else {77})


@settings(deadline=None)
@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.sampled_from(FITS),
    st.sampled_from(WAYS),
)
def test_any_shape_to_any_size_leaves_the_photo_as_it_was(shape, size, kind, way):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    before = pixels.copy()
    fitted = fit(pixels, InputRule(size, kind, way))
    assert fitted.shape == (*size, 3)
    assert not np.shares_memory(fitted, pixels)
    np.testing.assert_array_equal(pixels, before)


def test_area_is_the_mean_of_the_pixels_beneath(draw):
    pixels = draw(48, 60)
    naive = pixels.reshape(12, 4, 20, 3, 3).mean(axis=(1, 3))
    assert np.abs(fit(pixels, InputRule((12, 20))) - naive).max() <= 0.51


def test_area_averages_the_side_that_shrinks_while_the_other_grows():
    # Black and white by turns: sampling would give black or white, the mean is grey.
    stripes = np.zeros((2, 4000, 3), np.uint8)
    stripes[:, ::2] = 255
    assert set(np.unique(fit(stripes, InputRule((20, 40))))) <= {127, 128}


def test_enlarging_by_area_is_bilinear(draw):
    pixels = draw(9, 7)
    np.testing.assert_array_equal(
        fit(pixels, InputRule((40, 30))), fit(pixels, InputRule((40, 30), interpolation="bilinear"))
    )


def test_bilinear_halfway_between_two_pixels_is_their_mean():
    pixels = np.array([[[0] * 3, [200] * 3]], np.uint8)
    enlarged = fit(pixels, InputRule((1, 4), interpolation="bilinear"))
    assert enlarged[0, :, 0].tolist() == [0, 50, 150, 200]


@pytest.mark.parametrize(
    ("shape", "size", "kept"),
    [
        ((10, 20), (5, 5), (slice(0, 10), slice(5, 15))),
        ((20, 10), (5, 5), (slice(5, 15), slice(0, 10))),
        ((10, 40), (4, 8), (slice(0, 10), slice(10, 30))),
        ((12, 12), (6, 6), (slice(0, 12), slice(0, 12))),
    ],
)
def test_crop_keeps_the_largest_centred_part(draw, shape, size, kept):
    pixels = draw(*shape)
    np.testing.assert_array_equal(fit(pixels, InputRule(size, "crop")), fit(pixels[kept], InputRule(size)))


@pytest.mark.parametrize(
    ("shape", "inner"),
    [
        ((10, 20), (slice(2, 6), slice(0, 8))),
        ((20, 10), (slice(0, 8), slice(2, 6))),
        ((16, 16), (slice(0, 8), slice(0, 8))),
        ((1, 5000), (slice(3, 4), slice(0, 8))),
    ],
)
def test_pad_holds_the_whole_photo_on_white(draw, shape, inner):
    pixels = draw(*shape) // 2
    fitted = fit(pixels, InputRule((8, 8), "pad"))
    inside = fitted[inner]
    np.testing.assert_array_equal(inside, fit(pixels, InputRule(inside.shape[:2])))
    outside = np.ones((8, 8), bool)
    outside[inner] = False
    assert (fitted[outside] == 255).all()


def test_views_fit_like_their_copies(draw):
    pixels = draw(30, 40)[::-1, ::-2]
    np.testing.assert_array_equal(fit(pixels, InputRule((8, 8))), fit(pixels.copy(), InputRule((8, 8))))


def test_a_photo_of_the_size_is_copied_unchanged(photo):
    fitted = fit(photo, InputRule(photo.shape[:2]))
    np.testing.assert_array_equal(fitted, photo)
    assert not np.shares_memory(fitted, photo)
    assert fitted.flags.writeable


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((1, 4, 4, 3), np.uint8),
        [[1, 2, 3]],
        None,
    ],
)
def test_what_is_not_rgb_pixels_is_refused(pixels):
    with pytest.raises(ImageError, match="read returns"):
        fit(pixels, InputRule((8, 8)))
