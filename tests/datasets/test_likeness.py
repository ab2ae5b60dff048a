from __future__ import annotations

import io

import numpy as np
import pytest
from drawing import draw_garment
from PIL import Image

from fashionkit.datasets.likeness import nearly_equal
from fashionkit.datasets.look import Look, look

pytestmark = pytest.mark.light

LARGE = (180, 240)


def seen(picture: Image.Image) -> Look:
    return look(np.asarray(picture))


def packed(picture: Image.Image, quality: int, scale: float = 1) -> Image.Image:
    buffer = io.BytesIO()
    size = (round(picture.width * scale), round(picture.height * scale))
    picture.resize(size, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


@pytest.mark.parametrize(("quality", "scale"), [(95, 1), (75, 1), (50, 1), (90, 0.75)])
def test_the_same_picture_packed_anew_is_found_and_no_other(quality, scale):
    pictures = [draw_garment(seed, LARGE) for seed in range(20)]
    first = [seen(picture) for picture in pictures]
    second = [seen(packed(picture, quality, scale)) for picture in reversed(pictures)]
    assert sorted(nearly_equal(first, second)) == [(place, 19 - place) for place in range(20)]


def test_the_same_shape_in_another_colour_is_another_photo():
    blue, red = (Image.new("RGB", (100, 100), "white") for _ in range(2))
    blue.paste((0, 0, 160), (30, 20, 70, 90))
    red.paste((160, 0, 0), (30, 20, 70, 90))
    assert list(nearly_equal([seen(blue)], [seen(red)])) == []


def test_copies_are_left_to_those_who_compare_bytes():
    photo = seen(draw_garment(0))
    assert list(nearly_equal([photo], [photo])) == []


@pytest.mark.parametrize("counts", [(0, 0), (0, 3), (3, 0)])
def test_nothing_is_like_nothing(counts):
    looks = [seen(draw_garment(seed)) for seed in range(3)]
    assert list(nearly_equal(looks[: counts[0]], looks[: counts[1]])) == []


def test_plain_pictures_of_different_colours_differ():
    looks = [seen(Image.new("RGB", (50, 50), colour)) for colour in ("white", "black", "grey", "red")]
    assert list(nearly_equal(looks, looks)) == []


def test_more_than_a_block_is_compared():
    looks = [seen(packed(draw_garment(7, LARGE), 95)), seen(draw_garment(8, LARGE))]
    many = [looks[1]] * 300 + [seen(draw_garment(7, LARGE))]
    assert list(nearly_equal(many, looks[:1])) == [(300, 0)]
