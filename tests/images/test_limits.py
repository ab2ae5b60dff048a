import warnings

import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, ImageError
from fashionkit.images import DEFAULT_LIMITS, Limits

pytestmark = pytest.mark.light


@pytest.mark.parametrize("name", ["max_pixels", "max_bytes", "free_pixels", "pixels_per_byte"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "9", None])
def test_a_limit_is_a_positive_whole_number(name, value):
    with pytest.raises(ConfigError, match=name):
        Limits(**{name: value})


@settings(deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_bytes_buy_more_pixels_up_to_the_most(one, other):
    fewer, more = sorted((one, other))
    assert DEFAULT_LIMITS.pixels_for(fewer) <= DEFAULT_LIMITS.pixels_for(more) <= DEFAULT_LIMITS.max_pixels
    assert DEFAULT_LIMITS.pixels_for(0) == DEFAULT_LIMITS.free_pixels


@pytest.mark.parametrize(
    ("height", "width", "file_bytes", "reason"),
    [
        (1, 1, 1, None),
        (5773, 8660, 800_000, None),  # 50 megapixels of one colour as a JPEG: the least that a real file brings
        (5773, 8660, 12_000_000, None),
        (10_000, 10_000, 300_000, "100.0 megapixels"),
        (10_000, 10_000, 10**8, "max_pixels"),
        (5773, 8660, 1000, "free_pixels"),
        (0, 10, 1000, "no pixels"),
        (10, 0, 1000, "no pixels"),
        (2**31, 2**31, 10**9, "max_pixels"),
    ],
)
def test_a_file_is_believed_as_far_as_its_size_goes(height, width, file_bytes, reason):
    if reason is None:
        DEFAULT_LIMITS.check_file("a.jpg", height, width, file_bytes)
        return
    with pytest.raises(ImageError, match=reason) as caught:
        DEFAULT_LIMITS.check_file("a.jpg", height, width, file_bytes)
    assert caught.value.source == "a.jpg"


@pytest.mark.parametrize(("file_bytes", "fits"), [(10, True), (11, False)])
def test_bytes_are_bounded(file_bytes, fits):
    limits = Limits(max_bytes=10)
    if fits:
        limits.check_bytes("a", file_bytes)
    else:
        with pytest.raises(ImageError, match="max_bytes"):
            limits.check_bytes("a", file_bytes)


def test_the_default_lets_pillow_have_nothing_to_warn_of():
    image = pytest.importorskip("PIL.Image")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image._decompression_bomb_check((DEFAULT_LIMITS.max_pixels, 1))
